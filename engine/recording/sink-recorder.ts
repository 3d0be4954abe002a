import { statSync } from 'node:fs';
import type { Bridge, TrackKind } from '../../bridge/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import type { CloseAction, CloseReason, OpenAction } from '../gate/actions.js';
import type { Count } from '../metrics/metrics.js';
import { ActivationRecorder, type RecordingKeeper } from './activation-recorder.js';
import { Clip, type ClipEnd } from './clip.js';
import type { ClipShelf, ClipSink } from './clip-shelf.js';
import { FILE_GONE, type FileIdentity, judge } from './judge.js';
import type { ClipExtent, PreRoll, RecordingEvents, RecordingStory } from './recording-events.js';

/** A sink, and the tracks that its files have. */
export interface RecordedSink extends ClipSink {
  tracks: ReadonlySet<TrackKind>;
}

export interface SinkRecorderDeps {
  session: CameraSession;
  clock: Clock;
  bridge: Pick<Bridge, 'mux'>;
  shelf: ClipShelf;
  events: RecordingEvents;
  metrics: { clipsFinished: Count; clipsFailed: Count; dropped(track: TrackKind): Count };
}

/** What is known of a clip from its first unit to its last event. */
interface Entry {
  story: RecordingStory;
  location: string;
  /** What is at `location`, unless somebody takes it away. */
  file: FileIdentity;
  releaseUtc: () => void;
}

/**
 * Records what one gate lets through for one sink: an activation recorder for each activation, and events for each
 * file.
 */
export class SinkRecorder implements RecordingKeeper {
  readonly #sink: RecordedSink;
  readonly #deps: SinkRecorderDeps;
  readonly #recorders = new Map<number, ActivationRecorder>();
  readonly #closing = new Set<Promise<void>>();
  readonly #entries = new Map<Clip, Entry>();

  constructor(sink: RecordedSink, deps: SinkRecorderDeps) {
    this.#sink = sink;
    this.#deps = deps;
  }

  open(action: OpenAction): void {
    const { session, clock } = this.#deps;
    const recorder = new ActivationRecorder(action, session, clock, this);
    this.#recorders.set(action.activation, recorder);
    recorder.unit();
  }

  unit(): void {
    for (const recorder of this.#recorders.values()) recorder.unit();
  }

  close({ activation, end, reason }: CloseAction): void {
    const recorder = this.#recorders.get(activation);
    if (!recorder) return;
    this.#recorders.delete(activation);
    const closing = recorder.close(end, reason).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Resolves when every file whose gate has closed is finalised and its events are published. */
  async finished(): Promise<void> {
    await Promise.all(this.#closing);
  }

  begin(first: AccessUnit, open: OpenAction, preRoll: PreRoll | null, lost: number): Clip | null {
    const { session, bridge, shelf, events, metrics } = this.#deps;
    const story: RecordingStory = {
      pipeline: this.#sink.pipeline,
      sink: this.#sink.sink,
      correlationId: open.signalId,
    };
    const releaseUtc = session.holdUtc();
    const startUtc = session.toUtc(first.pts);
    let location: string | undefined;
    let clip: Clip;
    let file: FileIdentity;
    try {
      location = shelf.begin({
        sink: this.#sink,
        correlationId: open.signalId,
        startUtc,
        ...(preRoll ? { preRoll } : {}),
      });
      file = statSync(location);
      clip = new Clip({ session, bridge, first, path: location, tracks: this.#sink.tracks, lost });
    } catch (error) {
      releaseUtc();
      if (location !== undefined) shelf.rescue(location, messageOf(error));
      metrics.clipsFailed.add();
      events.notStarted(story, error);
      return null;
    }
    this.#entries.set(clip, { story, location, file, releaseUtc });
    events.started(story, location, startUtc, preRoll);
    return clip;
  }

  ended(clip: Clip, told: ClipEnd, reason: CloseReason | 'interrupted'): void {
    const entry = this.#entries.get(clip);
    if (!entry) return;
    this.#entries.delete(clip);
    const { session, events, metrics } = this.#deps;
    const { story, location } = entry;
    const end = judge(location, told, entry.file);
    const endUtc = session.toUtc(end.end);
    entry.releaseUtc();
    const seconds = Math.max(0, end.end - end.start) / MICROS_PER_SECOND;
    const extent: ClipExtent = { endUtc, seconds, frames: end.units };
    if (end.lostUnits > 0) {
      metrics.dropped('video').add(end.lostUnits);
      events.dropped(story, location, 'video', end.lostUnits);
    }
    events.stopped(story, location, extent, end.ok ? reason : 'failed');
    if (end.ok) this.#available(entry, extent, end.bytes, endUtc);
    else this.#failed(entry, end, endUtc);
  }

  #available({ story, location }: Entry, extent: ClipExtent, bytes: number, endUtc: UtcMicros): void {
    const { shelf, events, metrics } = this.#deps;
    metrics.clipsFinished.add();
    shelf.finished(location, { bytes, endUtc });
    events.available(story, location, extent, { bytes, incomplete: false });
    shelf.enforceBudget(this.#sink);
  }

  /** The muxer has failed. What it wrote before that is kept if it plays. */
  #failed({ story, location }: Entry, { reason }: ClipEnd & { ok: false }, endUtc: UtcMicros): void {
    const { shelf, events, metrics } = this.#deps;
    metrics.clipsFailed.add();
    const message = 'message' in reason ? reason.message : `the muxer ended: ${reason.kind}`;
    const code = 'code' in reason ? reason.code : reason.kind;
    events.failed(story, location, code, message);
    if (code === FILE_GONE) {
      shelf.gone(location, endUtc);
      return;
    }
    const rescued = shelf.rescue(location, message);
    if (rescued) events.available(story, location, rescued, { bytes: rescued.bytes, incomplete: true });
  }
}
