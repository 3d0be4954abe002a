import { givePacket, takePacket } from '../../bridge/lanes/packet-pool.js';
import { type FragmentedTrack, fragmentHead, type MovieSample } from '../mp4/fragmented-movie.js';
import { SampleTable } from '../mp4/sample-table.js';

/** A sample that waits to be written. Times in ticks. */
export interface WaitingSample {
  pts: number;
  ticks: number;
  size: number;
  key: boolean;
}

/** Room at least. */
const LEAST_BYTES = 64 * 1024;

/** The samples of one track that wait to be written, and what a file's end says of those that were. */
export class TrackWriter {
  /** Its id in the file. */
  readonly id: number;
  readonly described: FragmentedTrack;
  /** Undefined for files that stay in fragments. */
  readonly table: SampleTable | undefined;
  /** Where the fragments' media begins in the file. */
  readonly chunks: number[] = [];
  #samples: WaitingSample[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #used = 0;
  /** What the last fragment took. */
  #before = LEAST_BYTES;

  constructor(id: number, described: FragmentedTrack, isPlain: boolean) {
    this.id = id;
    this.described = described;
    this.table = isPlain ? new SampleTable() : undefined;
  }

  get waiting(): readonly WaitingSample[] {
    return this.#samples;
  }

  get waitingBytes(): number {
    return this.#used;
  }

  /** Memory for the bytes of the sample that is added next. */
  take(length: number): Buffer {
    const needed = this.#used + length;
    if (needed > this.#bytes.length) {
      // As the pool has them: what is larger than it gives is not used again.
      const larger = takePacket(2 ** Math.ceil(Math.log2(Math.max(needed, this.#before))));
      this.#bytes.copy(larger, 0, 0, this.#used);
      givePacket(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes.subarray(this.#used, needed);
  }

  /** The bytes of the sample are those that were taken. */
  add(sample: WaitingSample): void {
    this.#samples.push(sample);
    this.#used += sample.size;
  }

  /**
   * What waits, as a fragment; nothing waits then.
   * @param dts decoding time of each sample
   * @param at where the fragment will be in the file
   */
  fragment(sequence: number, dts: readonly number[], { base, at }: { base: number; at: number }): Buffer[] {
    const samples: MovieSample[] = this.#samples.map(({ pts, ticks, size, key }, index) => ({
      ticks: index + 1 < dts.length ? dts[index + 1]! - dts[index]! : ticks,
      ...{ size, key, composition: pts - dts[index]! },
    }));
    const head = fragmentHead({ sequence, track: this.id, time: dts[0]! + base }, samples);
    if (this.table) {
      for (const [index, { size, pts, ticks, key }] of this.#samples.entries()) {
        this.table.add({ size, pts, ticks, key, dts: dts[index]! });
      }
      this.table.chunk(samples.length);
      this.chunks.push(at + head.length);
    }
    const media = this.#bytes.subarray(0, this.#used);
    this.#before = Math.max(LEAST_BYTES, this.#used);
    this.drop();
    return [head, media];
  }

  drop(): void {
    this.#samples = [];
    this.#bytes = Buffer.alloc(0);
    this.#used = 0;
  }
}
