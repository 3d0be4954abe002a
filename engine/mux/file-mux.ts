/**
 * One MP4 file of what is encoded already. It grows by whole fragments, each with one
 * call of the file system, so that at any moment it plays up to a second ago. What is finished is a plain MP4, or, as a
 * segment, stays as it is.
 */

import { aacFormat, codecOf } from '../../bridge/filters/caps.js';
import type { EndReason, StreamCaps } from '../../bridge/types.js';
import { BlockSums } from '../core/block-sums.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { type Micros, type MonotonicTime, millis, seconds } from '../core/time.js';
import { box, u32, u64 } from '../mp4/box-writer.js';
import { DecodeTimes, reorderDepth } from '../mp4/decode-times.js';
import { hideEmptyTracks } from '../mp4/empty-tracks.js';
import { FTYP, fragmentedMoov, TIMESCALE, ticksOf } from '../mp4/fragmented-movie.js';
import { LARGE, moov } from '../mp4/movie-header.js';
import { aacEntry, shownSize } from '../mp4/sample-entry.js';
import { type VideoFormat, videoFormat } from '../mp4/video-format.js';
import { AppendedFile } from './appended-file.js';
import type { Disks } from './disk-queue.js';
import { BACKLOG, BACKLOG_END, EMPTY_CLIP, FINISH_TIMEOUT, fileError, NO_PARAMETER_SETS, noMp4Of } from './ends.js';
import type { FlushTimer } from './flush-timer.js';
import { inTime } from './in-time.js';
import { TrackWriter } from './track-writer.js';
import type { Mux, MuxResult, MuxSpec, MuxUnit } from './types.js';

/** What waits is written when the first of it has waited for so long: with the timer's steps and the disk's time, less than a second. */
const LONGEST: Micros = millis(750);
/** With the fragment that is being made, it is what a power cut may cost. */
const SYNC_EVERY: Micros = seconds(2);
/** A fragment that is shorter does not end only because a keyframe comes, at which it could be cut. */
const SHORTEST: Micros = millis(200);
/** So much at once is a fragment, whatever its length. */
const MOST_BYTES = 512 * 1024;
/** By so much sound may begin before the pictures, in ticks. */
const SOUND_EARLIER = 3 * TIMESCALE;
/** With so many at once, it shows how far pictures are reordered. */
const PAST_PICTURES = 8;
/** Bytes that the head of the media takes in a plain file, where the type of a box is all that changes. */
const HEAD_ROOM = 16;

export interface FileMuxDeps {
  clock: Clock;
  disks: Disks;
  timer: FlushTimer;
}

export class FileMux implements Mux {
  readonly failed: Promise<EndReason>;
  readonly #spec: MuxSpec;
  readonly #clock: Clock;
  readonly #timer: FlushTimer;
  readonly #disks: Disks;
  #fail: (reason: EndReason) => void = () => {};
  #end: EndReason | undefined;
  #finishing = false;
  #file: AppendedFile | undefined;
  /** Of what was appended; undefined where something else is changed in the end. */
  #sums: BlockSums | undefined;
  #video: TrackWriter | undefined;
  readonly #sound: TrackWriter | undefined;
  #format: VideoFormat | undefined;
  #times: DecodeTimes | undefined;
  /** Frames of sound. */
  #heard = 0;
  #sequence = 0;
  /** What is added to times so that none in the file is negative, in ticks; undefined before the first fragment. */
  #base: number | undefined;
  /** When the first picture is shown, in ticks. */
  #origin = 0;
  #oldest: MonotonicTime | undefined;
  #lastSync: MonotonicTime;

  constructor(spec: MuxSpec, { clock, disks, timer }: FileMuxDeps) {
    this.#spec = spec;
    this.#clock = clock;
    this.#disks = disks;
    this.#timer = timer;
    this.#lastSync = clock.monotonic();
    this.#sound = soundTrack(spec);
    if (spec.segment) this.#sums = new BlockSums();
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  start(): void {
    if (!isStorable(this.#spec.tracks)) {
      this.#abandon(noMp4Of(this.#spec.tracks));
      return;
    }
    try {
      this.#file = AppendedFile.open(this.#spec.path, this.#disks, (error) => this.#abandon(fileError(error)));
      this.#timer.add(this);
    } catch (error) {
      this.#abandon(fileError(error));
    }
  }

  get backlogBytes(): number {
    if (this.#end !== undefined) return 0;
    const waiting = (this.#video?.waitingBytes ?? 0) + (this.#sound?.waitingBytes ?? 0);
    return waiting + (this.#file?.waitingBytes ?? 0);
  }

  write(unit: MuxUnit): void {
    if (this.#end !== undefined || this.#finishing) return;
    if (unit.track === 'video') this.#writePicture(unit);
    else if (unit.track === 'audio') this.#writeSound(unit);
    if (this.backlogBytes > BACKLOG_END) this.#abandon(BACKLOG);
  }

  flushDue(now: MonotonicTime): void {
    if (this.#oldest !== undefined && now - this.#oldest >= LONGEST) this.#flush();
    if (!this.#finishing && this.#file && now - this.#lastSync >= SYNC_EVERY) {
      this.#lastSync = now;
      this.#file.syncSoon((error) => this.#abandon(syncError(error)));
    }
  }

  async finish(): Promise<MuxResult> {
    this.#finishing = true;
    if (this.#end === undefined && !this.#video) this.#abandon(EMPTY_CLIP);
    const file = this.#file;
    if (this.#end !== undefined || !file) return { ok: false, reason: this.#end ?? EMPTY_CLIP };
    await inTime(this.#clock, this.#complete(file), () => this.#abandon(FINISH_TIMEOUT));
    const [bytes, checksums] = [file.length, this.#sums?.sums];
    this.#release();
    return this.#end === undefined ? { ok: true, bytes, checksums } : { ok: false, reason: this.#end };
  }

  async #complete(file: AppendedFile): Promise<void> {
    try {
      this.#flush();
      if (this.#spec.segment) {
        await file.written();
      } else {
        const start = FTYP.length;
        const end = file.length;
        file.append(this.#plainHeader(end));
        await file.written();
        // From now on it says what the fragments said; that it counts is changed with one write.
        if (this.#end === undefined) await file.sync();
        if (this.#end === undefined) {
          await file.replace(start, Buffer.concat([u32(1), Buffer.from('mdat'), u64(end - start)]));
        }
      }
      if (this.#end === undefined && this.#sound && this.#heard === 0) {
        hideEmptyTracks(this.#spec.path);
        this.#sums = undefined;
      }
      // Others will be told that the file is there. A power cut must not make that untrue; its name is the caller's.
      if (this.#end === undefined) await file.sync();
    } catch (error) {
      this.#abandon(fileError(error));
    }
  }

  #writePicture({ key, pts, duration, payload }: MuxUnit): void {
    const isFirst = this.#video === undefined;
    if (isFirst && !this.#begin(payload)) {
      this.#abandon(NO_PARAMETER_SETS);
      return;
    }
    const video = this.#video!;
    const [first] = video.waiting;
    const at = ticksOf(pts ?? 0);
    if (first) {
      const canBeCut = key && video.waiting.some((each) => !each.key) && at - first.pts >= ticksOf(SHORTEST);
      if (canBeCut || video.waitingBytes >= MOST_BYTES || at - first.pts >= ticksOf(LONGEST)) this.#flush();
    }
    this.#oldest ??= this.#clock.monotonic();
    const { length } = this.#format!.stored(payload, (bytes) => video.take(bytes));
    if (isFirst) {
      this.#origin = at;
      queueMicrotask(() => this.#flushPast());
    }
    video.add({ pts: at, ticks: Math.max(1, ticksOf(duration ?? 0)), size: length, key });
  }

  #writeSound({ pts, duration, payload }: MuxUnit): void {
    const sound = this.#sound;
    if (!sound) return;
    sound.take(payload.length).set(payload);
    this.#oldest ??= this.#clock.monotonic();
    this.#heard += 1;
    sound.add({ pts: ticksOf(pts ?? 0), ticks: Math.max(1, ticksOf(duration ?? 0)), size: payload.length, key: true });
  }

  #begin(payload: Uint8Array): boolean {
    const { tracks, segment, head = payload } = this.#spec;
    const [caps] = tracks as [StreamCaps];
    this.#format = videoFormat(caps, head);
    if (!this.#format) return false;
    const { entry } = this.#format;
    this.#video = new TrackWriter(1, { kind: 'video', entry, ...shownSize(caps) }, !segment);
    return true;
  }

  /** What was there before the file was begun comes all at once, and need not wait. */
  #flushPast(): void {
    // Fewer may not show yet how far pictures are reordered.
    if (this.#base !== undefined || this.#video!.waiting.length >= PAST_PICTURES) this.#flush();
  }

  #flush(): void {
    const [file, video, sound] = [this.#file, this.#video, this.#sound];
    if (this.#end !== undefined || !file || !video) return;
    this.#oldest = undefined;
    const pictures = video.waiting.map(({ pts }) => pts);
    if (this.#base === undefined && pictures.length === 0) return;
    this.#times ??= new DecodeTimes(reorderDepth(pictures), video.waiting[0]!.ticks);
    const times = this.#times;
    const decoded = pictures.map((pts) => times.next(pts));
    const heard = sound?.waiting.map(({ pts }) => pts) ?? [];
    const parts: Buffer[] = [];
    if (this.#base === undefined) {
      // Sound that has not come yet may begin before the pictures.
      const earliest = heard[0] ?? (sound ? decoded[0]! - SOUND_EARLIER : Number.POSITIVE_INFINITY);
      this.#base = -Math.min(decoded[0]!, earliest);
      parts.push(FTYP, ...(this.#spec.segment ? [] : [box('free', Buffer.alloc(HEAD_ROOM - 8))]));
      const tracks = [video, ...(sound ? [sound] : [])].map(({ described }) => described);
      parts.push(fragmentedMoov(tracks, this.#spec.taken));
    }
    const base = this.#base;
    let at = file.length + parts.reduce((sum, { length }) => sum + length, 0);
    for (const [track, dts] of [[video, decoded] as const, [sound, heard] as const]) {
      if (!track || dts.length === 0) continue;
      this.#sequence += 1;
      const fragment = track.fragment(this.#sequence, dts, { base, at });
      parts.push(...fragment);
      at += fragment.reduce((sum, { length }) => sum + length, 0);
    }
    for (const part of parts) this.#sums?.add(part);
    file.append(...parts);
  }

  /** What a finished file ends with, so that it plays without its fragments. */
  #plainHeader(end: number): Buffer {
    const written = [this.#video, this.#sound].flatMap((track) => (track?.table?.count ? [track] : []));
    const tables = written.map(({ table }) => table!);
    for (const table of tables) table.countFrom(this.#origin);
    const movie = {
      tracks: written.map(({ described, table, chunks }) => ({
        track: { ...described, timescale: TIMESCALE },
        sampleEntry: described.entry,
        table: table!,
        chunks,
      })),
      duration: Math.max(...tables.map((table) => table.end)),
      timescale: TIMESCALE,
      taken: this.#spec.taken,
      mediaBytes: end,
    };
    return moov(movie, 0, end > LARGE);
  }

  #abandon(reason: EndReason): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    if (!this.#finishing) this.#fail(reason);
    this.#release();
  }

  #release(): void {
    this.#timer.delete(this);
    this.#file?.close();
    this.#file = undefined;
    this.#video?.drop();
    this.#sound?.drop();
  }
}

const isStorable = ([video, sound, ...others]: readonly StreamCaps[]): boolean =>
  video?.track === 'video' &&
  codecOf(video.mediaType) !== undefined &&
  (sound === undefined || aacFormat(sound) !== undefined) &&
  others.length === 0;

const soundTrack = ({ tracks: [, sound], segment }: MuxSpec): TrackWriter | undefined => {
  const format = sound && aacFormat(sound);
  if (!format) return undefined;
  return new TrackWriter(2, { kind: 'audio', entry: aacEntry(format, format.config), width: 0, height: 0 }, !segment);
};

const syncError = (error: unknown): EndReason => ({
  ...{ kind: 'error', failure: 'file', code: 'file.sync' },
  message: messageOf(error),
});
