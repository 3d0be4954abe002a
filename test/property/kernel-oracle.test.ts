import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernel, createMemory, instantiateKernel, type Kernel } from '../../wasm/detector/kernel.js';
import { LEARNING_KINDS, RUN } from '../../wasm/layout.js';
import { oracleLearn, oracleRelight, oracleSense } from '../kit/motion-oracle.js';
import { randomOf } from '../kit/motion-planes.js';

const BASE = 65536;
const builds = (['simd', 'scalar'] as const).map((build) => {
  const memory = createMemory(1 << 20, 1 << 22);
  return { build, kernel: instantiateKernel(compileKernel(build), memory), bytes: new Uint8Array(memory.buffer) };
});

const shape = fc.record({
  cellsX: fc.integer({ min: 1, max: 45 }),
  padding: fc.integer({ min: 0, max: 9 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});

/** Where the kernel has what the oracle has at `i`: in tiles of 16×4, here all of one row. */
function tiled(i: number, stride: number): number {
  const x = i % stride;
  return ((x >> 4) << 6) + (Math.floor(i / stride) << 4) + (x & 15);
}

function toTiles(plane: Uint8Array, stride: number): Uint8Array {
  const tiles = new Uint8Array(plane.length);
  plane.forEach((value, i) => {
    tiles[tiled(i, stride)] = value;
  });
  return tiles;
}

function fromTiles(tiles: Uint8Array, stride: number): Uint8Array {
  return tiles.map((_, i) => tiles[tiled(i, stride)] as number);
}

/** Rows of 16 means, each followed by its 16 spreads. */
function toModel(mean: Int16Array, spread: Int16Array, stride: number): Int16Array {
  const model = new Int16Array(mean.length * 2);
  mean.forEach((value, i) => {
    const at = tiled(i, stride);
    model[((at >> 4) << 5) + (at & 15)] = value;
    model[((at >> 4) << 5) + 16 + (at & 15)] = spread[i] as number;
  });
  return model;
}

/** A row of bits as the oracle has it, from eight bytes a tile. */
function bitRows(bits: Uint8Array, stride: number): Uint8Array {
  return bits.map((_, i) => {
    const x = (i % (stride >> 3)) << 3;
    return bits[tiled(Math.floor(i / (stride >> 3)) * stride + x, stride) >> 3] as number;
  });
}

/** Fills the memory with the same litter, and lays arrays out one after another with room between them. */
function place(bytes: Uint8Array, arrays: readonly ArrayBufferView[]): number[] {
  bytes.fill(0xa5, BASE, BASE + (1 << 18));
  let at = (BASE + RUN.bytes + 127) & ~63;
  return arrays.map((array) => {
    put(bytes, at, array);
    const address = at;
    at = (at + array.byteLength + 127) & ~63;
    return address;
  });
}

function put(bytes: Uint8Array, address: number, array: ArrayBufferView): void {
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
}

/** Writes down where a run of tiles has its arrays, in a header that is litter otherwise. Returns its address. */
function runOf(bytes: Uint8Array, fields: Partial<Record<keyof typeof RUN, number>>): number {
  const words = new Int32Array(bytes.buffer);
  for (const [field, value] of Object.entries(fields)) words[(BASE + RUN[field as keyof typeof RUN]) >> 2] = value;
  return BASE;
}

function rates(seed: number): [number, number, number][] {
  const random = randomOf(seed);
  return Array.from(
    { length: LEARNING_KINDS },
    () => [0, 1, 2].map(() => Math.floor(random() * 32768)) as [number, number, number],
  );
}

function rateTable(list: readonly (readonly [number, number, number])[]): Int16Array {
  return Int16Array.from(list.flatMap((three) => three.flatMap((value) => [value, value, value, value])));
}

describe.each(builds)('the $build kernel', ({ kernel, bytes }: { kernel: Kernel; bytes: Uint8Array }) => {
  it('senses as the oracle does, for any width and stride', () => {
    fc.assert(
      fc.property(shape, ({ cellsX, padding, seed }) => {
        const random = randomOf(seed);
        const stride = ((cellsX + 3) >> 2) << 4;
        const sourceStride = stride + padding;
        const source = Uint8Array.from({ length: sourceStride * 4 }, () => random() * 256);
        // Anything, or what the picture shows but for grain and a few cells.
        const quiet = seed % 3 === 0;
        const mean8 = Uint8Array.from({ length: stride * 4 }, (_, i) => {
          const x = i % stride;
          if (!quiet || x % 64 < 8) return random() * 256;
          return (source[Math.floor(i / stride) * sourceStride + x] as number) + random() * 8 - 4;
        });
        const threshold8 = Uint8Array.from(
          { length: stride * 4 },
          () => random() * (seed & 1 ? 256 : 80) + (quiet ? 12 : 0),
        );
        const floors = Uint8Array.from({ length: stride >> 2 }, (_, cell) => {
          const thresholds = Array.from(
            { length: 16 },
            (__, i) => threshold8[(i >> 2) * stride + cell * 4 + (i & 3)] as number,
          );
          return Math.min(...thresholds) * (seed % 5 === 0 ? random() : 1);
        });
        // What the frame before left: bits only where something was counted.
        const counts = Uint8Array.from({ length: stride >> 2 }, (_, cell) => ((seed >> (cell >> 2)) & 1 ? 3 : 0));
        const mask = Uint8Array.from({ length: stride >> 1 }, (_, i) => (counts[(i >> 3) * 4] ? random() * 256 : 0));
        const [s, m, t, f, b, c, u] = place(bytes, [
          source,
          toTiles(mean8, stride),
          toTiles(threshold8, stride),
          floors,
          mask,
          counts,
          new Uint16Array(stride >> 2),
        ]) as [number, number, number, number, number, number, number];
        const run = runOf(bytes, {
          source: s,
          lumaStride: sourceStride,
          tiles: stride >> 4,
          cells: cellsX,
          mean8: m,
          threshold8: t,
          floors: f,
          mask: b,
          counts: c,
          sums: u,
        });
        kernel.senseRow(run);
        const expected = oracleSense(source, sourceStride, mean8, threshold8, cellsX, stride);
        expect(bytes.slice(c, c + (stride >> 2))).toEqual(expected.count);
        expect(new Uint16Array(bytes.slice(u, u + (stride >> 1)).buffer)).toEqual(expected.sums);
        expect(bitRows(bytes.slice(b, b + (stride >> 1)), stride)).toEqual(expected.mask);
      }),
      { numRuns: 150 },
    );
  });

  it('learns as the oracle does', () => {
    fc.assert(
      fc.property(shape, ({ cellsX, padding, seed }) => {
        const random = randomOf(seed);
        const stride = ((cellsX + 3) >> 2) << 4;
        const sourceStride = stride + padding;
        const pixels = stride * 4;
        const source = Uint8Array.from({ length: sourceStride * 4 }, () => random() * 256);
        const state = {
          mean: Int16Array.from({ length: pixels }, () => random() * 32640),
          spread: Int16Array.from({ length: pixels }, () => random() * 32767),
          mean8: new Uint8Array(pixels),
          threshold8: new Uint8Array(pixels),
          modelSums: new Uint16Array(stride >> 2),
          thresholds: new Uint8Array(stride >> 2),
        };
        const learning = Uint8Array.from({ length: stride >> 2 }, () => random() * LEARNING_KINDS);
        const floors = Uint8Array.from({ length: stride >> 2 }, () => random() * 60);
        const nuisance = Uint8Array.from({ length: stride >> 2 }, () => random() * 256);
        const list = rates(seed + 1);
        const at = place(bytes, [
          source,
          toModel(state.mean, state.spread, stride),
          state.mean8,
          state.threshold8,
          learning,
          rateTable(list),
          state.modelSums,
          floors,
          state.thresholds,
          nuisance,
        ]) as [number, number, number, number, number, number, number, number, number, number];
        const run = runOf(bytes, {
          source: at[0],
          lumaStride: sourceStride,
          tiles: stride >> 4,
          cells: cellsX,
          model: at[1],
          mean8: at[2],
          threshold8: at[3],
          learning: at[4],
          nuisance: at[9],
          modelSums: at[6],
          floors: at[7],
          thresholds: at[8],
          thresholdFactor: 28000,
          thresholdCeiling: 24,
        });
        kernel.learnRow(run, at[5]);
        oracleLearn(state, {
          source,
          sourceStride,
          learning,
          rates: list,
          floors,
          nuisance,
          cellsX,
          stride,
          factor: 28000,
          ceiling: 24,
        });
        const slice = (address: number, length: number): Uint8Array => bytes.slice(address, address + length);
        const model = new Int16Array(slice(at[1], pixels * 4).buffer);
        const expected = toModel(state.mean, state.spread, stride);
        const mean8 = fromTiles(slice(at[2], pixels), stride);
        const threshold8 = fromTiles(slice(at[3], pixels), stride);
        for (let i = 0; i < pixels; i++) {
          // What lies beyond the picture is nobody's.
          if (i % stride >= cellsX * 4) continue;
          const m = ((tiled(i, stride) >> 4) << 5) + (i & 15);
          expect([model[m], model[m + 16], mean8[i], threshold8[i]]).toEqual([
            expected[m],
            expected[m + 16],
            state.mean8[i],
            state.threshold8[i],
          ]);
        }
        expect(new Uint16Array(slice(at[6], stride >> 1).buffer)).toEqual(state.modelSums);
        expect(slice(at[8], stride >> 2)).toEqual(state.thresholds);
      }),
      { numRuns: 150 },
    );
  });

  it('lights the model as the oracle does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 32767 }),
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (gain, offset, seed) => {
          const random = randomOf(seed);
          const mean = Int16Array.from({ length: 96 }, () => random() * 32640);
          const spread = mean.map(() => random() * 32767);
          const [m, m8] = place(bytes, [toModel(mean, spread, 16), new Uint8Array(96)]) as [number, number];
          kernel.relight(m, m8, 96, gain, offset);
          const expected = oracleRelight(mean, gain, offset);
          expect(new Int16Array(bytes.slice(m, m + 384).buffer)).toEqual(toModel(expected.mean, spread, 16));
          expect(bytes.slice(m8, m8 + 96)).toEqual(expected.mean8);
        },
      ),
      { numRuns: 100 },
    );
  });
});
