export { openBridge } from './bridge.js';
export { parseCaps } from './filters/caps.js';
export type * from './types.js';
