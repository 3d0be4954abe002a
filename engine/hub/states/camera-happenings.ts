import { AvaEvent, SluiceEvent } from '../../events/catalogue.js';
import type { EventFeed, EventRecord } from '../../events/types.js';
import type { CameraNow } from './camera-now.js';

/** What is told of a camera when it happens. */
export const CAMERA_HAPPENINGS = ['motion', 'recordingStarted', 'recordingAvailable', 'tampered'] as const;
type Happening = (typeof CAMERA_HAPPENINGS)[number];

const BY_EVENT: Readonly<Record<string, Happening>> = {
  [AvaEvent.RecordingStarted]: 'recordingStarted',
  [AvaEvent.RecordingAvailable]: 'recordingAvailable',
  [SluiceEvent.SceneTampered]: 'tampered',
};

/** What readers of such a message can use of an event's data. */
const FACTS = ['outputType', 'outputLocation', 'startTime', 'endTime', 'duration', 'url', 'cause'] as const;
const READ_AT_ONCE = 100;

interface HappeningsOptions {
  journal: Pick<EventFeed, 'lastSeq' | 'read'>;
  /** As JSON, with `event_type`, which is what Home Assistant asks for. */
  tell(camera: string, payload: string): void;
}

/**
 * Tells what happens at cameras, in few words, to those who are there: motion that begins, and some events of the journal. The topics of
 * events have everything, also for those who come later.
 */
export class CameraHappenings {
  readonly #options: HappeningsOptions;
  #read: number | undefined;
  #moving: ReadonlySet<string> | undefined;

  constructor(options: HappeningsOptions) {
    this.#options = options;
  }

  /** What happens from now on is told. */
  begin(): void {
    this.#read = this.#options.journal.lastSeq;
    this.#moving = undefined;
  }

  /** Takes the cameras as they are now, whenever something may have happened. */
  look(cameras: readonly CameraNow[], now: string): void {
    if (this.#read === undefined) return;
    const moving = new Set(cameras.filter(({ scene }) => scene.motion === true).map(({ name }) => name));
    for (const name of moving) if (this.#moving && !this.#moving.has(name)) this.#tell(name, 'motion', { time: now });
    this.#moving = moving;
    for (;;) {
      const events = this.#options.journal.read(this.#read, READ_AT_ONCE);
      for (const { record, pipeline } of events) {
        this.#read = record.seq;
        const camera = pipeline && cameras.find(({ pipelines }) => pipelines.includes(pipeline));
        if (camera) this.#event(camera.name, record);
      }
      if (events.length < READ_AT_ONCE) return;
    }
  }

  #event(camera: string, { id, eventType, eventTime, data }: EventRecord): void {
    const happening = BY_EVENT[eventType];
    if (!happening || data['state'] === 'ended') return;
    const facts = Object.fromEntries(FACTS.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])));
    this.#tell(camera, happening, { time: eventTime, id, ...facts });
  }

  #tell(camera: string, happening: Happening, facts: Record<string, unknown>): void {
    this.#options.tell(camera, JSON.stringify({ event_type: happening, ...facts }));
  }
}
