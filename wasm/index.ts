/** Motion detection in WebAssembly: what the engine begins with. Its types are in types.ts. */
export { openMotionPool } from './detector/pool.js';
export { ACCURACY, type AccuracyStep } from './tracker/accuracy.js';
