import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemory } from '../../../wasm/detector/kernel.js';
import { OutOfSlabs, Slabs } from '../../../wasm/detector/slabs.js';

describe('slabs', () => {
  it('never overlap, and are used again', () => {
    const maximum = 4 << 20;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 300_000 })), { maxLength: 60 }),
        (steps) => {
          const slabs = new Slabs(createMemory(0, maximum), maximum);
          const taken: { address: number; bytes: number }[] = [];
          for (const [take, n] of steps) {
            if (take || taken.length === 0) {
              let address: number;
              try {
                address = slabs.take(n);
              } catch (error) {
                expect(error).toBeInstanceOf(OutOfSlabs);
                continue;
              }
              expect(address % 64).toBe(0);
              expect(address).toBeGreaterThan(0);
              expect(address + n).toBeLessThanOrEqual(slabs.memoryBytes);
              for (const other of taken) {
                expect(address + n <= other.address || other.address + other.bytes <= address).toBe(true);
              }
              taken.push({ address, bytes: n });
            } else {
              const [gone] = taken.splice(n % taken.length, 1) as [{ address: number; bytes: number }];
              slabs.give(gone.address, gone.bytes);
            }
          }
          for (const { address, bytes } of taken) slabs.give(address, bytes);
          // All free again: one slab of everything that there ever was fits without growing.
          const before = slabs.memoryBytes;
          const all = taken.length === 0 ? 64 : Math.max(...taken.map((t) => t.address + t.bytes)) - 65536;
          slabs.take(Math.max(1, all));
          expect(slabs.memoryBytes).toBe(before);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('say so when the memory is full', () => {
    const slabs = new Slabs(createMemory(0, 1 << 20), 1 << 20);
    expect(() => slabs.take(2 << 20)).toThrow(OutOfSlabs);
  });
});
