import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GopRing, type NewUnit } from '../../engine/camera/gop-ring.js';
import type { AccessUnit } from '../../engine/camera/types.js';
import type { MediaTime } from '../../engine/core/time.js';
import { unitsFrom } from '../kit/units.js';

const isKeyframe = ({ key, track }: AccessUnit): boolean => key && track === 'video';

/** The same ring as a plain array that is searched from end to end. */
class NaiveRing {
  all: AccessUnit[] = [];
  first = 0;
  constructor(
    public span: number,
    readonly maxBytes: number,
  ) {}
  get kept() {
    return this.all.slice(this.first);
  }
  push(unit: NewUnit) {
    const picture = this.all.filter(({ track }) => track === 'video').length;
    this.all.push({ ...unit, index: this.all.length, picture });
    this.evict();
  }
  evict() {
    const wanted = Math.max(...this.all.map(({ pts }) => pts)) - this.span;
    const base = this.kept.filter((unit) => isKeyframe(unit) && unit.pts <= wanted).at(-1);
    if (base) this.first = base.index;
    while (this.bytes > this.maxBytes && this.kept.length > 1) {
      this.first = this.kept.slice(1).find(isKeyframe)?.index ?? this.first + 1;
    }
  }
  get bytes() {
    return this.kept.reduce((sum, { payload }) => sum + payload.length, 0);
  }
}

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      delta: fc.integer({ min: 1, max: 500 }),
      key: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      bytes: fc.integer({ min: 0, max: 400 }),
      track: fc.constantFrom('video' as const, 'audio' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ span: fc.integer({ min: 0, max: 5000 }) }) },
);

describe('the ring', () => {
  it('keeps and finds the same as a naive one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 300, max: 8000 }), (steps, maxBytes) => {
        const ring = new GopRing({ spanMicros: 1000, maxBytes, blockBytes: 1024 });
        const naive = new NaiveRing(1000, maxBytes);
        let pts = 0;
        for (const now of steps) {
          if ('span' in now) {
            ring.setSpan(now.span);
            naive.span = now.span;
            if (naive.all.length > 0) naive.evict();
          } else {
            pts += now.delta;
            const payload = new Uint8Array(now.bytes).fill(pts & 0xff);
            const unit = {
              track: now.track,
              pts: pts as MediaTime,
              cadence: pts,
              duration: 1,
              key: now.key,
              payload,
              epoch: 1,
              arrival: 0 as MediaTime,
            };
            ring.push(unit);
            naive.push(unit);
          }
          expect(ring.firstIndex).toBe(naive.first);
          expect(ring.bytes).toBe(naive.bytes);
          expect(ring.storageBytes).toBeGreaterThanOrEqual(ring.bytes);
          const time = (pts - 700) as MediaTime;
          const keys = naive.kept.filter(isKeyframe);
          expect(ring.lastKeyframeAtOrBefore(time)?.index).toBe(keys.filter((key) => key.pts <= time).at(-1)?.index);
          expect(ring.lastKeyframe()?.index).toBe(keys.at(-1)?.index);
          expect(ring.oldestKeyframe()?.index).toBe(keys[0]?.index);
          const middle = naive.first + Math.floor(naive.kept.length / 2);
          expect(ring.firstKeyframeFrom(middle)?.index).toBe(keys.find(({ index }) => index >= middle)?.index);
        }
        expect([...unitsFrom(ring)].map(({ index, picture, payload }) => [index, picture, ...payload])).toEqual(
          naive.kept.map(({ index, picture, payload }) => [index, picture, ...payload]),
        );
      }),
      { numRuns: 200 },
    );
  });
});
