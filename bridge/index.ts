export { openBridge } from './bridge.js';
export { parseCaps } from './caps.js';
export type * from './types.js';
