import type { ArchiveSource, Kind } from './archive-source.js';
import { type Appended, MediaLane } from './media-lane.js';
import { type OpenSource, openSource, typeOf, whyNot } from './media-source.js';
import { readSoundCodec } from './mp4-sound.js';
import { BEHIND_MOMENT_MS, nudgeOf, standsAt } from './nudge.js';
import type { Piece } from './playlist.js';
import { seekNeeds } from './seek-needs.js';
import { endSource, isSettled, lastBeforeGap, reopenSource } from './stream-end.js';

/** The media element counts from here on: so long before the moment at which it was opened. */
const BEFORE_MS = 43_200_000;
const LONG_SECONDS = 86_400;
const AHEAD_MS = 10_000;
/** Sound so near to a moment belongs to its pictures. */
const NEAR_MS = 1500;
/** A seek is given at least so long. */
const SEEK_MS = 250;
/** Media that begins within this time is waited for. */
const ENTRY_SOON_MS = 1500;
/** More often than that nobody asks how far the clock is. */
const ENTRY_NEAR_MS = 60;

/** `unplayable`: there is media, and no decoder for it. */
export type At = 'unknown' | 'gap' | 'loading' | 'ready' | 'unplayable';

/** Plays one video in an element, at the moment that it is told. */
export class ArchivePlayer {
  readonly video: HTMLVideoElement;
  readonly source: ArchiveSource;
  /** What is wrong, in words. */
  problem: string | undefined;
  /** Another picture lies over the element, which need not go anywhere while it stands. */
  covered = false;
  readonly #withSound: boolean;
  /** The browser cannot play the sound. */
  #isDumb = false;
  #open: OpenSource | undefined;
  #opening = false;
  #origin = 0;
  #lanes = new Map<Kind, MediaLane>();
  /** What is being fetched. */
  readonly #loading = new Map<Kind, Piece>();
  /** What was prepared last. */
  #asked: { time: number; rate: number } | undefined;
  /** The moment at which the element waits for the clock. */
  #entry: number | undefined;
  #entering: ReturnType<typeof setTimeout> | undefined;
  #seekTakes = SEEK_MS;
  /** When the element was last sent somewhere. */
  #soughtAt = 0;
  /** The length of a picture, as far as is known. */
  #pictureMs: number | undefined;
  /** What is on the screen may be older than where the element is. */
  #isOld = false;
  #stopped = false;

  constructor(video: HTMLVideoElement, source: ArchiveSource, withSound: boolean) {
    this.video = video;
    this.source = source;
    this.#withSound = withSound;
  }

  /** The moment at a time of the element, in ms since the epoch. */
  momentAt(seconds: number): number {
    return this.#origin + seconds * 1000;
  }

  /** How much later in the media the element is than a moment, in ms. */
  drift(time: number): number {
    return this.momentAt(this.video.currentTime) - time;
  }

  /** What there is at a moment. Fetches what will be wanted from there on. */
  prepare(time: number, rate: number): At {
    this.#asked = { time, rate };
    const pieces = this.source.pieces('video', time - 1, time + AHEAD_MS * Math.max(1, rate));
    if (!pieces) return 'unknown';
    const sound = this.#withSound && !this.#isDumb ? this.source.pieces('audio', time - NEAR_MS, time + AHEAD_MS) : [];
    this.#keepOpen(
      time,
      pieces[0],
      sound?.find(({ start }) => start < time + NEAR_MS),
    );
    const last = lastBeforeGap(pieces, time);
    const waits = last !== undefined && this.video.seeking;
    this.#fill('video', waits ? pieces.slice(0, pieces.indexOf(last) + 1) : pieces, time);
    this.#fill('audio', sound ?? [], time);
    if (last) this.#end(last);
    const here = pieces.find(({ start, end }) => time >= start - 1 && time < end);
    if (!here) return 'gap';
    if (this.problem !== undefined) return 'unplayable';
    return this.#isBuffered(time) ? 'ready' : 'loading';
  }

  /** Shows the picture of a moment, and stands. @returns whether it is on the screen */
  stand(time: number): boolean {
    const { video } = this;
    this.#entry = undefined;
    if (!video.paused) {
      video.pause();
      this.#isOld = true;
    }
    if (this.covered) return true;
    if (!this.#open) return false;
    // Before the media is there, which the element waits for: to stop and to go there takes a while of its own.
    if (this.#isOld || !standsAt(this.drift(time))) {
      this.#isOld = false;
      this.#seek(time + BEHIND_MOMENT_MS);
    }
    return !video.seeking && video.readyState >= 2 && this.#isBuffered(time);
  }

  /** It is so far from the moment that it would have to jump. */
  isFar(time: number, rate: number): boolean {
    return this.#entry === undefined && nudgeOf(this.drift(time), rate) === 'jump';
  }

  /** Plays, in step with a clock that passes the moment now. */
  run(time: number, rate: number): void {
    const { video } = this;
    if (!this.#open || !this.#isBuffered(time)) {
      if (!video.paused) video.pause();
      return;
    }
    if (video.seeking) return;
    if (this.#entry !== undefined) {
      this.#enter(time, rate);
      return;
    }
    const nudge = nudgeOf(this.drift(time), rate);
    if (nudge === 'jump') this.#waitAhead(time, rate);
    else this.#play(nudge.rate);
  }

  /** Waits where media begins again, if that is soon: an element that had to be sought first would come late. */
  await(time: number, rate: number): void {
    const next = this.source.pieces('video', time, time + ENTRY_SOON_MS * rate)?.[0];
    if (next && next.start > time && this.#open && this.#isBuffered(next.start)) {
      if (this.#entry !== next.start) this.#seek(next.start + 0.5);
      this.#entry = next.start;
      this.#enter(time, rate);
    }
    if (this.#entry === undefined && !this.video.paused) this.video.pause();
  }

  stop(): void {
    this.#stopped = true;
    this.#close();
  }

  /** Goes some way ahead of the clock, which comes there while the element seeks. */
  #waitAhead(time: number, rate: number): void {
    this.#entry = time + this.#seekTakes * rate;
    this.video.pause();
    this.#seek(this.#entry + 0.5);
    const began = performance.now();
    const sought = (): void => {
      // Half as long again, because no two take the same.
      this.#seekTakes = Math.max(SEEK_MS, Math.min(2000, (performance.now() - began) * 1.5));
    };
    this.video.addEventListener('seeked', sought, { once: true });
  }

  /** Plays from when the clock comes to where the element waits. */
  #enter(time: number, rate: number): void {
    const inMs = (this.#entry! - time) / rate;
    if (inMs > ENTRY_NEAR_MS) return;
    const entry = this.#entry;
    clearTimeout(this.#entering);
    this.#entering = setTimeout(() => {
      if (entry !== this.#entry) return;
      this.#entry = undefined;
      if (!this.#stopped) this.#play(rate);
    }, inMs);
  }

  #play(rate: number): void {
    const { video } = this;
    if (Math.abs(video.playbackRate - rate) > 0.001) video.playbackRate = rate;
    // One that was told of its end would begin again at its first picture.
    if (video.paused && !video.ended) void video.play().catch(() => {});
  }

  #seek(time: number): void {
    this.#soughtAt = performance.now();
    if (this.#open) reopenSource(this.#open.source, [...this.#lanes.values()], LONG_SECONDS);
    this.video.currentTime = (time - this.#origin) / 1000;
  }

  get #needs(): number {
    return seekNeeds(this.#pictureMs, performance.now() - this.#soughtAt);
  }

  /** Of the pictures: sound may end a little before them, and begin later. */
  #isBuffered(time: number): boolean {
    const at = (time - this.#origin) / 1000;
    const buffered = this.#lanes.get('video')?.buffered;
    for (let index = 0; buffered && index < buffered.length; index++) {
      if (at >= buffered.start(index) - 0.04 && at < buffered.end(index)) return true;
    }
    return false;
  }

  /** Opens the element for what there is at a moment; anew, where that is other than before. */
  #keepOpen(time: number, picture: Piece | undefined, sound: Piece | undefined): void {
    const isFar = Math.abs(time - this.#origin - BEFORE_MS) > BEFORE_MS * 0.9;
    const isOther = picture !== undefined && this.#lanes.has('audio') !== (sound !== undefined);
    const isBroken = this.video.error !== null || [...this.#lanes.values()].some(({ failed }) => failed);
    if (this.#open && (isFar || isOther || isBroken)) this.#close();
    if (!this.#open && !this.#opening && picture) void this.#begin(time, picture, sound);
  }

  #fill(kind: Kind, pieces: readonly Piece[], time: number): void {
    const lane = this.#lanes.get(kind);
    if (!this.#open || !lane) return;
    // Not before the picture is there: it would wait until all that has been removed.
    if (this.#isBuffered(time) && !this.video.seeking) lane.forget(time);
    const loading = this.#loading.get(kind);
    if (loading && pieces.some(({ uri }) => uri === loading.uri)) return;
    const next = pieces.find((piece) => !lane.has(piece));
    // What comes later would take the processor, and the line, from the picture that is waited for.
    const isComing = this.video.seeking && pieces[0] !== undefined && pieces[0].start <= time + 1;
    const isLater = next !== undefined && isComing && next !== pieces[0] && next.start > time + this.#needs;
    if (next && !isLater) void this.#load(kind, next);
  }

  /** The picture that is waited for may be held back by the decoder, and what plays into a gap is to be seen to the end. */
  #end(last: Piece): void {
    const lane = this.#lanes.get('video');
    if (!this.#open || !lane?.has(last)) return;
    if (this.video.seeking) lane.forgetFrom(last.end);
    else if (this.video.paused || !isSettled(last, Date.now()) || lane.hasFrom(last.end)) return;
    endSource(this.#open.source, [...this.#lanes.values()]);
  }

  /** Browsers take no further buffers once there is media in the first: all that are needed are made together. */
  async #begin(time: number, picture: Piece, sound: Piece | undefined): Promise<void> {
    this.#opening = true;
    try {
      const [{ track }, header] = await Promise.all([
        this.source.load(picture),
        sound && this.source.header(sound.header),
      ]);
      this.problem = whyNot(track.codec);
      if (this.problem !== undefined || this.#stopped) return;
      const open = await openSource(this.video);
      if (this.#stopped) return open.close();
      // So that any moment around can be sought before there is media.
      open.source.duration = LONG_SECONDS;
      this.#origin = Math.round(time - BEFORE_MS);
      this.#open = open;
      this.#addLane('video', open.source, typeOf(track.codec));
      if (header) this.#addLane('audio', open.source, typeOf(readSoundCodec(header), 'audio'));
    } catch {
      this.#close();
      // It may have been removed to make room: the next manifest does not list it.
      await pause();
    } finally {
      this.#opening = false;
    }
  }

  #addLane(kind: Kind, source: MediaSource, type: string): void {
    try {
      this.#lanes.set(kind, new MediaLane(source, type, this.#origin));
    } catch (error) {
      if (kind === 'video') throw error;
      // Pictures without sound are better than none.
      this.#isDumb = true;
    }
  }

  async #load(kind: Kind, piece: Piece): Promise<void> {
    this.#loading.set(kind, piece);
    const open = this.#open!;
    try {
      const appended = await this.#fetch(kind, piece);
      // By now something else may be wanted.
      if (this.#stopped || open !== this.#open || this.#loading.get(kind) !== piece) return;
      this.#lanes.get(kind)!.append(piece, appended);
    } catch {
      await pause();
    } finally {
      if (this.#loading.get(kind) === piece) {
        this.#loading.delete(kind);
        // The picture that is waited for may need the next piece, too.
        if (this.#asked && !this.#stopped) this.prepare(this.#asked.time, this.#asked.rate);
      }
    }
  }

  async #fetch(kind: Kind, piece: Piece): Promise<Appended> {
    if (kind === 'video') {
      const { bytes, header, track, media } = await this.source.load(piece);
      this.#pictureMs = (piece.end - piece.start) / Math.max(1, media.samples.length);
      return { bytes, header, type: typeOf(track.codec) };
    }
    const [header, bytes] = await Promise.all([this.source.header(piece.header), this.source.bytes(piece.uri)]);
    return { bytes, header, type: typeOf(readSoundCodec(header), 'audio') };
  }

  #close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#lanes = new Map();
  }
}

/** Before something is tried again. */
const pause = (): Promise<void> => new Promise((later) => setTimeout(later, 500));
