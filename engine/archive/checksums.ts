import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { givePacket, takePacket } from '../../bridge/lanes/packet-pool.js';
import { SUM_BLOCK as BLOCK, BlockSums, SUM_BYTES } from '../core/block-sums.js';
import type { ByteSource } from '../mp4/boxes.js';

/** So many are read in one step, between which others have their turn: a fifth of a millisecond. Smaller steps take more time in all. */
const STEP = 512 * 1024;

/** Bytes of a file, from the first to the one behind the last. */
export interface ByteSpan {
  from: number;
  to: number;
}

/**
 * The checksums of the first `bytes` of a file, as `BlockSums` makes them.
 * @returns undefined if the file is shorter
 * @throws the file system's error if it cannot be read
 */
export const checksumsOf = async (path: string, bytes: number): Promise<Buffer | undefined> => {
  const file = await open(path, 'r');
  const buffer = takePacket(STEP);
  try {
    const sums = new BlockSums();
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(STEP, bytes - at), at);
      if (bytesRead === 0) return undefined;
      sums.add(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return sums.sums;
  } finally {
    givePacket(buffer);
    await file.close();
  }
};

/** Those of the beginning of a file, as far as they hold for it alone; undefined if they do for nothing. */
export const checksumsUpTo = (sums: Uint8Array, all: number, bytes: number): Uint8Array | undefined => {
  if (bytes === all) return sums;
  const whole = Math.floor(Math.min(bytes, all) / BLOCK) * SUM_BYTES;
  return whole === 0 ? undefined : sums.subarray(0, whole);
};

/** Where a file of so many bytes is not what its checksums say, as far as it reaches. What lies together is one span. */
export const changedIn = (source: ByteSource, sums: Uint8Array, bytes: number): ByteSpan[] => {
  const stored = Buffer.from(sums);
  const changed: ByteSpan[] = [];
  for (let from = 0; from < bytes; from += BLOCK) {
    const to = Math.min(from + BLOCK, bytes);
    const at = (from / BLOCK) * SUM_BYTES;
    if (to > source.size || at + SUM_BYTES > stored.length) break;
    if (crc32(source.read(from, to - from)) === stored.readUInt32BE(at)) continue;
    const before = changed.at(-1);
    if (before?.to === from) before.to = to;
    else changed.push({ from, to });
  }
  return changed;
};
