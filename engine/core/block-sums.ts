import { crc32 } from 'node:zlib';

/** So many bytes have a checksum of their own, which says where a file has changed. */
export const SUM_BLOCK = 1024 * 1024;
export const SUM_BYTES = 4;

/** The checksums of bytes that come one after another: CRC-32 of each MiB, big-endian. */
export class BlockSums {
  readonly #sums: number[] = [];
  #length = 0;

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const inBlock = this.#length % SUM_BLOCK;
      const own = bytes.subarray(at, at + SUM_BLOCK - inBlock);
      if (inBlock === 0) this.#sums.push(0);
      const last = this.#sums.length - 1;
      this.#sums[last] = crc32(own, this.#sums[last]);
      this.#length += own.length;
      at += own.length;
    }
  }

  /** Of all that has come. */
  get sums(): Buffer {
    const bytes = Buffer.alloc(this.#sums.length * SUM_BYTES);
    for (const [index, sum] of this.#sums.entries()) bytes.writeUInt32BE(sum, index * SUM_BYTES);
    return bytes;
  }
}
