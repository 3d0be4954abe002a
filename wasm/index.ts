/** Motion detection in WebAssembly: what the engine begins with. Its types are in types.ts. */
export { openMotionPool } from './detector/pool.js';
