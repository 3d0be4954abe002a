import type { GopRing } from './gop-ring.js';
import type { AccessUnit } from './types.js';

/** The first one in the ring from an index on. */
export const firstPicture = (ring: GopRing, from: number): AccessUnit | undefined => {
  for (let index = from; index < ring.nextIndex; index++) {
    const unit = ring.at(index);
    if (unit?.track === 'video') return unit;
  }
  return undefined;
};

/** The last one in the ring before a unit of the same stream. */
export const keyframeBefore = (ring: GopRing, { index, epoch }: AccessUnit): AccessUnit | undefined => {
  for (let at = index - 1; at >= ring.firstIndex; at--) {
    const unit = ring.at(at);
    if (unit?.epoch !== epoch && unit?.track === 'video') return undefined;
    if (unit?.key && unit.track === 'video') return unit;
  }
  return undefined;
};
