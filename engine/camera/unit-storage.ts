/** Memory for several small units or one large one. */
export interface StorageBlock {
  readonly bytes: Buffer;
  /** Number of units in it that are still in the ring. */
  units: number;
}

/** A unit's payload in storage of its own. */
export interface Stored {
  readonly bytes: Uint8Array;
  readonly block: StorageBlock;
}

/** At least this many of the largest small units fit into one block, so at most that fraction of a block is wasted. */
const UNITS_PER_BLOCK = 4;
/**
 * Blocks of large units are rounded up to a multiple of this, so that the next keyframe fits into the block of an old
 * one.
 */
const LARGE_STEP = 32 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Storage for the payloads of the ring. Units are copied into it, because a unit that arrives may be a view of a large read
 * buffer, which it would keep alive. Small units share blocks; each large one gets a block that fits. A block is used again
 * when its last unit has left, so that at a steady bitrate nothing is allocated, and no garbage of many megabytes builds up.
 *
 * The blocks of a whole GOP become free at once and are taken again one by one. Those that nothing has needed meanwhile, while as much
 * was stored as there is memory, are freed: the camera's bitrate has fallen.
 */
export class UnitStorage {
  readonly #blockBytes: number;
  readonly #spare: StorageBlock[] = [];
  /** The block that small units go into. */
  #filling: StorageBlock = { bytes: EMPTY, units: 0 };
  #used = 0;
  #bytes = 0;
  /** Since the last look: the least number of spare blocks, and what was stored. */
  #leastSpare = 0;
  #storedSince = 0;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /** Memory that is allocated, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies the payload. */
  store(payload: Uint8Array): Stored {
    const size = payload.byteLength;
    this.#storedSince += size;
    if (size > this.#blockBytes / UNITS_PER_BLOCK) return this.#storeAlone(payload);
    if (this.#used + size > this.#filling.bytes.byteLength) this.#nextBlock();
    const bytes = this.#filling.bytes.subarray(this.#used, this.#used + size);
    bytes.set(payload);
    this.#used += size;
    this.#filling.units++;
    return { bytes, block: this.#filling };
  }

  /** A unit of this block has left the ring. The block is used again when all have left. */
  release(block: StorageBlock): void {
    if (--block.units > 0) return;
    if (block === this.#filling) {
      this.#used = 0;
      return;
    }
    this.#spare.push(block);
    if (this.#storedSince > this.#bytes) this.#freeUnused();
  }

  #freeUnused(): void {
    for (const { bytes } of this.#spare.splice(0, this.#leastSpare)) this.#bytes -= bytes.byteLength;
    this.#leastSpare = this.#spare.length;
    this.#storedSince = 0;
  }

  #nextBlock(): void {
    this.#filling = this.#take(this.#blockBytes);
    this.#used = 0;
  }

  #storeAlone(payload: Uint8Array): Stored {
    const block = this.#take(Math.ceil(payload.byteLength / LARGE_STEP) * LARGE_STEP);
    block.units = 1;
    const bytes = block.bytes.subarray(0, payload.byteLength);
    bytes.set(payload);
    return { bytes, block };
  }

  /** A spare block that is large enough but less than twice as large as needed, or a new one. */
  #take(size: number): StorageBlock {
    const fits = this.#spare.findIndex(({ bytes }) => bytes.byteLength >= size && bytes.byteLength < 2 * size);
    if (fits >= 0) {
      const [block] = this.#spare.splice(fits, 1);
      this.#leastSpare = Math.min(this.#leastSpare, this.#spare.length);
      return block!;
    }
    this.#bytes += size;
    return { bytes: Buffer.allocUnsafeSlow(size), units: 0 };
  }
}
