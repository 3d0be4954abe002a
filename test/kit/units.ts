import type { EncodedUnit } from '../../bridge/types.js';
import type { GopRing, NewUnit } from '../../engine/camera/gop-ring.js';
import type { AccessUnit } from '../../engine/camera/types.js';
import type { MediaTime } from '../../engine/core/time.js';

export const FRAME = 40_000;

export interface UnitOptions {
  gop?: number;
  bytes?: number;
  epoch?: number;
  /** When it comes, which is its media time as well. Default: 25 units a second from 0. */
  at?: MediaTime;
}

/** A unit of the ring at 25 frames a second; `n` is its number, and every `gop`-th is a keyframe. */
export const unitAt = (
  n: number,
  { gop = 25, bytes = 100, epoch = 1, at = (n * FRAME) as MediaTime }: UnitOptions = {},
): NewUnit => ({
  track: 'video',
  pts: at,
  cadence: at,
  duration: FRAME,
  key: n % gop === 0,
  payload: new Uint8Array(bytes).fill(n & 0xff),
  epoch,
  arrival: at,
});

/** Units of the ring from `index`, or from the oldest one if that is later, as a reader that keeps an index gets them. */
export function* unitsFrom(ring: GopRing, index = 0): IterableIterator<AccessUnit> {
  for (let next = index; ; next++) {
    next = Math.max(next, ring.firstIndex);
    if (next >= ring.nextIndex) return;
    const unit = ring.at(next);
    if (!unit) throw new Error(`the ring has no unit ${next}`);
    yield unit;
  }
}

export interface H264Options {
  gop?: number;
  /** Bytes of the slice. */
  bytes?: number;
  /** Content of the sequence parameter set that stands in front of a keyframe. */
  sps?: number;
  /** Time of the connection at the first unit, in µs. */
  start?: number;
}

/** A unit as the bridge delivers it: H.264 in a byte stream, 25 a second. Its slice decodes to nothing. */
export const h264Unit = (n: number, { gop = 25, bytes = 100, sps = 1, start = 0 }: H264Options = {}): EncodedUnit => {
  const key = n % gop === 0;
  const slice = new Uint8Array(1 + bytes).fill(0x55);
  slice[0] = key ? 0x65 : 0x41;
  return {
    track: 'video',
    pts: start + n * FRAME,
    dts: null,
    duration: FRAME,
    key,
    discont: false,
    payload: key ? annexB([0x67, 0x42, sps], [0x68, 1], slice) : annexB(slice),
  };
};

/** NAL units with a start code before each. */
export const annexB = (...nals: ReadonlyArray<ArrayLike<number>>): Uint8Array =>
  Buffer.concat(nals.flatMap((nal) => [Uint8Array.of(0, 0, 0, 1), Uint8Array.from(nal)]));
