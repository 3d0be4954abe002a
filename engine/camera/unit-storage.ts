/**
 * Where the ring keeps payloads. Whatever carries a unit into the process may be a view of a large read buffer, so a
 * unit is copied into storage of its own: small ones side by side into blocks, large ones each into an allocation that
 * fits. A block is written anew when the last unit in it has left: at a steady rate no memory is taken or given back,
 * which would otherwise wait, many megabytes of it, for the garbage collector.
 */
export interface StorageBlock {
  readonly bytes: Buffer;
  units: number;
}

/** A unit's payload in storage of its own. */
export interface Stored {
  readonly bytes: Uint8Array;
  readonly block: StorageBlock;
}

/** At least this many of the largest small units fit into one block, so at most that share of a block is wasted. */
const UNITS_PER_BLOCK = 4;
/** Large units get blocks of multiples of this, so that the next keyframe fits where an old one was. */
const LARGE_STEP = 32 * 1024;
/** Empty blocks that are kept for the next units; a camera whose bitrate falls gives the rest back. */
const SPARE_BLOCKS = 3;
const EMPTY = Buffer.alloc(0);

export class UnitStorage {
  readonly #blockBytes: number;
  readonly #spare: StorageBlock[] = [];
  /** The block that small units go into. */
  #filling: StorageBlock = { bytes: EMPTY, units: 0 };
  #used = 0;
  #bytes = 0;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies the payload. */
  store(payload: Uint8Array): Stored {
    const size = payload.byteLength;
    if (size > this.#blockBytes / UNITS_PER_BLOCK) return this.#storeAlone(payload);
    if (this.#used + size > this.#filling.bytes.byteLength) this.#nextBlock();
    const bytes = this.#filling.bytes.subarray(this.#used, this.#used + size);
    bytes.set(payload);
    this.#used += size;
    this.#filling.units++;
    return { bytes, block: this.#filling };
  }

  /** A unit of this block has left: once all have, its bytes are written over. */
  release(block: StorageBlock): void {
    if (--block.units > 0) return;
    if (block === this.#filling) {
      this.#used = 0;
      return;
    }
    this.#spare.push(block);
    if (this.#spare.length > SPARE_BLOCKS) this.#bytes -= this.#spare.shift()!.bytes.byteLength;
  }

  /** Gives everything back. Only when every unit has been released. */
  clear(): void {
    this.#spare.length = 0;
    this.#filling = { bytes: EMPTY, units: 0 };
    this.#used = 0;
    this.#bytes = 0;
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

  /** A spare block that is large enough and not twice as large as it need be, or a new one. */
  #take(size: number): StorageBlock {
    const fits = this.#spare.findIndex(({ bytes }) => bytes.byteLength >= size && bytes.byteLength < 2 * size);
    if (fits >= 0) return this.#spare.splice(fits, 1)[0]!;
    this.#bytes += size;
    return { bytes: Buffer.allocUnsafeSlow(size), units: 0 };
  }
}
