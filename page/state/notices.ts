import type { Readiness } from '../api/readiness.js';

/** Something that a person should know wherever in the page he is, and what he can do about it. */
export interface Notice {
  id: string;
  bad: boolean;
  what: string;
  way: string;
}

export interface Health {
  reachable: boolean;
  eventsConnected: boolean;
  readiness: Readiness | undefined;
  metrics: ReadonlyMap<string, number> | undefined;
  /** By live pipeline, what its recordings could not be written for. */
  notWritten: ReadonlyMap<string, string>;
}

/** Less than this, and the engine begins no recording. */
const NO_SPACE = 64 * 2 ** 20;
/** Less than this, and old recordings go to make room for new ones. */
const LITTLE_SPACE = 1e9;

/** What helps, by the part of the engine that is not well. */
const PARTS: Readonly<Record<string, { what: string; way: string }>> = {
  dataFolder: {
    what: 'Recordings cannot be written.',
    way: 'Make room on the disk of the data folder, or see that the folder is there and can be written to. Recording goes on by itself then.',
  },
  eventLog: {
    what: 'Events cannot be written.',
    way: 'They are kept in memory for now. Make room on the disk of the data folder.',
  },
  pipelines: {
    what: 'Which cameras are to run could not be stored.',
    way: 'Make room on the disk of the data folder; the engine tries again by itself.',
  },
};

export const noticesOf = ({ reachable, eventsConnected, readiness, metrics, notWritten }: Health): Notice[] => {
  if (!reachable) {
    return [
      {
        id: 'unreachable',
        bad: true,
        what: 'The engine does not answer.',
        way: 'What you see is from before. See that it runs and that this device has network; the page connects by itself again.',
      },
    ];
  }
  const notices: Notice[] = [];
  for (const [part, state] of Object.entries(readiness?.checks ?? {})) {
    if (state === 'ok') continue;
    const words = PARTS[part] ?? { what: `The part ${part} of the engine is not well.`, way: 'Its log says more.' };
    notices.push({ id: part, bad: true, what: `${words.what} (${state})`, way: words.way });
  }
  const free = metrics?.get('sluice_data_free_bytes');
  if (free !== undefined && free < NO_SPACE) {
    notices.push({
      id: 'space',
      bad: true,
      what: 'The disk is full: no recording can begin.',
      way: 'Make room on the disk of the data folder, or use a larger one. Recording goes on by itself then.',
    });
  } else if (free !== undefined && free < LITTLE_SPACE && readiness?.checks['dataFolder'] === 'ok') {
    notices.push({
      id: 'space',
      bad: false,
      what: 'The disk is nearly full.',
      way: 'The oldest recordings are removed to make room. Protect what must stay, or use a larger disk.',
    });
  }
  const [first, ...others] = notWritten;
  // Where the disk is full, that is why.
  if (first && !notices.some(({ id, bad }) => id === 'space' && bad)) {
    const more = others.length > 0 ? ` and of ${others.length} more` : '';
    notices.push({
      id: 'notWritten',
      bad: true,
      what: `Recordings of ${first[0]}${more} cannot be written. (${first[1]})`,
      way: 'Make room where they go, or see that its folder can be written to. Recording goes on by itself then.',
    });
  }
  if (metrics?.get('sluice_mqtt_connected') === 0) {
    notices.push({
      id: 'broker',
      bad: false,
      what: 'The MQTT broker cannot be reached.',
      way: 'Recording goes on, and events wait in the log until it is back. Check its address in the configuration.',
    });
  }
  if (!eventsConnected && readiness) {
    notices.push({
      id: 'events',
      bad: false,
      what: 'News of the engine do not come at once.',
      way: 'The page asks every few seconds meanwhile.',
    });
  }
  return notices;
};
