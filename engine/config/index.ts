export { describeConfig, secretsOf } from './compare.js';
export { type LoadedConfig, type LoadOptions, loadConfig } from './load.js';
export { type ConfigCheck, ConfigError } from './problem.js';
export type { Config } from './schema.js';
export type { Settings } from './settings.js';
export { type ConfigWatch, type WatchOptions, watchConfig } from './watch.js';
export { wholeConfig } from './whole.js';
