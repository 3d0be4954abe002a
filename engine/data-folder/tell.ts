import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { SluiceEvent } from '../events/catalogue.js';
import type { EventData } from '../events/definitions/index.js';
import type { EventPublisher } from '../events/types.js';
import type { Opening } from '../store/sqlite.js';

export interface TellingDeps {
  events: EventPublisher;
  clock: Clock;
  log: Logger;
}

const KEEP_ASIDE = 'Nothing needs to be done for the engine to work. ';

/** Tells if the database was not as the last run had left it. */
export const tellOpening = (opening: Opening, deps: TellingDeps): void => {
  switch (opening.kind) {
    case 'new':
    case 'existing':
      return;
    case 'recovered':
      tell(deps, `the database was damaged (${opening.damage}); what could be read is in a new one`, {
        ...opening,
        hint: `${KEEP_ASIDE}Set again what is missing. The damaged file is kept; delete it when it is of no use. Check the disk.`,
      });
      return;
    case 'behind':
      tell(deps, `the database is older than this folder: ${opening.missing} are missing`, {
        ...opening,
        hint: `${KEEP_ASIDE}Set again what is missing, or stop the engine and put the newest sluice.db back, with its -wal.`,
      });
      return;
    case 'lost':
      tell(deps, `there was no database, but traces of one: ${opening.traces.join('; ')}`, {
        ...opening,
        hint: 'Stop the engine and put sluice.db back if you have it; otherwise set topologies and live pipelines again.',
      });
  }
};

/** Tells of stored resources that make no sense, though the file is whole. */
export const tellUnreadable = (unreadable: Readonly<Record<string, readonly string[]>>, deps: TellingDeps): void => {
  const found = Object.entries(unreadable).filter(([, names]) => names.length > 0);
  if (found.length === 0) return;
  const text = found.map(([kind, names]) => `${names.length} ${kind} (${names.slice(0, 5).join(', ')})`).join(', ');
  tell(deps, `stored resources cannot be read: ${text}`, {
    kind: 'unreadable',
    resources: Object.fromEntries(found.map(([kind, names]) => [kind, [...names]])),
    hint: 'Set them again. Check the disk.',
  });
};

type DamageFacts = Omit<EventData<typeof SluiceEvent.DatabaseDamaged>, 'problem'>;

const tell = ({ events, clock, log }: TellingDeps, problem: string, facts: DamageFacts): void => {
  log.error(facts, problem);
  const data = { problem, ...facts };
  events.publish({ eventType: SluiceEvent.DatabaseDamaged, subject: '', eventTime: clock.utc(), data });
};

export const tellMediaRestored = (path: string, { events, clock, log }: TellingDeps): void => {
  log.warn({ path }, 'a folder of recordings had been removed; it was made again');
  const data = {
    path,
    hint: 'Recordings that were in it are gone. Delete single recordings, or lower maximumSizeMiB.',
  };
  events.publish({ eventType: SluiceEvent.MediaFolderRestored, subject: '', eventTime: clock.utc(), data });
};
