/**
 * Records one activation of a gate: usually one file, more when the camera reconnects or the muxer is lost in the
 * middle. Each file plays by itself. Together they contain everything that was in the ring between the start and the
 * end.
 */
import type { EndReason } from '../../bridge/types.js';
import { countBetween, type RingPlace } from '../camera/ring-place.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Clock } from '../core/clock.js';
import { type MediaTime, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import type { CloseReason, OpenAction } from '../gate/actions.js';
import type { Clip } from './clip.js';
import type { ClipEnd } from './clip-end.js';
import { clipStart } from './clip-start.js';
import { isFileGone } from './judge.js';
import type { PreRoll } from './recording-events.js';

/** Implemented by the sink: creates files, and reports what becomes of them. */
export interface RecordingKeeper {
  /**
   * Creates a clip that begins at `first`. If it cannot, reports why and returns null.
   * @param lost number of pictures between the file before and this one that the ring has dropped.
   */
  begin(first: AccessUnit, open: OpenAction, preRoll: PreRoll | null, lost: number): Clip | null;
  ended(clip: Clip, end: ClipEnd, reason: CloseReason | 'interrupted'): void;
  /** The activation has ended at `end`, and there was nothing to begin a clip with. */
  nothing(open: OpenAction, end: MediaTime): void;
}

/** After a failure, no file is begun for this long, so that a full disk is not tried again and again. */
const RETRY_AFTER: Micros = seconds(3);
/** Longest media that a muxer may lose when it dies: a fragment, and what waits in its lane. */
const IN_FLIGHT: Micros = seconds(1.5);

/** A lost host is replaced at once, unless the bridge says when the next may start; so is a file. */
const retryAfter = (reason: EndReason): Micros => {
  if (reason.kind === 'hostLost') return seconds((reason.retryInMs ?? 0) / 1000);
  return isFileGone(reason) ? 0 : RETRY_AFTER;
};

export class ActivationRecorder {
  readonly #open: OpenAction;
  readonly #session: CameraSession;
  readonly #keeper: RecordingKeeper;
  readonly #clock: Clock;
  #clip: Clip | null = null;
  #firstFile = true;
  /** Where the next file may begin. */
  #from: RingPlace = { index: 0, picture: 0 };
  #notBefore = 0 as MonotonicTime;
  #finishing = new Set<Promise<void>>();
  #closed = false;

  constructor(open: OpenAction, session: CameraSession, clock: Clock, keeper: RecordingKeeper) {
    this.#open = open;
    this.#session = session;
    this.#keeper = keeper;
    this.#clock = clock;
  }

  /** A unit that is not past the end has entered the ring. */
  unit(): void {
    if (this.#closed) return;
    if (!this.#clip) this.#begin(null);
    this.#pump(null);
  }

  /** Finishes the file at `end`. Resolves when it is finalised and reported. */
  async close(end: MediaTime, reason: CloseReason): Promise<void> {
    if (!this.#clip) this.#begin(end);
    this.#pump(end);
    this.#closed = true;
    if (this.#clip) this.#finish(this.#clip, end, reason);
    if (this.#firstFile) this.#keeper.nothing(this.#open, end);
    await Promise.all(this.#finishing);
  }

  /**
   * A clip cannot be written on, if it is one of these: what is on disk stays, and a new file continues. It begins with
   * what was on its way to a lost muxer, so that the two overlap a little and nothing is missing between them. A file that
   * is gone is begun anew, with all of it that is still in the ring.
   */
  fail(clip: Clip, reason: EndReason): void {
    if (this.#clip !== clip) return;
    const { ring } = this.#session;
    const overlap = ring.lastKeyframeAtOrBefore((clip.end - IN_FLIGHT) as MediaTime);
    const onDisk = overlap && overlap.epoch === clip.epoch ? overlap : clip.next;
    const again = clip.blameSound(reason);
    this.#from = isFileGone(reason) || (again && clip.first.index >= ring.firstIndex) ? clip.first : onDisk;
    this.#notBefore = (this.#clock.monotonic() +
      (again && reason.kind === 'error' ? 0 : retryAfter(reason))) as MonotonicTime;
    this.#finish(clip, null, 'interrupted');
  }

  #pump(endAt: MediaTime | null): void {
    // A reconnect ends one file and begins the next. The loop ends when there are no more units in the ring.
    while (this.#clip) {
      const clip = this.#clip;
      clip.pump(endAt);
      const next = clip.complete ? this.#session.ring.at(clip.next.index) : undefined;
      if (!next || next.epoch === clip.epoch) return;
      this.#finish(clip, endAt, 'interrupted');
      this.#from = next;
      this.#begin(endAt);
    }
  }

  #begin(endAt: MediaTime | null): void {
    if (this.#clock.monotonic() < this.#notBefore) return;
    const { ring } = this.#session;
    let first: AccessUnit | undefined;
    let preRoll: PreRoll | null = null;
    if (this.#firstFile) {
      const start = clipStart(ring, this.#open.start);
      if (!start) return;
      first = start.unit;
      const { requestedPreRoll: requested, trigger } = this.#open;
      preRoll = { requested, actual: Math.max(0, trigger - first.pts), truncated: start.truncated > 0 };
    } else {
      first = ring.firstKeyframeFrom(Math.max(this.#from.index, ring.firstIndex));
    }
    // Media that came back only after the end is not part of this activation: its file would be empty.
    if (!first || (endAt !== null && first.pts > endAt)) return;
    const lost = this.#firstFile ? 0 : countBetween(this.#from, first).pictures;
    const clip = this.#keeper.begin(first, this.#open, preRoll, lost);
    if (!clip) {
      this.#notBefore = (this.#clock.monotonic() + RETRY_AFTER) as MonotonicTime;
      return;
    }
    this.#firstFile = false;
    this.#clip = clip;
    clip.failed.then(
      (reason) => this.fail(clip, reason),
      () => {},
    );
  }

  #finish(clip: Clip, endAt: MediaTime | null, reason: CloseReason | 'interrupted'): void {
    if (this.#clip === clip) this.#clip = null;
    const finishing = clip
      .finish(endAt)
      .then((end) => {
        this.#keeper.ended(clip, end, reason);
        if (!end.ok && reason !== 'interrupted' && clip.blameSound(end.reason))
          return this.#writeAgain(clip, endAt, reason);
        return undefined;
      })
      .finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
  }

  /** A file whose end has failed because of its sound, as far as the ring still has it. */
  async #writeAgain(failed: Clip, endAt: MediaTime | null, reason: CloseReason): Promise<void> {
    const { ring } = this.#session;
    const first = ring.firstKeyframeFrom(Math.max(failed.first.index, ring.firstIndex));
    if (!first || first.epoch !== failed.epoch || (endAt !== null && first.pts > endAt)) return;
    const clip = this.#keeper.begin(first, this.#open, null, countBetween(failed.first, first).pictures);
    if (!clip) return;
    const end = await clip.finish(endAt);
    this.#keeper.ended(clip, end, reason);
  }
}
