export { openBridge } from './bridge.js';
export { type RequiredElement, requiredElements } from './filters/required-elements.js';
export { Thinning } from './filters/thinning.js';
export { findJemalloc } from './hosts/host-allocator.js';
export { BINDING, bindingFile, hostEntry } from './hosts/host-files.js';
export { LastWords } from './hosts/last-words.js';
export { type HeldHosts, type SandboxReport, sandboxReport } from './hosts/sandbox-report.js';
export { isCoded, specKey } from './pictures.js';
export type * from './types.js';
