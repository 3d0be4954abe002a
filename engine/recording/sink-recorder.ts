import { statSync } from 'node:fs';
import type { TrackKind } from '../../bridge/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import type { CloseAction, CloseReason, OpenAction } from '../gate/actions.js';
import type { Count } from '../metrics/metrics.js';
import type { Muxer } from '../mux/types.js';
import { ActivationRecorder, type RecordingKeeper } from './activation-recorder.js';
import { Clip } from './clip.js';
import type { ClipEnd } from './clip-end.js';
import type { ClipEnding, ClipPlan, ClipSink, OpenClip } from './clip-plan.js';
import type { ClipShelf } from './clip-shelf.js';
import { type FileIdentity, fileGone, isFileGone, isSameFile, judge } from './judge.js';
import { codeOf, type PreRoll } from './recording-events.js';
import { Reserve } from './reserve.js';

/** How often is looked whether the files of open clips are still there. */
const LOOK_EVERY: Micros = seconds(1);

/** A sink, and the tracks that its files have. */
export interface RecordedSink extends ClipSink {
  tracks: ReadonlySet<TrackKind>;
}

export interface SinkRecorderDeps {
  session: CameraSession;
  clock: Clock;
  muxes: Muxer;
  shelf: ClipShelf;
  metrics: { clipsFinished: Count; clipsFailed: Count; dropped(track: TrackKind): Count };
}

/** What is known of a clip from its first unit to its last event. */
interface Entry {
  open: OpenClip;
  /** What is at its location, unless somebody takes it away. */
  file: FileIdentity;
  releaseUtc: () => void;
}

/**
 * Records what one gate lets through for one sink: an activation recorder for each activation, and a clip on the
 * shelf for each file.
 */
export class SinkRecorder implements RecordingKeeper {
  readonly #sink: RecordedSink;
  readonly #deps: SinkRecorderDeps;
  readonly #recorders = new Map<number, ActivationRecorder>();
  readonly #closing = new Set<Promise<void>>();
  readonly #entries = new Map<Clip, Entry>();
  readonly #reserve: Reserve;
  #nextLook = 0 as MonotonicTime;
  /** Ends of clips that came while the data folder was away. */
  readonly #postponed: (() => void)[] = [];
  /** The last reason why no file could be begun, of which activation: it is tried again every few seconds. */
  #told: { activation: number; code: string } | undefined;

  constructor(sink: RecordedSink, deps: SinkRecorderDeps) {
    this.#sink = sink;
    this.#deps = deps;
    this.#reserve = new Reserve(deps.session, { withSound: sink.tracks.has('audio') });
  }

  open(action: OpenAction): void {
    const { session, clock } = this.#deps;
    this.#reserve.begin(action.start);
    const recorder = new ActivationRecorder(action, session, clock, this);
    this.#recorders.set(action.activation, recorder);
    recorder.unit();
  }

  unit(): void {
    for (const recorder of this.#recorders.values()) recorder.unit();
    if (this.#recorders.size + this.#closing.size + this.#entries.size > 0) this.#look();
  }

  #look(): void {
    const now = this.#deps.clock.monotonic();
    if (now < this.#nextLook) return;
    this.#nextLook = (now + LOOK_EVERY) as MonotonicTime;
    // The ring keeps what is not on the disk yet.
    this.#reserve.look(this.#entries.keys());
    this.#lookAtFiles();
  }

  /** A file that was removed is still written to without complaint, to its end. */
  #lookAtFiles(): void {
    if (!this.#deps.shelf.media.present) return;
    this.#settlePostponed();
    for (const [clip, { open, file }] of this.#entries) {
      if (isSameFile(open.location, file)) continue;
      for (const recorder of this.#recorders.values()) recorder.fail(clip, fileGone);
    }
  }

  close({ activation, end, reason }: CloseAction): void {
    const recorder = this.#recorders.get(activation);
    if (!recorder) return;
    this.#recorders.delete(activation);
    const closing = recorder.close(end, reason).finally(() => {
      this.#closing.delete(closing);
      if (this.#recorders.size === 0 && this.#closing.size === 0) this.#reserve.end();
    });
    this.#closing.add(closing);
  }

  /** Resolves when every file whose gate has closed is finalised and its events are published. */
  async finished(): Promise<void> {
    await Promise.all(this.#closing);
    this.#settlePostponed();
  }

  begin(first: AccessUnit, open: OpenAction, preRoll: PreRoll | null, lost: number): Clip | null {
    const { session, shelf, metrics } = this.#deps;
    const releaseUtc = session.holdUtc();
    const plan: ClipPlan = {
      sink: this.#sink,
      correlationId: open.signalId,
      startUtc: session.toUtc(first.pts),
      ...(preRoll ? { preRoll } : {}),
    };
    let opened: OpenClip;
    try {
      opened = shelf.begin(plan);
    } catch (error) {
      this.#tellNotBegun(open.activation, plan, error);
      releaseUtc();
      metrics.clipsFailed.add();
      return null;
    }
    const written = this.#write(opened, first, lost);
    if (!written) {
      releaseUtc();
      return null;
    }
    const { clip, file } = written;
    this.#entries.set(clip, { open: opened, releaseUtc, file });
    return clip;
  }

  nothing(open: OpenAction, end: MediaTime): void {
    // Why no file could be begun has been told.
    if (this.#told?.activation === open.activation) return;
    const { session, shelf } = this.#deps;
    shelf.nothing(this.#sink, open.signalId, session.toUtc(open.start), session.toUtc(end));
  }

  /** Once for each activation, unless the reason changes. */
  #tellNotBegun(activation: number, plan: ClipPlan, error: unknown): void {
    const code = codeOf(error);
    if (this.#told?.activation === activation && this.#told.code === code) return;
    this.#told = { activation, code };
    this.#deps.shelf.notBegun(plan, error);
  }

  /** Begins to write the file of a clip. If that cannot be, the clip ends here. */
  #write(open: OpenClip, first: AccessUnit, lost: number): { clip: Clip; file: FileIdentity } | null {
    const { session, muxes, shelf, metrics } = this.#deps;
    const path = open.location;
    try {
      const { tracks } = this.#sink;
      const file = statSync(path);
      return { clip: new Clip({ session, muxes, first, path, tracks, lost }), file };
    } catch (error) {
      metrics.clipsFailed.add();
      const extent = { endUtc: open.startUtc, seconds: 0, frames: 0 };
      shelf.rescue(open, { extent, lost: 0 }, { code: 'clipNotStarted', message: messageOf(error) });
      return null;
    }
  }

  lost({ path }: Clip, { signalId }: OpenAction, pictures: number): void {
    const { shelf, metrics } = this.#deps;
    metrics.dropped('video').add(pictures);
    shelf.lost(this.#sink, signalId, path, pictures);
  }

  ended(clip: Clip, told: ClipEnd, reason: CloseReason | 'interrupted'): number | undefined {
    if (this.#deps.shelf.media.present) return this.#settle(clip, told, reason);
    // What became of a file is seen when the folder is back with it.
    this.#postponed.push(() => this.#settle(clip, told, reason));
    return undefined;
  }

  #settlePostponed(): void {
    for (const settle of this.#postponed.splice(0)) settle();
  }

  /** @returns how many of its pictures are on the disk */
  #settle(clip: Clip, told: ClipEnd, reason: CloseReason | 'interrupted'): number | undefined {
    const entry = this.#entries.get(clip);
    if (!entry) return undefined;
    this.#entries.delete(clip);
    const { session, shelf, metrics } = this.#deps;
    const { open } = entry;
    const end = judge(open.location, told, entry.file);
    const endUtc = session.toUtc(end.end);
    entry.releaseUtc();
    const seconds = end.duration / MICROS_PER_SECOND;
    const ending: ClipEnding = {
      extent: { endUtc, seconds, frames: end.units },
      lost: end.lostUnits,
      lostSound: end.lostSound,
    };
    if (end.lostUnits > 0) metrics.dropped('video').add(end.lostUnits);
    if (end.lostSound > 0) metrics.dropped('audio').add(end.lostSound);
    if (!end.ok) return this.#failed(open, ending, end);
    metrics.clipsFinished.add();
    shelf.finished(open, ending, { reason, bytes: end.bytes });
    shelf.enforceBudget(this.#sink);
    return end.units;
  }

  /** The muxer has failed. What it wrote before that is kept if it plays. */
  #failed(open: OpenClip, ending: ClipEnding, { reason }: ClipEnd & { ok: false }): number {
    const { shelf, metrics } = this.#deps;
    metrics.clipsFailed.add();
    const message = 'message' in reason ? reason.message : `the muxer ended: ${reason.kind}`;
    const code = 'code' in reason ? reason.code : reason.kind;
    if (!isFileGone(reason)) return shelf.rescue(open, ending, { code, message })?.frames ?? 0;
    shelf.gone(open, ending, { code, message });
    return 0;
  }
}
