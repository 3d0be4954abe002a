import { takePacket } from '../../bridge/lanes/packet-pool.js';
import { type FragmentedTrack, fragmentHead, type MovieSample } from '../mp4/fragmented-movie.js';
import { SampleTable } from '../mp4/sample-table.js';

/** A sample that waits to be written. Times in ticks. */
export interface WaitingSample {
  pts: number;
  ticks: number;
  size: number;
  key: boolean;
}

/** Room that is taken at once. What is larger gets room of its own. */
const ROOM_BYTES = 64 * 1024;
const NO_ROOM = Buffer.alloc(0);

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
  #waitingBytes = 0;
  /** Rooms that are full, and the one that is being filled. Several, since a larger one would have to be filled anew. */
  #full: Buffer[] = [];
  #room: Buffer = NO_ROOM;
  /** Of the latter. */
  #used = 0;

  constructor(id: number, described: FragmentedTrack, isPlain: boolean) {
    this.id = id;
    this.described = described;
    this.table = isPlain ? new SampleTable() : undefined;
  }

  get waiting(): readonly WaitingSample[] {
    return this.#samples;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Memory for the bytes of the sample that is added next. */
  take(length: number): Buffer {
    if (this.#used + length > this.#room.length) {
      this.#closeRoom();
      this.#room = takePacket(Math.max(length, ROOM_BYTES));
    }
    return this.#room.subarray(this.#used, this.#used + length);
  }

  /** The bytes of the sample are those that were taken. */
  add(sample: WaitingSample): void {
    this.#samples.push(sample);
    this.#used += sample.size;
    this.#waitingBytes += sample.size;
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
    this.#closeRoom();
    const media = this.#full;
    this.drop();
    return [head, ...media];
  }

  drop(): void {
    this.#samples = [];
    this.#full = [];
    this.#room = NO_ROOM;
    this.#used = 0;
    this.#waitingBytes = 0;
  }

  #closeRoom(): void {
    if (this.#used > 0) this.#full.push(this.#room.subarray(0, this.#used));
    this.#room = NO_ROOM;
    this.#used = 0;
  }
}
