/** How the main thread reads a slab. */
import { REGION, SLAB } from '../layout.js';

/** The shared memory, in words and in bytes. */
export interface SlabMemory {
  words: Int32Array<ArrayBufferLike>;
  bytes: Uint8Array<ArrayBufferLike>;
}

export function field(words: SlabMemory['words'], slab: number, offset: number): number {
  return words[(slab + offset) >>> 2] as number;
}

export function word16(bytes: SlabMemory['bytes'], at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** State of the region that a cell belongs to, 0 for none. */
export function cellState({ words, bytes }: SlabMemory, slab: number, cell: number): number {
  const count = bytes[slab + field(words, slab, SLAB.countsAt) + cell] as number;
  if (count === 0 || field(words, slab, SLAB.markedCount) === 0) return 0;
  const label = word16(bytes, slab + field(words, slab, SLAB.labelsAt) + cell * 2);
  if (label === 0) return 0;
  return field(words, slab, field(words, slab, SLAB.regionsAt) + label * REGION.bytes + REGION.state);
}
