import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernel, createMemory, instantiateKernel } from '../../wasm/detector/kernel.js';
import { CELL, HEADER_BYTES, SLAB, ZONE_RULE, ZONE_RULES_AT } from '../../wasm/layout.js';
import { type Random, randomOf } from '../kit/motion-planes.js';

/** Filled round slab and picture; far more than any vector or the longest shift reaches. */
const GUARD = 65536;
const FRAMES = 14;

interface Case {
  width: number;
  height: number;
  padding: number;
  seed: number;
}

/** A kernel with one slab and one picture, and litter everywhere else. */
class Island {
  readonly #kernel;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #slab: number;
  readonly #picture: number;
  readonly #total: number;
  readonly #room: number;
  readonly #litter: number;

  constructor(build: 'simd' | 'scalar', { width, height }: Case, room: number, litter: number) {
    const memory = createMemory(1 << 20, 1 << 25);
    this.#kernel = instantiateKernel(compileKernel(build), memory);
    this.#total = this.#kernel.slabBytes(width, height);
    this.#room = room;
    this.#litter = litter;
    this.#slab = 65536 + GUARD;
    this.#picture = (this.#slab + this.#total + GUARD + 63) & ~63;
    const missing = this.#picture + room + GUARD - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#bytes.fill(litter);
    // A slab is handed over with nothing but its header cleared.
    this.#bytes.fill(0, this.#slab, this.#slab + HEADER_BYTES);
    this.#kernel.configure(this.#slab, width, height);
  }

  get #margins(): [number, number][] {
    return [
      [0, this.#slab],
      [this.#slab + this.#total, this.#picture],
      [this.#picture + this.#room, this.#bytes.length],
    ];
  }

  #set(field: number, value: number): void {
    this.#words[(this.#slab + field) >> 2] = value;
  }

  field(field: number): number {
    return this.#words[(this.#slab + field) >> 2] as number;
  }

  /** Zones by chance, all of them with rules by chance. */
  zones(random: Random): void {
    const cells = this.field(SLAB.cellStride) * this.field(SLAB.cellsY);
    const at = this.#slab + this.field(SLAB.zonesAt);
    const zones = 1 + Math.floor(random() * 4);
    for (let i = 0; i < cells; i++) this.#bytes[at + i] = Math.floor(random() * (zones + 0.5));
    this.#set(SLAB.sensitivity, Math.floor(random() * 5) - 1);
    for (let i = 0; i < zones; i++) {
      this.#set(ZONE_RULES_AT + i * ZONE_RULE.bytes + ZONE_RULE.sensitivity, Math.floor(random() * 3));
      this.#set(ZONE_RULES_AT + i * ZONE_RULE.bytes + ZONE_RULE.minCells, Math.floor(random() * 5));
    }
  }

  judge(data: Uint8Array, fields: ReadonlyMap<number, number>): void {
    this.#bytes.set(data, this.#picture);
    this.#set(SLAB.pictureAt, this.#picture - this.#slab);
    for (const [field, value] of fields) this.#set(field, value);
    this.#kernel.judge(this.#slab);
  }

  /** All of the slab but the pixels of the model that round its rows up to whole vectors: those are nobody's. */
  slab(): Buffer {
    const copy = Buffer.from(this.#bytes.slice(this.#slab, this.#slab + this.#total));
    const stride = this.field(SLAB.stride);
    for (let y = 0; y < this.field(SLAB.cellsY) * CELL; y++) {
      for (let x = this.field(SLAB.cellsX) * CELL; x < stride; x++) {
        const i = (y >> 2) * stride * 4 + ((x >> 4) << 6) + ((y & 3) << 4) + (x & 15);
        copy[this.field(SLAB.mean8At) + i] = 0;
        copy[this.field(SLAB.threshold8At) + i] = 0;
        const model = this.field(SLAB.modelAt) + ((i >> 4) << 6) + ((x & 15) << 1);
        for (const at of [model, model + 1, model + 32, model + 33]) copy[at] = 0;
      }
    }
    return copy;
  }

  /** Whether every byte outside slab and picture still is what it was filled with. */
  intact(): boolean {
    return this.#margins.every(([from, to]) => this.#bytes.subarray(from, to).every((byte) => byte === this.#litter));
  }

  pictureIntact(data: Uint8Array): boolean {
    return Buffer.compare(this.#bytes.slice(this.#picture, this.#picture + data.length), data) === 0;
  }
}

/** Anything from a flat picture to bare noise, or a scene in which something moves, lit otherwise now and then. */
function picture(bytes: number, stride: number, n: number, kind: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => {
    if (kind === 0) return 255 * (n & 1);
    if (kind === 1) return random() * 256;
    if (kind === 2) return (i * (n + 3)) >> 2;
    const x = i % stride;
    const y = Math.floor(i / stride);
    const thing = x > n * 3 && x < n * 3 + 20 && y > 4 && y < 40;
    return ((thing ? 40 : 120 + 50 * Math.sin(x / 5) * Math.cos(y / 4)) + random() * 6) * (n === 9 ? 1.25 : 1);
  });
}

const shapes = fc.record({
  width: fc.integer({ min: 16, max: 220 }),
  height: fc.integer({ min: 16, max: 130 }),
  padding: fc.integer({ min: 0, max: 9 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});

describe.each(['simd', 'scalar'] as const)('the %s kernel', (build) => {
  it('neither writes nor depends on anything outside its slab and its picture', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { width, height, padding, seed } = shape;
        const stride = width + padding;
        const chroma = seed % 3 > 0;
        const quarter = ((width + 1) >> 1) * ((height + 1) >> 1);
        // As tight as a decoder lays it out: the last row ends with its last pixel.
        const bytes = chroma ? stride * height + 2 * quarter : stride * (height - 1) + width;
        // They differ in nothing but the litter: if any of it were read and mattered, their slabs would differ too.
        const islands = [0x00, 0xff, 0x5a].map((litter) => new Island(build, shape, bytes, litter));
        for (const island of islands) island.zones(randomOf(seed));
        const random = randomOf(seed ^ 0x1234);
        const kinds = seed % 2 === 0 ? [3] : [0, 1, 2, 3];
        for (let n = 0; n < FRAMES; n++) {
          const data = picture(bytes, stride, n, kinds[Math.floor(random() * kinds.length)] as number, random);
          const fields = new Map<number, number>([
            [SLAB.lumaStride, stride],
            [SLAB.chromaStride, chroma ? (width + 1) >> 1 : 0],
            [SLAB.uOffset, stride * height],
            [SLAB.vOffset, stride * height + quarter],
            [SLAB.elapsedMs, Math.floor(random() < 0.8 ? 200 : (random() - 0.2) * 2 ** (random() * 31))],
          ]);
          // The picture lies off the model, by as much as the search for a shift reaches.
          if (n > 0 && random() < 0.4) {
            fields.set(SLAB.shiftX, Math.floor(random() * 25) - 12);
            fields.set(SLAB.shiftY, Math.floor(random() * 25) - 12);
          }
          for (const island of islands) {
            island.judge(data, fields);
            expect(island.pictureIntact(data)).toBe(true);
          }
          const [first, ...others] = islands.map((island) => island.slab());
          for (const other of others) expect(Buffer.compare(first as Buffer, other)).toBe(0);
        }
        for (const island of islands) expect(island.intact()).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
