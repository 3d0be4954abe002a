import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairs } from '../../bench/tracking/boxes.js';
import { compileKernel, createMemory, instantiateKernel, type Kernel } from '../../wasm/detector/kernel.js';
import { BLOB, TEMPLATE_SIDE, TEMPLATE_STRIDE, WINDOW } from '../../wasm/layout.js';
import { randomOf } from '../kit/motion-planes.js';
import {
  oracleBlob,
  oracleCompare,
  oracleDifference,
  oracleHalve,
  oracleLearn,
  oracleMask,
  oracleSums,
  oracleWindow,
  type Plane,
} from '../kit/track-oracle.js';

const BASE = 65536;
const HERE = BASE + 4096;
const THERE = BASE + 65536;
const builds = (['simd', 'scalar'] as const).map((build) => {
  const memory = createMemory(1 << 20, 1 << 22);
  return { build, kernel: instantiateKernel(compileKernel(build), memory), bytes: new Uint8Array(memory.buffer) };
});

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const share = fc.integer({ min: 0, max: 32767 });

/** Anything, only black and white, or a soft slope. */
function planeOf(seed: number, stride: number, rows: number): Plane {
  const random = randomOf(seed);
  const kind = seed % 3;
  const data = Uint8Array.from({ length: stride * rows }, (_, i) => {
    if (kind === 0) return random() * 256;
    if (kind === 1) return random() < 0.5 ? 0 : 255;
    return 128 + 60 * Math.sin((i % stride) / 3 + Math.floor(i / stride) / 5) + random() * 4;
  });
  return { data, stride };
}

describe.each(builds)('the $build kernel', ({ kernel, bytes }: { kernel: Kernel; bytes: Uint8Array }) => {
  const words = new Int32Array(bytes.buffer);
  const put = (address: number, data: Uint8Array): void => bytes.set(data, address);
  const windowField = (name: keyof typeof WINDOW): number => words[(BASE + WINDOW[name]) >> 2] as number;

  it('reads, masks and compares windows as the oracle does', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 14, max: 70 }), share, share, share, share, (seed, stride, a, b, c, d) => {
        const [one, two, behind] = [seed, seed + 1, seed + 2].map((s) => planeOf(s, stride, 16)) as [
          Plane,
          Plane,
          Plane,
        ];
        put(HERE, one.data);
        put(THERE, two.data);
        put(THERE + 32768, behind.data);
        const at = (x: number, y: number): number => y * stride + x;
        kernel.readWindow(BASE, HERE + at(2, 3), stride, a, b);
        const read = oracleWindow(one, 2, 3, a, b);
        const sums = () => ({
          xx: windowField('xx'),
          xy: windowField('xy'),
          yy: windowField('yy'),
          pixels: windowField('pixels'),
        });
        expect(sums()).toEqual(oracleSums(read));
        const compared = () => ({
          dx: windowField('dx'),
          dy: windowField('dy'),
          difference: windowField('difference'),
        });
        kernel.compareWindow(BASE, THERE + at(1, 2), stride, c, d);
        expect(compared()).toEqual(oracleCompare(read, two, 1, 2, c, d));
        kernel.maskWindow(BASE, THERE + 32768 + at(2, 3), stride, a, b, 160);
        const masked = oracleMask(read, behind, [2, 3, a, b], 160);
        expect(sums()).toEqual(oracleSums(masked));
        kernel.compareWindow(BASE, THERE + at(1, 2), stride, c, d);
        expect(compared()).toEqual(oracleCompare(masked, two, 1, 2, c, d));
      }),
      { numRuns: 150 },
    );
  });

  it('halves pictures as the oracle does', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), (seed, width, height) => {
        const source = planeOf(seed, 2 * width + (seed % 5), 2 * height);
        put(HERE, source.data);
        const stride = (width + 31) & ~15;
        kernel.halve(HERE, source.stride, THERE, stride, width, height);
        const rows = Array.from({ length: height }, (_, y) => [
          ...bytes.slice(THERE + y * stride, THERE + y * stride + width),
        ]);
        expect(rows.flat()).toEqual([...oracleHalve(source, width, height)]);
      }),
      { numRuns: 80 },
    );
  });

  it('learns the background, and counts what differs from it, as the oracle does', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 9 }), (seed, width, step) => {
        const stride = (width + 15) & ~15;
        const [picture, background] = [planeOf(seed, stride, 5), planeOf(seed + 1, stride, 5)];
        put(HERE, picture.data);
        put(THERE, background.data);
        kernel.countDifferent(BASE, HERE, THERE, stride, width, 5, 10);
        const blob = (name: keyof typeof BLOB): number => words[(BASE + BLOB[name]) >> 2] as number;
        const found = { count: blob('count'), columns: blob('columns'), rows: blob('rows') };
        expect(found).toEqual(oracleBlob(picture, background, width, 5, 10));
        const sixteens = (stride * 5) >> 4;
        const { learnt, changed } = oracleLearn(background.data, picture.data, step, 10);
        expect(kernel.learnRow16(THERE, HERE, sixteens, step, 10)).toBe(changed);
        expect(bytes.slice(THERE, THERE + stride * 5)).toEqual(learnt);
      }),
      { numRuns: 80 },
    );
  });

  it('compares templates as the oracle does', () => {
    const side = fc.integer({ min: 1, max: TEMPLATE_SIDE });
    fc.assert(
      fc.property(seeds, side, side, (seed, width, height) => {
        const template = planeOf(seed, TEMPLATE_STRIDE, TEMPLATE_SIDE);
        const random = randomOf(seed);
        const mask = template.data.map((_, i) => (i % TEMPLATE_STRIDE < width && random() < 0.7 ? 255 : 0));
        const picture = planeOf(seed + 1, 61, TEMPLATE_SIDE);
        put(HERE, template.data);
        put(HERE + template.data.length, mask);
        put(THERE, picture.data);
        const expected = oracleDifference(template, mask, picture, { width, height, most: 40 });
        expect(kernel.differenceOf(HERE, THERE, 61, width, height)).toBe(expected);
      }),
      { numRuns: 80 },
    );
  });

  it('assigns at the least cost', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(seeds, size, size, (seed, a, b) => {
        const [rows, columns] = [Math.min(a, b), Math.max(a, b)];
        const random = randomOf(seed);
        const worth = Array.from({ length: rows }, () =>
          Array.from({ length: columns }, () => 1 + Math.floor(random() * 9)),
        );
        const costs = Float32Array.from(worth.flat(), (value) => 10 - value);
        put(HERE, new Uint8Array(costs.buffer));
        kernel.assign(HERE, rows, columns, THERE);
        const chosen = Array.from({ length: columns }, (_, column) => kernel.rowOf(THERE, columns, column));
        expect(chosen.filter((row) => row >= 0).sort()).toEqual(Array.from({ length: rows }, (_, row) => row));
        const sum = chosen.reduce((total, row, column) => total + (row < 0 ? 0 : (worth[row]?.[column] ?? 0)), 0);
        expect(sum).toBe(pairs(worth).reduce((total, [row, column]) => total + (worth[row]?.[column] ?? 0), 0));
      }),
      { numRuns: 80 },
    );
  });
});
