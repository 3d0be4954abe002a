/**
 * The configuration of the whole program. config/ knows the settings, but not the parts of the engine that they are
 * for; here those parts add their checks and get their settings.
 */
import {
  type Config,
  type ConfigCheck,
  type ConfigWatch,
  type LoadedConfig,
  type LoadOptions,
  loadConfig as load,
  type WatchOptions,
  watchConfig as watch,
} from './config/index.js';
import { type HubSettings, StateTopics, TopicError, Topics } from './hub/index.js';

/** The part of the configuration that the hub needs. */
export const hubSettingsOf = (config: Config): HubSettings => ({
  mqtt: config.mqtt,
  module: config.module,
  device: config.device,
  operationalEventsOutputName: config.operationalEventsOutputName,
  diagnosticsEventsOutputName: config.diagnosticsEventsOutputName,
  homeAssistant: config.homeAssistant,
});

/** Whether the topic templates, with those of the layout for the missing ones, are usable. */
const checkTopics: ConfigCheck = (config) => {
  try {
    new Topics(hubSettingsOf(config));
    StateTopics.of(hubSettingsOf(config));
    return [];
  } catch (thrown) {
    if (!(thrown instanceof TopicError)) throw thrown;
    return [{ setting: thrown.setting, message: thrown.why }];
  }
};

const CHECKS: readonly ConfigCheck[] = [checkTopics];

/**
 * Defaults, then the file, then the environment, then `overrides`.
 *
 * @throws ConfigError with every problem at once.
 */
export const loadConfig = (options: LoadOptions = {}): LoadedConfig => load({ checks: CHECKS, ...options });

/** Follows the files of a loaded configuration; see config/watch.ts. */
export const watchConfig = (loaded: LoadedConfig, options: WatchOptions): ConfigWatch =>
  watch(loaded, { checks: CHECKS, ...options });
