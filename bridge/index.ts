export { openBridge } from './bridge.js';
export { parseCaps } from './filters/caps.js';
export { hasPicture, sequenceSets } from './filters/nal.js';
export { Thinning } from './filters/thinning.js';
export type * from './types.js';
