/**
 * One MP4 file while it is written. It reads the camera's ring at its own position: from a keyframe, in decode order,
 * up to the first unit past its end. It never mixes epochs, so that every file plays by itself; or, as a segment that
 * continues another, behind that one.
 */
import { dirname } from 'node:path';
import type { EndReason, TrackKind } from '../../bridge/types.js';
import { countBetween, placeBehind, type RingPlace } from '../camera/ring-place.js';
import type { CameraSession } from '../camera/session.js';
import type { SoundFormat } from '../camera/sound.js';
import type { AccessUnit } from '../camera/types.js';
import { syncFolder } from '../core/sync-folder.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, seconds } from '../core/time.js';
import type { Mux, Muxer } from '../mux/types.js';
import type { ClipEnd } from './clip-end.js';
import { finaliseFile } from './finalise-file.js';
import type { SegmentOptions } from './segment-options.js';
import { WrittenPictures } from './written-pictures.js';
import { WrittenSound } from './written-sound.js';

/** Sound of the last pictures that has not come after so long does not come any more. */
const SOUND_ABSENT: Micros = seconds(1.5);
/** Sound may come before the pictures that it belongs to, by as long as these take to be encoded. */
const SOUND_EARLIER: Micros = seconds(2);
/** While more bytes than this wait for the muxer, the clip does not read on in the ring. */
const BACKLOG_LIMIT = 4 * 1024 * 1024;

export interface ClipOptions {
  session: CameraSession;
  muxes: Muxer;
  /** A keyframe in the session's ring, or any picture if the file continues another. */
  first: AccessUnit;
  segment?: SegmentOptions;
  path: string;
  /** Tracks that the file has, as far as the camera sends them. */
  tracks: ReadonlySet<TrackKind>;
  /** Number of units of video before the first that should have been recorded and were not. */
  lost?: number;
}

export class Clip {
  readonly path: string;
  readonly start: MediaTime;
  /** Its first unit. */
  readonly first: RingPlace;
  readonly epoch: number;
  readonly #startCadence: Micros;
  /** Resolves if the muxer fails before the clip is finished. */
  readonly failed: Promise<EndReason>;
  readonly #session: CameraSession;
  /** Sound is wanted in the file. */
  readonly #hasSound: boolean;
  /** That with which the file began. */
  readonly #sound: SoundFormat | undefined;
  readonly #heard = new WrittenSound();
  #lostSound = 0;
  readonly #mux: Mux;
  readonly #segment: SegmentOptions | undefined;
  /** Media time from which sound is written. */
  #soundFrom: MediaTime;
  readonly #written = new WrittenPictures();
  #next: RingPlace;
  /** Where to look for sound that comes behind the last picture. */
  #soundNext = 0;
  #endAt: MediaTime | null = null;
  #lastEnd: MediaTime;
  #duration: Micros = 0;
  #lost: number;
  #needsKey = false;
  #complete = false;

  constructor({ session, muxes, first, segment, path, tracks, lost = 0 }: ClipOptions) {
    const video = session.capsOf(first.epoch);
    if (video === undefined) throw new Error(`no caps are known for epoch ${first.epoch}`);
    const sound = tracks.has('audio') ? session.sound : undefined;
    this.path = path;
    this.start = first.pts;
    this.epoch = first.epoch;
    this.#startCadence = first.cadence;
    this.#session = session;
    this.#hasSound = tracks.has('audio');
    this.#sound = sound;
    this.first = { index: first.index, picture: first.picture };
    this.#next = this.first;
    this.#lastEnd = first.pts;
    this.#lost = lost;
    this.#segment = segment;
    const { continues, soundUntil = first.pts } = segment ?? {};
    this.#soundFrom = continues ? soundUntil : (Math.max(first.pts, soundUntil) as MediaTime);
    this.#mux = muxes.mux({
      tracks: sound ? [video, sound.caps] : [video],
      path,
      owner: session.address.owner,
      taken: Math.floor(session.toUtc(first.pts) / MICROS_PER_SECOND),
      ...(segment ? { segment: true } : {}),
      ...(segment?.continues && !first.key ? { head: segment.continues.head } : {}),
    });
    this.failed = this.#mux.failed;
    this.#writeEarlierSound();
    // A power cut must not take the name of a file whose content is on the disk. At the end it is made sure of.
    syncFolder(dirname(path)).catch(() => {});
  }

  /** The first unit that is not in this clip (yet). */
  get next(): RingPlace {
    return this.#next;
  }

  /** True once a unit past the end, or of another epoch, was seen: nothing more belongs to this clip. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Sound before this media time was written, or will not be. */
  get soundUntil(): MediaTime {
    return this.#heard.behind() ?? this.#soundFrom;
  }

  /** Sound that begins before this media time was its to write, whatever has become of it. */
  get soundTo(): MediaTime {
    return Math.max(this.soundUntil, this.#segment?.soundTo ?? 0) as MediaTime;
  }

  /** The file was begun without sound, and could have some by now. */
  get missesSound(): boolean {
    return this.#hasSound && this.#sound === undefined && this.#session.sound !== undefined;
  }

  /** Sound from before its first picture, back to `from`, is written as well, unless what follows it has been written. */
  awaitSound(from: MediaTime, until: MediaTime): void {
    if (this.soundUntil <= until) this.#soundFrom = from;
  }

  /** As `soundUntil`, of what is on the disk. */
  soundOnDisk(frames: number): MediaTime {
    return frames === 0 ? this.#soundFrom : (this.#heard.behind(frames) ?? this.soundUntil);
  }

  /** How many pictures were written. */
  get pictures(): number {
    return this.#written.count;
  }

  /** What follows the picture that was written as the `count`th. */
  placeAfter(count: number): RingPlace {
    return this.#written.placeAfter(count) ?? this.first;
  }

  /**
   * Writes sound of the last pictures that has come after them. True when there is no more of it, or it does not come any
   * more; false before the clip is complete.
   */
  drain(): boolean {
    if (!this.#complete || this.#sound === undefined) return this.#complete;
    const { ring } = this.#session;
    for (; this.#soundNext < ring.nextIndex; this.#soundNext++) {
      const unit = ring.at(this.#soundNext);
      if (unit === undefined) continue;
      if (unit.track === 'audio') {
        if (this.#isSoundPastEnd(unit)) return true;
        this.#writeSound(unit);
      } else if (unit.epoch !== this.epoch || unit.pts - this.#lastEnd >= SOUND_ABSENT) return true;
    }
    return false;
  }

  /** Writes what has come up to `endAt`. True when its sound is complete, as `drain` says, or it has none. */
  hear(endAt: MediaTime): boolean {
    this.pump(endAt);
    return this.#sound === undefined || this.drain();
  }

  /** Where what was written ends. */
  get end(): MediaTime {
    return this.#lastEnd;
  }

  /**
   * Passes units from the ring to the muxer, up to `endAt` if it is given, and while the muxer keeps up or `all` is
   * set.
   */
  pump(endAt: MediaTime | null, all = false): void {
    this.#endAt = endAt;
    const { ring } = this.#session;
    const { oldest } = ring;
    if (oldest && this.#next.index < oldest.index) this.#skipTo(oldest);
    while (!this.#complete && this.#next.index < ring.nextIndex) {
      if (!all && this.#mux.backlogBytes > BACKLOG_LIMIT) return;
      const unit = ring.at(this.#next.index);
      if (!unit) return;
      if (unit.track === 'video' && this.#isPastEnd(unit)) {
        this.#complete = true;
        this.#soundNext = this.#next.index;
        return;
      }
      this.#next = placeBehind(unit);
      if (unit.track === 'video') this.#write(unit);
      else if (unit.track === 'audio' && this.#hasSound) this.#writeSound(unit);
    }
  }

  /** The muxer was too slow for too long: the ring has dropped units that were not written yet. */
  #skipTo({ index, picture }: RingPlace): void {
    const { pictures, others } = countBetween(this.#next, { index, picture });
    this.#lost += pictures;
    if (this.#hasSound) this.#lostSound += others;
    this.#next = { index, picture };
    this.#needsKey = true;
  }

  #isSoundPastEnd({ pts }: AccessUnit): boolean {
    return this.#endAt !== null && pts > this.#endAt && pts >= (this.#segment?.soundTo ?? 0);
  }

  #isPastEnd({ epoch, pts }: AccessUnit): boolean {
    return epoch !== this.epoch || (this.#endAt !== null && pts > this.#endAt);
  }

  /** Writes what is left up to the end, finalises the file and waits for it. */
  async finish(endAt: MediaTime | null): Promise<ClipEnd> {
    this.pump(endAt, true);
    this.#complete = true;
    const result = await finaliseFile(this.#mux, this.path);
    const facts = {
      ...{ start: this.start, end: this.#lastEnd, duration: this.#duration },
      ...{ units: this.#written.count, lostUnits: this.#lost, lostSound: this.#lostSound },
    };
    return { ...result, ...facts };
  }

  #write(unit: AccessUnit): void {
    if (this.#needsKey && !unit.key) {
      this.#lost++;
      return;
    }
    this.#needsKey = false;
    // Leading pictures of an open GOP are shown before its keyframe and need the GOP before it: they cannot be decoded
    // here.
    if (unit.pts < this.start && !this.#segment?.continues) return;
    const pts = unit.cadence - this.#startCadence;
    this.#written.add(unit, this.#session.ring.firstIndex);
    this.#mux.write({
      track: unit.track,
      pts,
      duration: unit.duration,
      key: unit.key,
      payload: unit.payload,
    });
    this.#lastEnd = Math.max(this.#lastEnd, unit.pts + unit.duration) as MediaTime;
    this.#duration = Math.max(this.#duration, pts + unit.duration);
  }

  /** What the file has no room for is counted: another format than that with which it began, or what came back too late. */
  #writeSound(unit: AccessUnit): void {
    if (unit.pts < this.#soundFrom || this.#isSoundPastEnd(unit)) return;
    if (unit.epoch !== this.#sound?.epoch) {
      this.#lostSound++;
      return;
    }
    this.#heard.add(unit.pts);
    const { track, duration, key, payload } = unit;
    this.#mux.write({ track, pts: unit.cadence - this.#startCadence, duration, key, payload });
  }

  /** Sound of the first pictures that stands in front of them in the ring. */
  #writeEarlierSound(): void {
    if (this.#sound === undefined) return;
    const { ring } = this.#session;
    let at = this.first.index;
    for (let unit = ring.at(at - 1); unit && this.start - unit.pts < SOUND_EARLIER; unit = ring.at(at - 1)) at--;
    for (; at < this.first.index; at++) {
      const unit = ring.at(at);
      if (unit?.track === 'audio') this.#writeSound(unit);
    }
  }
}
