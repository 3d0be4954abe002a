import type { CameraSession } from '../camera/session.js';
import type { MediaTime, UtcMicros } from '../core/time.js';
import type { CloseReason, OpenAction } from '../gate/actions.js';
import type { ClipStart } from '../recording/clip-start.js';
import type { PreRoll } from '../recording/recording-events.js';
import type { OpenRecording, RecordingBook, RecordingSink } from './recording-book.js';

interface Opening {
  action: OpenAction;
  /** Its first picture, as soon as there is one. */
  start: MediaTime | undefined;
  truncated: boolean;
  recording: OpenRecording | undefined;
  end: MediaTime | undefined;
  /** Pictures are missing in it. */
  incomplete: boolean;
  /** How many, and before which time, that could not be told of yet. */
  untold: { pictures: number; before: MediaTime }[];
}

/**
 * The openings of one gate, and what of them is in the video. Each is told of as if it were alone: begun, ended, available
 * once its last picture is on the disk.
 */
export class Openings {
  readonly #sink: RecordingSink;
  readonly #session: CameraSession;
  readonly #book: RecordingBook;
  readonly #all = new Map<number, Opening>();
  /** Media time up to which the video has everything that was let through. */
  #written = Number.NEGATIVE_INFINITY as MediaTime;
  /** Nothing more comes of what was let through up to this time. */
  #settled = Number.NEGATIVE_INFINITY as MediaTime;
  /** How much is being written of what is missing in between. */
  #held = 0;
  /** The beginnings of the newest segments, by which times of the media become those of the wall clock. */
  #anchors: { pts: MediaTime; utc: UtcMicros }[] = [];

  constructor(sink: RecordingSink, { session, book }: { session: CameraSession; book: RecordingBook }) {
    this.#sink = sink;
    this.#session = session;
    this.#book = book;
  }

  /** Openings go on. */
  get areOpen(): boolean {
    return [...this.#all.values()].some(({ end }) => end === undefined);
  }

  /** Some have ended, and their last pictures may not be on the disk yet. */
  get waits(): boolean {
    return [...this.#all.values()].some(({ end }) => end !== undefined);
  }

  /** The latest end of those that have ended. */
  get lastEnd(): MediaTime | undefined {
    const ends = [...this.#all.values()].flatMap(({ end }) => (end === undefined ? [] : [end]));
    return ends.length === 0 ? undefined : (Math.max(...ends) as MediaTime);
  }

  open(action: OpenAction, first: ClipStart | undefined): void {
    this.#all.set(action.activation, {
      action,
      start: first?.unit.pts,
      truncated: (first?.truncated ?? 0) > 0,
      recording: undefined,
      end: undefined,
      incomplete: false,
      untold: [],
    });
    if (first) this.#begin();
  }

  /** A segment has begun. */
  began(pts: MediaTime, utc: UtcMicros): void {
    this.#anchors = [...this.#anchors.slice(-7), { pts, utc }];
    for (const opening of this.#all.values()) opening.start ??= pts;
    this.#begin();
  }

  close(activation: number, end: MediaTime, reason: CloseReason): void {
    const opening = this.#all.get(activation);
    if (!opening) return;
    opening.end = end;
    if (opening.recording) this.#book.stopped(opening.recording, this.#utc(end), reason);
    this.#settle();
  }

  /** Everything up to this time is on the disk, as far as it was let through. */
  written(until: MediaTime): void {
    if (until > this.#written) this.#written = until;
    this.#settle();
  }

  /** Told at once: an opening may go on for months. */
  lost(pictures: number, before: MediaTime): void {
    for (const opening of this.#all.values()) {
      opening.incomplete = true;
      opening.untold.push({ pictures, before });
      this.#tellLost(opening);
    }
  }

  /** Nothing more comes of what was let through up to this time. */
  settled(until: MediaTime): void {
    if (until > this.#settled) this.#settled = until;
    this.#settle();
  }

  /** None is available until the returned function is called: something that was left out is being written. */
  hold(): () => void {
    this.#held += 1;
    return () => {
      this.#held -= 1;
      this.#settle();
    };
  }

  #begin(): void {
    const latest = this.#anchors.at(-1);
    if (!latest) return;
    for (const opening of this.#all.values()) {
      if (opening.recording || opening.start === undefined) continue;
      const { requestedPreRoll: requested, trigger, signalId } = opening.action;
      const preRoll: PreRoll | null =
        signalId === ''
          ? null
          : { requested, actual: Math.max(0, trigger - opening.start), truncated: opening.truncated };
      opening.recording = this.#book.begin(this.#sink, signalId, this.#utc(opening.start), preRoll);
      this.#tellLost(opening);
    }
  }

  #tellLost({ recording, untold }: Opening): void {
    if (!recording) return;
    for (const { pictures, before } of untold.splice(0)) this.#book.dropped(recording, pictures, this.#utc(before));
  }

  #settle(): void {
    if (this.#held > 0) return;
    for (const [activation, { end }] of this.#all) {
      if (end !== undefined && (end < this.#written || end <= this.#settled)) this.#tell(activation);
    }
  }

  #tell(activation: number): void {
    const opening = this.#all.get(activation)!;
    this.#all.delete(activation);
    const { recording, end, action, incomplete } = opening;
    // The camera may have sent nothing more for a while.
    const endUtc = this.#utc(Math.min(end!, Math.max(this.#written, opening.start ?? end!)) as MediaTime);
    if (!recording) this.#book.nothing(this.#sink, action.signalId, this.#utc(action.start), endUtc);
    else this.#book.available(recording, endUtc, incomplete);
  }

  #utc(at: MediaTime): UtcMicros {
    const anchor = this.#anchors.findLast(({ pts }) => pts <= at);
    return anchor ? ((anchor.utc + at - anchor.pts) as UtcMicros) : this.#session.toUtc(at);
  }
}
