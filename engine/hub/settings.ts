import type { Config } from '../config/schema.js';
import type { HubSettings } from './types.js';

/** The part of the configuration that the hub needs. */
export const hubSettingsOf = (config: Config): HubSettings => ({
  mqtt: config.mqtt,
  module: config.module,
  device: config.device,
  operationalEventsOutputName: config.operationalEventsOutputName,
  diagnosticsEventsOutputName: config.diagnosticsEventsOutputName,
});
