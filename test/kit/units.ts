import type { NewUnit } from '../../engine/camera/gop-ring.js';
import type { MediaTime } from '../../engine/core/time.js';

export const FRAME = 40_000;

/** A unit at 25 frames a second; `n` is its number, and every `gop`-th is a keyframe. */
export const unitAt = (n: number, options: { gop?: number; bytes?: number; epoch?: number } = {}): NewUnit => ({
  pts: (n * FRAME) as MediaTime,
  cadence: n * FRAME,
  duration: FRAME,
  key: n % (options.gop ?? 25) === 0,
  payload: new Uint8Array(options.bytes ?? 100).fill(n & 0xff),
  epoch: options.epoch ?? 1,
  arrival: (n * FRAME) as MediaTime,
});
