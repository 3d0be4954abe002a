import { fullBox, u32 } from './box-writer.js';

/** Whole numbers below 2^32, as compact as they can be changed. */
class Numbers {
  #values = new Uint32Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  bytes(): Buffer {
    const bytes = Buffer.allocUnsafe(this.length * 4);
    for (let index = 0; index < this.length; index++) bytes.writeUInt32BE(this.#values[index]!, index * 4);
    return bytes;
  }
}

/** Equal numbers in a row, as pairs of a count and the number. */
class Runs {
  readonly #counts = new Numbers();
  readonly #values: number[] = [];
  #count = 0;

  push(value: number): void {
    if (this.#count > 0 && this.#values.at(-1) === value) {
      this.#count += 1;
      return;
    }
    if (this.#count > 0) this.#counts.push(this.#count);
    this.#values.push(value);
    this.#count = 1;
  }

  get areZero(): boolean {
    return this.#values.every((value) => value === 0);
  }

  /** How many pairs there are, and the pairs; numbers may be negative. */
  bytes(): Buffer {
    if (this.#count > 0) this.#counts.push(this.#count);
    this.#count = 0;
    const bytes = Buffer.allocUnsafe(4 + this.#values.length * 8);
    bytes.writeUInt32BE(this.#values.length, 0);
    for (const [index, value] of this.#values.entries()) {
      bytes.writeUInt32BE(this.#counts.at(index), 4 + index * 8);
      bytes.writeInt32BE(value, 8 + index * 8);
    }
    return bytes;
  }
}

/** One sample of a track, with its times in ticks of the track. */
export interface TableSample {
  size: number;
  dts: number;
  pts: number;
  ticks: number;
  key: boolean;
}

/**
 * The samples of one track, in decoding order, and the chunks in which they lie. Times of presentation are kept as they
 * are given; those of decoding are made to ascend.
 */
export class SampleTable {
  /** Decoding time of the first sample, from which the track counts. */
  first = 0;
  /** When the last sample stops being shown. */
  end = Number.NEGATIVE_INFINITY;
  readonly #sizes = new Numbers();
  readonly #durations = new Runs();
  readonly #compositions = new Runs();
  readonly #keys = new Numbers();
  readonly #chunks = new Numbers();
  #last: { dts: number; ticks: number } | undefined;
  #finished: Buffer[] | undefined;

  get count(): number {
    return this.#sizes.length;
  }

  /** Ticks from the first sample to the end of the last one, in the order of decoding. */
  get duration(): number {
    return this.#last ? this.#last.dts + Math.max(1, this.#last.ticks) - this.first : 0;
  }

  add({ size, dts, pts, ticks, key }: TableSample): void {
    const last = this.#last;
    const at = last ? Math.max(last.dts + 1, dts) : dts;
    if (last) this.#durations.push(at - last.dts);
    else this.first = at;
    this.#last = { dts: at, ticks };
    this.#sizes.push(size);
    this.#compositions.push(pts - at);
    if (key) this.#keys.push(this.#sizes.length);
    this.end = Math.max(this.end, pts + ticks);
  }

  /** From now on, `first` and `end` count from a time. */
  countFrom(origin: number): void {
    this.first -= origin;
    this.end -= origin;
    if (this.#last) this.#last = { ...this.#last, dts: this.#last.dts - origin };
  }

  /** The samples that were added last lie together. */
  chunk(samples: number): void {
    this.#chunks.push(samples);
  }

  /** `stts`, `ctts`, `stss`, `stsz` and `stsc`: all that does not depend on where the chunks lie. */
  boxes(): Buffer[] {
    if (this.#finished) return this.#finished;
    if (this.#last) this.#durations.push(Math.max(1, this.#last.ticks));
    const allKeys = this.#keys.length === this.count;
    this.#finished = [
      fullBox('stts', 0, 0, this.#durations.bytes()),
      // Signed: a picture may be decoded later than the segment before it says.
      ...(this.#compositions.areZero ? [] : [fullBox('ctts', 1, 0, this.#compositions.bytes())]),
      ...(allKeys ? [] : [fullBox('stss', 0, 0, u32(this.#keys.length), this.#keys.bytes())]),
      fullBox('stsz', 0, 0, u32(0, this.count), this.#sizes.bytes()),
      fullBox('stsc', 0, 0, this.#chunkRuns()),
    ];
    return this.#finished;
  }

  #chunkRuns(): Buffer {
    const runs = new Numbers();
    for (let index = 0; index < this.#chunks.length; index++) {
      const samples = this.#chunks.at(index);
      if (index > 0 && samples === this.#chunks.at(index - 1)) continue;
      runs.push(index + 1);
      runs.push(samples);
      runs.push(1);
    }
    return Buffer.concat([u32(runs.length / 3), runs.bytes()]);
  }
}

/** Where the chunks of a track lie in the file, with 64 bits for each if it is large. */
export const chunkOffsets = (offsets: readonly number[], isLarge: boolean): Buffer => {
  // A day has more of them than a call may have arguments.
  const bytes = Buffer.allocUnsafe(offsets.length * (isLarge ? 8 : 4));
  for (const [index, offset] of offsets.entries()) {
    if (isLarge) bytes.writeBigUInt64BE(BigInt(offset), index * 8);
    else bytes.writeUInt32BE(offset, index * 4);
  }
  return fullBox(isLarge ? 'co64' : 'stco', 0, 0, u32(offsets.length), bytes);
};
