import { expect, it } from 'vitest';
import { placeAfter, type Tail } from '../../../../engine/archive/tail.js';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import { placeBehind } from '../../../../engine/camera/ring-place.js';
import type { AccessUnit } from '../../../../engine/camera/types.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import { unitAt } from '../../../kit/units.js';

/** A ring with a frame of sound behind each picture. */
const filled = (pictures: number, spanSeconds: number): { ring: GopRing; all: AccessUnit[] } => {
  const ring = new GopRing({ spanMicros: seconds(spanSeconds) });
  const all: AccessUnit[] = [];
  for (let n = 0; n < pictures; n++) {
    all.push(ring.push(unitAt(n)));
    ring.push({ ...unitAt(n), track: 'audio', key: true });
  }
  return { ring, all };
};

const behind = (unit: AccessUnit): Tail => ({
  next: placeBehind(unit),
  epoch: 1,
  head: Uint8Array.of(7),
  soundUntil: (unit.pts + 100_000) as MediaTime,
});

it('goes on with the very next picture, also one that is no keyframe', () => {
  const { ring, all } = filled(50, 10);
  const place = placeAfter(ring, behind(all[30]!));
  expect(place).toMatchObject({ first: { picture: 31, key: false }, lost: 0 });
  expect(place!.options.continues!.head).toEqual(all[25]!.payload);
});

it('goes on without a gap where only sound has left the ring', () => {
  const { ring, all } = filled(50, 0);
  // The ring begins with the keyframe behind it.
  const last = all[24]!;
  expect(placeBehind(last).index).toBeLessThan(ring.firstIndex);
  expect(placeAfter(ring, behind(last))).toMatchObject({
    first: { picture: 25, key: true },
    options: { continues: {}, soundUntil: last.pts + 100_000 },
    lost: 0,
  });
});

it('begins anew with a keyframe where pictures are gone, and counts them, but has no sound that is in the video', () => {
  const { ring, all } = filled(50, 0);
  const last = all[20]!;
  const place = placeAfter(ring, behind(last));
  expect(place).toMatchObject({ first: { picture: 25, key: true }, lost: 4 });
  expect(place!.options).toEqual({ soundUntil: last.pts + 100_000 });
});

it('begins anew with a keyframe of another stream', () => {
  const { ring, all } = filled(60, 10);
  const place = placeAfter(ring, { ...behind(all[30]!), epoch: 0 });
  expect(place).toMatchObject({ first: { picture: 50, key: true } });
  expect(place!.options.continues).toBeUndefined();
});
