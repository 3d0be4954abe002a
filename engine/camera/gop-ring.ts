import type { MediaTime, Micros } from '../core/time.js';
import type { RingPlace } from './ring-place.js';
import type { AccessUnit } from './types.js';
import { type Stored, UnitStorage } from './unit-storage.js';

const MIB = 1024 * 1024;
const DEFAULT_RING_BYTES = 64 * MIB;
const BLOCK_BYTES = 128 * 1024;
/** Empty slots at the front of an array are removed once there are this many and they outnumber the rest. */
const COMPACT_AFTER = 512;
const GONE = new Uint8Array(0);

export interface GopRingOptions {
  /** How far back from the newest unit a reader must be able to start, in µs. */
  spanMicros: Micros;
  /** Maximum payload that is kept, in bytes. */
  maxBytes?: number;
  /** Size of the storage blocks that small units share. */
  blockBytes?: number;
}

/** A unit before it enters the ring, which numbers it and copies its payload. */
export type NewUnit = Omit<AccessUnit, keyof RingPlace>;

/**
 * The recent past of a camera, encoded. Keeps everything from the last keyframe at or before (newest − span), so memory
 * is bitrate × (span + one GOP). A keyframe from which pictures become right bit by bit counts from when they are. If that exceeds `maxBytes`, the oldest units are dropped and `truncated` is true.
 *
 * A unit's payload may be read for as long as the unit is in the ring; to keep it longer, copy it. A unit that has left
 * has an empty payload, so that a reader who kept it sees nothing rather than another unit's bytes.
 *
 * Indexes are consecutive, and pictures are numbered besides. Units of an old epoch are not special; they age out like all others.
 */
export class GopRing {
  readonly #maxBytes: number;
  readonly #storage: UnitStorage;
  #span: Micros;
  #units: (AccessUnit | undefined)[] = [];
  /** Storage of each unit, at the same place as in `#units`. */
  #stored: (Stored | undefined)[] = [];
  #head = 0;
  #firstIndex = 0;
  /** How many have entered. */
  #pictures = 0;
  #keys: AccessUnit[] = [];
  #keyHead = 0;
  #newestPts = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #truncated = false;

  constructor(options: GopRingOptions) {
    this.#span = options.spanMicros;
    this.#maxBytes = options.maxBytes ?? DEFAULT_RING_BYTES;
    this.#storage = new UnitStorage(options.blockBytes ?? BLOCK_BYTES);
  }

  /** Copies the payload, which the caller may reuse afterwards. */
  push(unit: NewUnit): AccessUnit {
    const stored = this.#storage.store(unit.payload);
    const kept: AccessUnit = {
      track: unit.track,
      pts: unit.pts,
      cadence: unit.cadence,
      duration: unit.duration,
      key: unit.key,
      settling: unit.settling ?? 0,
      quantiser: unit.quantiser,
      payload: stored.bytes,
      index: this.nextIndex,
      picture: this.#pictures,
      epoch: unit.epoch,
      arrival: unit.arrival,
    };
    this.#units.push(kept);
    if (kept.track === 'video') this.#pictures++;
    this.#stored.push(stored);
    this.#bytes += kept.payload.byteLength;
    if (isKeyframe(kept)) this.#keys.push(kept);
    if (kept.pts > this.#newestPts) this.#newestPts = kept.pts;
    this.#evict();
    return kept;
  }

  /** A wider span takes effect over time, because units that were dropped do not come back. */
  setSpan(spanMicros: Micros): void {
    this.#span = spanMicros;
    this.#evict();
  }

  /** Payload in the ring, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Memory that is allocated for the payload, in bytes. Tests hold it to the size of the payload. */
  get storageBytes(): number {
    return this.#storage.bytes;
  }

  get length(): number {
    return this.#units.length - this.#head;
  }

  /** Index of the oldest unit; equal to `nextIndex` while the ring is empty. */
  get firstIndex(): number {
    return this.#firstIndex;
  }

  /** Index that the next unit will get. */
  get nextIndex(): number {
    return this.#firstIndex + this.length;
  }

  get oldest(): AccessUnit | undefined {
    return this.#units[this.#head];
  }

  /** The unit that entered last. With B-frames, it need not have the latest time. */
  get newest(): AccessUnit | undefined {
    return this.length > 0 ? this.#units[this.#units.length - 1] : undefined;
  }

  /** True while less than the span is kept because of `maxBytes`. */
  get truncated(): boolean {
    return this.#truncated;
  }

  at(index: number): AccessUnit | undefined {
    return index < this.#firstIndex ? undefined : this.#units[this.#head + index - this.#firstIndex];
  }

  oldestKeyframe(): AccessUnit | undefined {
    return this.#keys[this.#keyHead];
  }

  lastKeyframe(): AccessUnit | undefined {
    return this.#keyHead < this.#keys.length ? this.#keys[this.#keys.length - 1] : undefined;
  }

  /** From which pictures are right by then. Undefined if every keyframe in the ring is later. */
  lastKeyframeAtOrBefore(time: MediaTime): AccessUnit | undefined {
    const after = this.#searchKeys((key) => rightFrom(key) > time);
    return after > this.#keyHead ? this.#keys[after - 1] : undefined;
  }

  /** The first keyframe whose index is at least `index`. */
  firstKeyframeFrom(index: number): AccessUnit | undefined {
    return this.#keys[this.#searchKeys((key) => key.index >= index)];
  }

  #evict(): void {
    const wanted = this.#newestPts - this.#span;
    for (let next = this.#keyAfterOldest(); next && rightFrom(next) <= wanted; next = this.#keyAfterOldest()) {
      this.#dropBefore(next.index);
    }
    const base = this.oldestKeyframe();
    if (base && rightFrom(base) <= wanted) this.#truncated = false;
    if (this.#bytes > this.#maxBytes) this.#truncate();
  }

  #truncate(): void {
    const before = this.#firstIndex;
    while (this.#bytes > this.#maxBytes && this.length > 1) {
      // Drop a whole GOP if another follows it, else single units, so that readers close to the newest unit lose
      // nothing.
      this.#dropBefore(this.#keyAfterOldest()?.index ?? this.#firstIndex + 1);
    }
    if (this.#firstIndex > before) this.#truncated = true;
  }

  #keyAfterOldest(): AccessUnit | undefined {
    const first = this.#keys[this.#keyHead];
    return first && first.index === this.#firstIndex ? this.#keys[this.#keyHead + 1] : first;
  }

  #dropBefore(index: number): void {
    while (this.#firstIndex < index && this.#head < this.#units.length) {
      const unit = this.#units[this.#head]!;
      this.#bytes -= unit.payload.byteLength;
      unit.payload = GONE;
      this.#storage.release(this.#stored[this.#head]!.block);
      this.#units[this.#head] = undefined;
      this.#stored[this.#head] = undefined;
      this.#head++;
      this.#firstIndex++;
      if (isKeyframe(unit)) this.#keyHead++;
    }
    if (this.#head >= COMPACT_AFTER && this.#head * 2 > this.#units.length) {
      this.#units = this.#units.slice(this.#head);
      this.#stored = this.#stored.slice(this.#head);
      this.#head = 0;
    }
    if (this.#keyHead > 0 && this.#keyHead * 2 >= this.#keys.length) {
      this.#keys = this.#keys.slice(this.#keyHead);
      this.#keyHead = 0;
    }
  }

  /** Position of the first keyframe for which `isBehind` holds; it must hold for all after it too. */
  #searchKeys(isBehind: (key: AccessUnit) => boolean): number {
    let low = this.#keyHead;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBehind(this.#keys[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const rightFrom = ({ pts, settling = 0 }: AccessUnit): number => pts + settling;

/** Where a file or a decoder can begin: other tracks follow the video. */
const isKeyframe = (unit: AccessUnit): boolean => unit.key && unit.track === 'video';
