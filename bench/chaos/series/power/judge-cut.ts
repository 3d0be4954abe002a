import { AvaEvent, type EventRecord, SluiceEvent } from '../../../../engine/index.js';
import type { Played } from '../../judge/play.js';
import type { Story } from '../../judge/stories.js';
import { judgeFolder } from '../../judge.js';
import type { Violation } from '../../report.js';

export interface CutFound {
  violations: Violation[];
  /** Events that a subscriber had seen and the log has no more. */
  forgotten: number;
  /** Files that the log and the index do not know. */
  unknownFiles: number;
  /** Clips that the cut has ended, and of which nothing plays: what nobody had synced was torn in the first pictures. */
  tornClips: number;
  /** Of clips that the cut has ended: seconds from the first picture to the cut, less what plays. */
  lostSeconds: number[];
}

export interface Cut {
  dataDir: string;
  /** Every event that a subscriber had seen by then. */
  seen: readonly EventRecord[];
  atMs: number;
  /** Whether each event was to be on the disk before anybody saw it. */
  synced: boolean;
  player: (path: string) => Promise<Played>;
}

/** What a log that is not synced may lack after a cut: its last moments, and with them the rows of files. */
const LAST_MOMENTS = new Set(['file.unindexed', 'file.untold']);
/** Repair goes by the boxes of a file; it does not see that pictures in them are torn. */
const TORN = 'file.unplayable';

/** Judges the folder of a cut after an engine has started on it and ended in peace. */
export const judgeCut = async ({ dataDir, seen, atMs, synced, player }: Cut): Promise<CutFound> => {
  const judged = await judgeFolder({
    dataDir,
    gapsAllowed: new Set(['powerLoss']),
    player,
    // What nobody has synced of an open clip may be torn in the middle of a picture.
    excuses: { damaged: wasOpen },
  });
  const open = judged.stories.filter(wasOpen);
  const torn = judged.violations.filter(
    ({ rule, what }) => rule === TORN && open.some(({ location }) => what.startsWith(`${location}:`)),
  );
  const unknown = judged.violations.filter(({ rule }) => rule === 'file.unindexed').length;
  const violations = judged.violations.filter((one) => (synced || !LAST_MOMENTS.has(one.rule)) && !torn.includes(one));
  const logged = new Map(judged.events.map(({ seq, id }) => [seq, id]));
  const lost = seen.filter(({ seq, id }) => logged.get(seq) !== id);
  for (const { seq, eventType } of lost) {
    if (logged.has(seq)) violations.push({ rule: 'numbers.twice', what: `${seq} was ${eventType} for a subscriber` });
    else if (synced) violations.push({ rule: 'seen.lost', what: `a subscriber saw ${eventType} as ${seq}` });
  }
  violations.push(...(await judgePromises(lost, player)));
  const lostSeconds = open.flatMap(({ location, started: [begin] }) => {
    if (begin === undefined) return [];
    const received = (atMs - Date.parse(String(begin.data.startTime))) / 1000;
    return [received - (judged.played.get(location)?.seconds ?? 0)];
  });
  return { violations, forgotten: lost.length, unknownFiles: unknown, tornClips: torn.length, lostSeconds };
};

/** Whether the cut has ended the clip. */
const wasOpen = ({ stopped }: Story): boolean => stopped[0]?.data.reason === 'engineDied';

/** A file of which somebody was told that it is there, though the log has forgotten it. Those in the log were judged. */
const judgePromises = async (lost: readonly EventRecord[], player: Cut['player']): Promise<Violation[]> => {
  const deleted = new Set(
    lost.flatMap(({ eventType, data }) => (eventType === SluiceEvent.RecordingDeleted ? [data.outputLocation] : [])),
  );
  const violations: Violation[] = [];
  for (const { seq, eventType, data } of lost) {
    const location = String(data.outputLocation);
    if (eventType !== AvaEvent.RecordingAvailable || deleted.has(location)) continue;
    const played = await player(location).catch(() => undefined);
    if (played?.frames !== data.frames || played?.complaints !== '')
      violations.push({
        rule: 'file.promised',
        what: `${location}: ${played?.frames ?? 'no'} pictures play, event ${seq} said ${data.frames}`,
      });
  }
  return violations;
};
