export { describeConfig } from './compare.js';
export { type LoadOptions, loadConfig } from './load.js';
export { ConfigError } from './problem.js';
export type { Config } from './schema.js';
export { watchConfig } from './watch.js';
