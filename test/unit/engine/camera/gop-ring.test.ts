import { describe, expect, it } from 'vitest';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import type { MediaTime } from '../../../../engine/core/time.js';
import { clipStart } from '../../../../engine/recording/clip-start.js';
import { FRAME, unitAt, unitsFrom } from '../../../kit/units.js';

const at = (n: number) => (n * FRAME) as MediaTime;

const filled = (count: number, options: { span?: number; gop?: number; bytes?: number; maxBytes?: number } = {}) => {
  const { span = 5_000_000, maxBytes, ...unit } = options;
  const ring = new GopRing({ spanMicros: span, ...(maxBytes === undefined ? {} : { maxBytes }) });
  for (let n = 0; n < count; n++) ring.push(unitAt(n, unit));
  return ring;
};

describe('what is kept', () => {
  it('reaches back to the last keyframe at or before the span, and no further', () => {
    const ring = filled(500);
    // Newest is unit 499; 125 frames before it is 374, whose keyframe is 350.
    expect(ring.oldest?.pts).toBe(at(350));
    expect(ring.oldest?.key).toBe(true);
    expect(ring.length).toBe(150);
    expect(ring.bytes).toBe(15_000);
    expect(ring.newest!.pts - ring.oldest!.pts).toBe(149 * FRAME);
    expect(ring.truncated).toBe(false);
  });

  it('reaches back to the keyframe from which pictures are right by then', () => {
    const ring = new GopRing({ spanMicros: 5_000_000 });
    for (let n = 0; n < 500; n++) ring.push({ ...unitAt(n), settling: 18 * FRAME });
    // Of what began at 375 pictures are right from 393 on, of what began at 350 from 368 on.
    expect(ring.oldest?.pts).toBe(at(350));
    expect(ring.lastKeyframeAtOrBefore(at(393))?.pts).toBe(at(375));
    expect(ring.lastKeyframeAtOrBefore(at(392))?.pts).toBe(at(350));
    for (let n = 500; n < 517; n++) ring.push({ ...unitAt(n), settling: 18 * FRAME });
    expect(ring.oldest?.pts).toBe(at(350));
    expect(clipStart(ring, at(392))).toMatchObject({ unit: { pts: at(350) }, truncated: 0 });
    expect(clipStart(ring, at(367))).toMatchObject({ unit: { pts: at(350) }, truncated: FRAME });
  });

  it('keeps one GOP when nobody wants the past', () => {
    const ring = filled(60, { span: 0 });
    expect(ring.oldest?.pts).toBe(at(50));
    ring.setSpan(1_000_000);
    for (let n = 60; n < 100; n++) ring.push(unitAt(n));
    expect(ring.oldest?.pts).toBe(at(50));
    ring.push(unitAt(100));
    expect(ring.oldest?.pts).toBe(at(75));
  });

  it('lets go at once when the span shrinks', () => {
    const ring = filled(500);
    ring.setSpan(0);
    expect(ring.oldest?.pts).toBe(at(475));
  });

  it('lets units of an old epoch age out like all others', () => {
    const ring = new GopRing({ spanMicros: 2_000_000 });
    for (let n = 0; n < 60; n++) ring.push(unitAt(n, { epoch: n < 40 ? 1 : 2, gop: 20 }));
    expect(ring.oldest?.epoch).toBe(1);
    for (let n = 60; n < 120; n++) ring.push(unitAt(n, { epoch: 2, gop: 20 }));
    expect(ring.oldest?.epoch).toBe(2);
  });

  it('is empty at first, and indexes go on when all but the newest have left', () => {
    const ring = new GopRing({ spanMicros: 0, maxBytes: 100 });
    expect([ring.length, ring.bytes, ring.storageBytes]).toEqual([0, 0, 0]);
    expect(ring.newest).toBeUndefined();
    expect(ring.lastKeyframe()).toBeUndefined();
    for (let n = 0; n < 100; n++) ring.push(unitAt(n));
    expect([ring.length, ring.bytes]).toEqual([1, 100]);
    expect(ring.lastKeyframe()).toBeUndefined();
    expect(ring.push(unitAt(100)).index).toBe(100);
    expect(ring.lastKeyframe()?.index).toBe(100);
  });
});

describe('the byte limit', () => {
  it('drops whole GOPs, oldest first, and says so', () => {
    const ring = filled(125, { bytes: 1000, maxBytes: 60_000 });
    expect(ring.bytes).toBeLessThanOrEqual(60_000);
    expect(ring.oldest?.pts).toBe(at(75));
    expect(ring.truncated).toBe(true);
    expect(ring.firstIndex).toBe(75);
  });

  it('is lifted when the stream grows thin again', () => {
    const ring = filled(125, { bytes: 1000, maxBytes: 60_000 });
    for (let n = 125; n < 400; n++) ring.push(unitAt(n));
    expect(ring.truncated).toBe(false);
    expect(ring.newest!.pts - ring.oldest!.pts).toBeGreaterThanOrEqual(5_000_000);
  });

  it('within a single GOP keeps the newest units for whoever follows closely', () => {
    const ring = new GopRing({ spanMicros: 5_000_000, maxBytes: 10_000 });
    for (let n = 0; n < 100; n++) {
      const unit = ring.push(unitAt(n, { bytes: 1000, gop: 1_000 }));
      expect(ring.at(unit.index)).toBe(unit);
    }
    expect(ring.length).toBe(10);
    expect(ring.lastKeyframe()).toBeUndefined();
    expect(ring.lastKeyframeAtOrBefore(at(99))).toBeUndefined();
    expect(ring.firstKeyframeFrom(0)).toBeUndefined();
  });

  it('keeps a unit that alone exceeds it', () => {
    const ring = new GopRing({ spanMicros: 0, maxBytes: 10 });
    expect(ring.push(unitAt(0, { bytes: 1000 })).index).toBe(0);
    expect(ring.length).toBe(1);
  });
});

describe('finding units', () => {
  const ring = filled(500);

  it('by keyframe time', () => {
    expect(ring.lastKeyframeAtOrBefore(at(400))?.pts).toBe(at(400));
    expect(ring.lastKeyframeAtOrBefore((at(400) - 1) as MediaTime)?.pts).toBe(at(375));
    expect(ring.lastKeyframeAtOrBefore(at(10_000))?.pts).toBe(at(475));
    expect(ring.lastKeyframeAtOrBefore((at(350) - 1) as MediaTime)).toBeUndefined();
    expect(ring.oldestKeyframe()?.pts).toBe(at(350));
  });

  it('by index', () => {
    expect(ring.firstIndex).toBe(350);
    expect(ring.nextIndex).toBe(500);
    expect(ring.at(349)).toBeUndefined();
    expect(ring.at(500)).toBeUndefined();
    expect(ring.at(360)?.pts).toBe(at(360));
    expect(ring.firstKeyframeFrom(351)?.index).toBe(375);
    expect(ring.firstKeyframeFrom(0)?.index).toBe(350);
    expect(ring.firstKeyframeFrom(476)).toBeUndefined();
    expect([...unitsFrom(ring)].map(({ index }) => index)).toEqual(Array.from({ length: 150 }, (_, i) => 350 + i));
  });

  it('what a decoder needs now', () => {
    const key = ring.lastKeyframe()!;
    expect([...unitsFrom(ring, key.index)].map(({ index }) => index)).toEqual(
      Array.from({ length: 25 }, (_, i) => 475 + i),
    );
  });

  it('while the ring moves on under an iteration', () => {
    const moving = filled(100, { span: 1_000_000 });
    const seen: number[] = [];
    for (const unit of unitsFrom(moving, moving.firstIndex)) {
      seen.push(unit.index);
      if (seen.length === 1) for (let n = 100; n < 200; n++) moving.push(unitAt(n));
      if (seen.length > 100) break;
    }
    expect(seen[0]).toBe(50);
    expect(seen[1]).toBe(moving.firstIndex);
    expect(seen.at(-1)).toBe(199);
  });

  it('where a clip starts', () => {
    expect(clipStart(ring, at(380))).toMatchObject({ unit: { index: 375, pts: at(380) - 5 * FRAME }, truncated: 0 });
    expect(clipStart(ring, at(300))).toMatchObject({ unit: { index: 350, pts: at(350) }, truncated: 50 * FRAME });
    expect(clipStart(new GopRing({ spanMicros: 0 }), at(1))).toBeUndefined();
  });

  it('where a clip starts after an outage', () => {
    const ring = new GopRing({ spanMicros: 60_000_000 });
    for (let n = 0; n < 100; n++) ring.push(unitAt(n, { epoch: 1 }));
    // The camera is away from 100 to 400.
    expect(clipStart(ring, at(99), true)).toMatchObject({ unit: { index: 75 }, truncated: 0 });
    expect(clipStart(ring, at(100), true)).toBeUndefined();
    expect(clipStart(ring, at(300))).toMatchObject({ unit: { index: 75 }, truncated: 0 });
    for (let n = 400; n < 450; n++) ring.push(unitAt(n, { epoch: 2 }));
    expect(clipStart(ring, at(99))).toMatchObject({ unit: { index: 75 }, truncated: 0 });
    expect(clipStart(ring, at(100))).toMatchObject({ unit: { index: 100, pts: at(400) }, truncated: 300 * FRAME });
    expect(clipStart(ring, at(399))).toMatchObject({ unit: { pts: at(400) }, truncated: FRAME });
    expect(clipStart(ring, at(410))).toMatchObject({ unit: { pts: at(400) }, truncated: 0 });
    // New parameters without an outage.
    for (let n = 450; n < 475; n++) ring.push(unitAt(n, { epoch: 3 }));
    expect(clipStart(ring, at(449))).toMatchObject({ unit: { pts: at(425) }, truncated: 0 });
  });
});

describe('storage', () => {
  it('does not keep the buffer that a unit came in', () => {
    const chunk = new ArrayBuffer(65_536);
    const ring = new GopRing({ spanMicros: 0 });
    const input = new Uint8Array(chunk, 100, 50).fill(7);
    const unit = ring.push({ ...unitAt(0), payload: input });
    input.fill(9);
    expect(unit.payload.buffer).not.toBe(chunk);
    expect([...unit.payload]).toEqual(new Array(50).fill(7));
  });

  it('packs small units and gives large ones their own', () => {
    const ring = new GopRing({ spanMicros: 10_000_000, blockBytes: 1024 });
    const small = [0, 1, 2].map((n) => ring.push(unitAt(n, { bytes: 100 })));
    expect(new Set(small.map(({ payload }) => payload.buffer)).size).toBe(1);
    const large = ring.push(unitAt(3, { bytes: 500 }));
    expect(large.payload.buffer).not.toBe(small[0]?.payload.buffer);
    expect(ring.storageBytes).toBe(1024 + 32 * 1024);
  });

  it('a unit that has left is empty, never another unit’s bytes', () => {
    const ring = new GopRing({ spanMicros: 0, blockBytes: 4096 });
    const held = Array.from({ length: 50 }, (_, n) => ring.push(unitAt(n, { bytes: 64 })));
    for (let n = 50; n < 2000; n++) ring.push(unitAt(n, { bytes: 64 }));
    for (const { payload } of held) expect(payload.byteLength).toBe(0);
    for (const unit of unitsFrom(ring))
      expect([...unit.payload]).toEqual(new Array(64).fill((unit.pts / FRAME) & 0xff));
  });

  it('takes no new memory at a steady rate', () => {
    const ring = new GopRing({ spanMicros: 2_000_000, blockBytes: 4096 });
    const blocks = new Set<ArrayBufferLike>();
    const push = (n: number) => ring.push(unitAt(n, { bytes: n % 25 === 0 ? 1500 + (n % 7) * 30 : 200 }));
    for (let n = 0; n < 200; n++) blocks.add(push(n).payload.buffer);
    const before = blocks.size;
    for (let n = 200; n < 5000; n++) blocks.add(push(n).payload.buffer);
    expect(blocks.size).toBeLessThanOrEqual(before + 2);
  });

  it('takes no new memory when GOPs of many blocks leave at once', () => {
    const ring = new GopRing({ spanMicros: 2_000_000, blockBytes: 4096 });
    const blocks = new Set<ArrayBufferLike>();
    for (let n = 0; n < 5000; n++) blocks.add(ring.push(unitAt(n, { bytes: 900 })).payload.buffer);
    // Three GOPs of 25 pictures, four to a block, and what is begun.
    expect(blocks.size).toBeLessThanOrEqual(22);
  });

  it('gives memory back when the bitrate has fallen', () => {
    const ring = new GopRing({ spanMicros: 2_000_000, blockBytes: 4096 });
    for (let n = 0; n < 500; n++) ring.push(unitAt(n, { bytes: 900 }));
    const before = ring.storageBytes;
    for (let n = 500; n < 3000; n++) ring.push(unitAt(n, { bytes: 100 }));
    expect(ring.storageBytes).toBeLessThan(before / 3);
  });

  it('stays near the payload in size, and empty units cost nothing', () => {
    const ring = new GopRing({ spanMicros: 10_000_000 });
    for (let n = 0; n < 5000; n++) {
      ring.push(unitAt(n, { bytes: n % 25 === 0 ? 30_000 : n % 7 === 0 ? 0 : 3000 }));
      if (n > 300) expect(ring.storageBytes).toBeLessThan(ring.bytes * 1.3 + 5 * 128 * 1024);
    }
  });
});
