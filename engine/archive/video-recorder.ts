import { statSync } from 'node:fs';
import type { EndReason, TrackKind } from '../../bridge/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { type MediaTime, MICROS_PER_MS, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import type { CloseAction, OpenAction } from '../gate/actions.js';
import type { Count } from '../metrics/metrics.js';
import type { Muxer } from '../mux/types.js';
import { Clip } from '../recording/clip.js';
import { clipStart } from '../recording/clip-start.js';
import { fileGone, isFileGone, isSameFile } from '../recording/judge.js';
import { Reserve } from '../recording/reserve.js';
import type { SegmentOptions } from '../recording/segment-options.js';
import { Openings } from './openings.js';
import type { RecordingBook, RecordingSink } from './recording-book.js';
import type { SegmentFacts } from './segment-facts.js';
import type { OpenSegment, SegmentShelf } from './segment-shelf.js';
import { type SegmentResult, Stretch, type StretchKeeper } from './stretch.js';
import { awaitSound, type Tail } from './tail.js';
import { TimeLine } from './time-line.js';
import type { Video } from './video.js';
import { Written } from './written.js';

/** How often is looked whether the files of open segments are still there, and what is on the disk of them. */
const LOOK_EVERY: Micros = seconds(1);
/** What a camera has sent is brought to the disk when it has been silent for so long. */
const SILENT_AFTER: Micros = seconds(3);

export interface VideoRecorderDeps {
  session: CameraSession;
  clock: Clock;
  muxes: Muxer;
  shelf: SegmentShelf;
  book: RecordingBook;
  metrics: { clipsFinished: Count; clipsFailed: Count; dropped(track: TrackKind): Count };
}

/** What is known of a segment while it is written. */
interface Entry {
  segment: OpenSegment;
  file: { dev: number; ino: number };
}

/**
 * Writes what one gate lets through, or all that a camera sends, into a video: every picture once, however many openings
 * want it.
 */
export class VideoRecorder implements StretchKeeper {
  readonly #video: Video;
  readonly #sink: RecordingSink;
  readonly #tracks: ReadonlySet<TrackKind>;
  readonly #deps: VideoRecorderDeps;
  readonly #openings: Openings;
  readonly #entries = new Map<Clip, Entry>();
  readonly #closing = new Set<Promise<void>>();
  #stretch: Stretch | undefined;
  readonly #line = new TimeLine();
  /** What stretches that are over have written. */
  readonly #written = new Written();
  readonly #reserve: Reserve;
  #nextLook = 0 as MonotonicTime;
  #lastUnit = 0 as MonotonicTime;
  #cancelSilence: CancelTimer | undefined;
  #told: string | undefined;

  constructor(video: Video, sink: RecordingSink, tracks: ReadonlySet<TrackKind>, deps: VideoRecorderDeps) {
    this.#video = video;
    this.#sink = sink;
    this.#tracks = tracks;
    this.#deps = deps;
    this.#openings = new Openings(sink, deps);
    this.#reserve = new Reserve(deps.session, { withSound: tracks.has('audio') });
  }

  open(action: OpenAction): void {
    const { session } = this.#deps;
    const first = clipStart(session.ring, action.start, session.isAway);
    this.#openings.open(action, first);
    if (first) this.#fillHoles(action.start, first.unit.index);
    this.#stretch ??= this.#newStretch(action.start, this.#written.last);
    this.unit();
  }

  /** What the camera sends is being written. */
  get recording(): boolean {
    return this.#stretch !== undefined;
  }

  unit(unit?: AccessUnit): void {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    if (unit) this.#lastUnit = now;
    if (this.#stretch) {
      this.#stretch.unit();
      this.#cancelSilence ??= clock.after(SILENT_AFTER / MICROS_PER_MS, () => this.#onSilence());
    }
    // Also at segments of which the last is being written.
    if (now >= this.#nextLook && (this.#stretch || this.#closing.size > 0)) this.#look(now);
  }

  /** The camera has sent what may not be asked for: it is not silent. */
  held(): void {
    this.#lastUnit = this.#deps.clock.monotonic();
  }

  close({ activation, end, reason }: CloseAction): void {
    this.#openings.close(activation, end, reason);
    const stretch = this.#stretch;
    if (!stretch || this.#openings.areOpen) return;
    this.#stretch = undefined;
    const last = this.#openings.lastEnd ?? end;
    this.#closes(this.#closed(stretch, last));
    this.#note(stretch);
  }

  /** Resolves when everything that was let through is on the disk and told of. */
  async finished(): Promise<void> {
    this.#cancelSilence?.();
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  begin(first: AccessUnit, options: SegmentOptions): Clip | null {
    const { session, shelf, metrics, book } = this.#deps;
    const continues = options.continues !== undefined;
    const startUtc = this.#line.place(first.cadence, session.toUtc(first.pts), continues);
    let segment: OpenSegment | undefined;
    try {
      const { pipeline, sink } = this.#sink;
      segment = shelf.begin({ video: this.#video, startUtc, continues, keyed: first.key, pipeline, sink });
      const path = segment.location;
      const file = statSync(path);
      const clip = new Clip({
        session,
        muxes: this.#deps.muxes,
        first,
        segment: options,
        path,
        tracks: this.#tracks,
      });
      this.#entries.set(clip, { segment, file });
      this.#told = undefined;
      this.#openings.began(first.pts, startUtc);
      return clip;
    } catch (error) {
      if (segment) shelf.rescue(segment, messageOf(error));
      metrics.clipsFailed.add();
      const told = messageOf(error);
      // It is tried again every few seconds.
      if (this.#told !== told) book.notWritten(this.#sink, error);
      this.#told = told;
      return null;
    }
  }

  async end(clip: Clip, endAt: MediaTime | null): Promise<SegmentResult> {
    const finishing = clip.finish(endAt);
    const entry = this.#entries.get(clip)!;
    const { segment, file } = entry;
    const { shelf, metrics, book } = this.#deps;
    const end = await finishing;
    this.#entries.delete(clip);
    if (end.lostUnits > 0) this.lost(end.lostUnits, clip.end);
    if (end.lostSound > 0) metrics.dropped('audio').add(end.lostSound);
    const failed = (reason: EndReason, facts: SegmentFacts | undefined, gone = false): SegmentResult => {
      metrics.clipsFailed.add();
      return { ...this.#resultOf(clip, facts), failure: reason, gone };
    };
    if (!isSameFile(segment.location, file)) {
      shelf.gone(segment, [book.failed(this.#sink, fileGone.code, fileGone.message, segment.location)]);
      return failed(fileGone, undefined, true);
    }
    if (!end.ok) {
      const { code, message } = wordsOf(end.reason);
      const facts = shelf.rescue(segment, message, [book.failed(this.#sink, code, message, segment.location)]);
      if (facts) this.#openings.written(this.#mediaEnd(clip, facts));
      return failed(end.reason, facts, isFileGone(end.reason));
    }
    const facts = shelf.facts(segment);
    if (!facts || facts.pictures < clip.pictures) {
      const message = `only ${facts?.pictures ?? 0} of the ${clip.pictures} pictures of a segment are in its file`;
      const kept = shelf.rescue(segment, message, [
        book.failed(this.#sink, 'incompleteSegment', message, segment.location),
      ]);
      // Written again, they would be missing again.
      this.lost(clip.pictures - (kept?.pictures ?? 0), clip.end);
    } else shelf.finished(segment, facts, end);
    if (facts) this.#openings.written(this.#mediaEnd(clip, facts));
    metrics.clipsFinished.add();
    return { ...this.#resultOf(clip, facts), failure: undefined, gone: false };
  }

  hold(): () => void {
    return this.#openings.hold();
  }

  lost(pictures: number, before: MediaTime): void {
    this.#deps.metrics.dropped('video').add(pictures);
    this.#openings.lost(pictures, before);
  }

  #newStretch(start: MediaTime, after: Tail | undefined): Stretch {
    const { session, clock } = this.#deps;
    const { segmentLength } = this.#video;
    this.#reserve.begin(start);
    const firstLength = Math.round(segmentLength * shareOf(this.#video.name));
    return new Stretch({ session, clock, keeper: this, start, after, segmentLength, firstLength });
  }

  /** An opening may want pictures from before those that are written: they get segments of their own. */
  #fillHoles(start: MediaTime, first: number): void {
    const { ring } = this.#deps.session;
    this.#written.forgetBefore(ring.firstIndex);
    for (const { before, after } of this.#written.holes(first, this.#stretch?.firstIndex)) {
      const behind = ring.at(before);
      if (!behind) continue;
      const fill = this.#newStretch(start, after);
      this.#closes(fill.close((behind.pts - 1) as MediaTime).finally(this.#openings.hold()));
      if (fill.tail) this.#leaveSound(fill.tail.soundUntil, behind.pts);
      this.#note(fill);
    }
  }

  /** Sound comes after its pictures: what of a hole's has not come when that is filled is left to what is written next. */
  #leaveSound(from: MediaTime, until: MediaTime): void {
    if (this.#stretch) this.#stretch.awaitSound(from, until);
    else if (this.#written.last) awaitSound(this.#written.last, from, until);
  }

  #note({ firstIndex, tail }: Stretch): void {
    if (firstIndex !== undefined && tail) this.#written.put(firstIndex, tail);
  }

  #closes(work: Promise<void>): void {
    const closing = work.finally(() => {
      this.#closing.delete(closing);
      if (!this.#stretch && this.#closing.size === 0) this.#reserve.end();
    });
    this.#closing.add(closing);
  }

  async #closed(stretch: Stretch, end: MediaTime): Promise<void> {
    await stretch.close(end);
    // A segment of it may have failed meanwhile, and been followed by another.
    this.#note(stretch);
    this.#openings.settled(end);
  }

  #resultOf(clip: Clip, facts: SegmentFacts | undefined): Omit<SegmentResult, 'failure' | 'gone'> {
    const { pictures = 0, soundFrames = 0 } = facts ?? {};
    return { pictures, soundUntil: clip.soundOnDisk(soundFrames) };
  }

  #mediaEnd(clip: Clip, { duration }: SegmentFacts): MediaTime {
    return (clip.start + duration) as MediaTime;
  }

  #onSilence(): void {
    this.#cancelSilence = undefined;
    const { clock } = this.#deps;
    if (!this.#stretch) return;
    const left = this.#lastUnit + SILENT_AFTER - clock.monotonic();
    if (left <= 0) this.#stretch.rest();
    else this.#cancelSilence = clock.after(left / MICROS_PER_MS, () => this.#onSilence());
  }

  #look(now: MonotonicTime): void {
    this.#nextLook = (now + LOOK_EVERY) as MonotonicTime;
    const { shelf } = this.#deps;
    // The ring keeps what is not on the disk yet.
    this.#reserve.look(this.#entries.keys());
    if (!shelf.media.present) return;
    for (const [clip, { segment, file }] of this.#entries) {
      if (!isSameFile(segment.location, file)) this.#stretch?.fail(clip);
      else if (this.#openings.waits) {
        const facts = shelf.facts(segment);
        if (facts) this.#openings.written(this.#mediaEnd(clip, facts));
      }
    }
  }
}

const wordsOf = (reason: EndReason): { code: string; message: string } => ({
  code: 'code' in reason ? reason.code : reason.kind,
  message: 'message' in reason ? reason.message : `the muxer ended: ${reason.kind}`,
});

/** From a half to one, always the same for a name. */
const shareOf = (name: string): number => {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 1009;
  return 0.5 + hash / 1009 / 2;
};
