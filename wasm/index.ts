/** Motion detection in WebAssembly: what the engine uses. */
export { type MotionPoolOptions, openMotionPool } from './detector/pool.js';
export type {
  Box,
  MotionCamera,
  MotionCameraStats,
  MotionPool,
  MotionPoolStats,
  MotionSettings,
  PlaneInput,
  SceneChange,
  Sensitivity,
  Verdict,
  Zone,
} from './types.js';
