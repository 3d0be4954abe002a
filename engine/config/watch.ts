import { statSync } from 'node:fs';
import { type Clock, every } from '../core/clock.js';
import { systemCode } from '../core/errors.js';
import { applicable, compareConfigs } from './compare.js';
import { type LoadedConfig, type LoadOptions, loadConfig } from './load.js';
import { ConfigError } from './problem.js';
import type { Config } from './schema.js';

export interface ConfigChange {
  /** What the engine may apply: without the changes that need a restart. */
  config: Config;
  /** Dotted names of the settings in `config` that changed. */
  changed: string[];
  /** Dotted names of changed settings that need a restart. */
  needRestart: string[];
  notes: string[];
}

export interface WatchOptions extends LoadOptions {
  onChange(change: ConfigChange): void;
  /** The file has become invalid; the engine keeps its configuration. */
  onProblem(error: ConfigError): void;
  clock: Clock;
  /** How often the files are checked, in ms. Default 2000. */
  everyMs?: number;
}

export interface ConfigWatch {
  /** Checks now, as on SIGHUP. */
  check(): void;
  stop(): void;
}

/**
 * Follows the configuration file and the files of secrets. They are polled instead of watched: editors replace files,
 * orchestrators swap symbolic links, and network folders notify of nothing.
 */
export const watchConfig = (loaded: LoadedConfig, options: WatchOptions): ConfigWatch => {
  const everyMs = options.everyMs ?? 2000;
  let running = loaded.config;
  let waiting = '[]';
  let files = loaded.files;
  let seen = stampsOf(files);

  const reload = (): void => {
    let next: LoadedConfig;
    try {
      next = loadConfig(options);
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
      options.onProblem(thrown);
      return;
    }
    files = next.files;
    seen = stampsOf(files);
    const { live: changed, restart: needRestart } = compareConfigs(running, next.config);
    const nowWaiting = JSON.stringify(needRestart);
    if (changed.length === 0 && nowWaiting === waiting) return;
    waiting = nowWaiting;
    running = applicable(running, next.config);
    options.onChange({ config: running, changed, needRestart, notes: next.notes });
  };

  const check = (): void => {
    const stamps = stampsOf(files);
    if (stamps === seen) return;
    seen = stamps;
    reload();
  };

  const stop = files.length > 0 ? every(options.clock, everyMs, check) : () => {};
  return { check, stop };
};

const stampsOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      try {
        const { mtimeMs, ctimeMs, size, ino } = statSync(file);
        return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      } catch (thrown) {
        return systemCode(thrown) ?? 'unreadable';
      }
    })
    .join('|');
