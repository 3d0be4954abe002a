import { CELL, RegionState, SLAB } from '../layout.js';
import { ENERGY_GRID } from '../types.js';
import { cellState, field, type SlabMemory, word16 } from './field.js';

/** What moves, confirmed or not. Light, and what comes and goes at one place, would hide it. */
const MOVING = new Set<number>([RegionState.motion, RegionState.pending]);

/** The energies of the verdict that a finished task left in the slab; undefined if nothing moves. */
export function readEnergies(memory: SlabMemory, slab: number): Uint8Array | undefined {
  const { words, bytes } = memory;
  const count = field(words, slab, SLAB.markedCount);
  if (count === 0) return undefined;
  const cellsX = field(words, slab, SLAB.cellsX);
  const cellsY = field(words, slab, SLAB.cellsY);
  const cellStride = field(words, slab, SLAB.cellStride);
  // By now the kernel keeps the list as that of the frame before.
  const marked = slab + field(words, slab, SLAB.lastMarkedAt);
  const counts = slab + field(words, slab, SLAB.countsAt);
  const pixels = new Uint16Array(ENERGY_GRID * ENERGY_GRID);
  let moves = false;
  for (let index = 0; index < count; index++) {
    const cell = word16(bytes, marked + index * 2);
    if (!MOVING.has(cellState(memory, slab, cell))) continue;
    const x = Math.floor(((cell % cellStride) * ENERGY_GRID) / cellsX);
    const y = Math.floor((Math.floor(cell / cellStride) * ENERGY_GRID) / cellsY);
    pixels[y * ENERGY_GRID + x]! += bytes[counts + cell] as number;
    moves = true;
  }
  if (!moves) return undefined;
  const all = (cellsX * cellsY * CELL * CELL) / ENERGY_GRID ** 2;
  // At least 1: what is there is never nothing.
  return Uint8Array.from(pixels, (each) =>
    each === 0 ? 0 : Math.max(1, Math.min(255, Math.round((each * 255) / all))),
  );
}
