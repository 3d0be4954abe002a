import { AvaEvent, SluiceEvent } from '../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../engine/events/types.js';
import type { Violation } from '../report.js';

/** Everything that the log says of one file. Once it is gone, another one may have its name, which is another story. */
export interface Story {
  location: string;
  pipeline: string;
  started: EventRecord[];
  stopped: EventRecord[];
  available: EventRecord[];
  deleted: EventRecord[];
  recovered: EventRecord[];
  /** StorageErrors about it. */
  failures: EventRecord[];
}

const CHAPTERS: Readonly<Record<string, 'started' | 'stopped' | 'available' | 'deleted' | 'recovered' | 'failures'>> = {
  [AvaEvent.RecordingStarted]: 'started',
  [AvaEvent.RecordingStopped]: 'stopped',
  [AvaEvent.RecordingAvailable]: 'available',
  [SluiceEvent.RecordingDeleted]: 'deleted',
  [SluiceEvent.RecordingRecovered]: 'recovered',
  [AvaEvent.StorageError]: 'failures',
};

export const pipelineOf = ({ subject }: Pick<EventRecord, 'subject'>): string | undefined =>
  /\/livePipelines\/([^/]+)/.exec(subject)?.[1];

export const storiesOf = (events: readonly EventRecord[]): Story[] => {
  const stories: Story[] = [];
  const latest = new Map<string, Story>();
  for (const event of events) {
    const chapter = CHAPTERS[event.eventType];
    const location = event.data.outputLocation;
    if (chapter === undefined || typeof location !== 'string') continue;
    let story = latest.get(location);
    if (!story || (chapter === 'started' && isGone(story))) {
      const pipeline = pipelineOf(event) ?? '';
      story = { location, pipeline, started: [], stopped: [], available: [], deleted: [], recovered: [], failures: [] };
      latest.set(location, story);
      stories.push(story);
    }
    story[chapter].push(event);
  }
  return stories;
};

const isGone = ({ started, stopped, available, deleted }: Story): boolean =>
  deleted.length > 0 || (started.length > 0 && stopped.length > 0 && available.length === 0);

/** @param open whether a clip may still be open: the engine has not ended in an orderly way */
export const judgeStory = (story: Story, open: boolean): Violation[] => {
  const { location, started, stopped, available } = story;
  const found: Violation[] = [];
  const broken = (rule: string, what: string): void =>
    void found.push({ rule: `story.${rule}`, what: `${location}: ${what}` });
  const [start] = started;
  const [stop] = stopped;
  if (start === undefined) {
    const first = stop ?? available[0] ?? story.failures[0] ?? story.recovered[0] ?? story.deleted[0];
    broken('unstarted', `its first event is ${first?.seq} ${first?.eventType}`);
  }
  if (started.length > 1) broken('startedTwice', numbers(started));
  if (stopped.length > 1) broken('stoppedTwice', numbers(stopped));
  if (available.length > 1) broken('availableTwice', numbers(available));
  if (start !== undefined && stop === undefined && !open)
    broken('unclosed', `started by event ${start.seq}, never stopped`);
  if (stop !== undefined && available.length === 0 && reasonsOf(story).length === 0)
    broken('untold', `stopped by event ${stop.seq} (${stop.data.reason}), not available, and nothing says why`);
  const order = [start, stop, available[0]].flatMap((event) => (event ? [event.seq] : []));
  if (order.some((seq, i) => i > 0 && seq < order[i - 1]!)) broken('order', `events ${order.join(', ')}`);
  return found;
};

/** Events that say why there is no file, or none any more. */
const reasonsOf = ({ failures, recovered, deleted }: Story): EventRecord[] => [
  ...failures,
  ...recovered.filter(({ data }) => data.state === 'failed' && typeof data.reason === 'string'),
  ...deleted,
];

const numbers = (events: readonly EventRecord[]): string => `events ${events.map(({ seq }) => seq).join(', ')}`;
