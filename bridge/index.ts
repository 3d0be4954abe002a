export { openBridge } from './bridge.js';
export { parseCaps } from './filters/caps.js';
export { Thinning } from './filters/thinning.js';
export type * from './types.js';
