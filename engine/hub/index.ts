export { MqttHub, type MqttHubOptions } from './mqtt-hub.js';
export { hubSettingsOf } from './settings.js';
export type {
  HubSettings,
  HubState,
  HubStats,
  InputResult,
  InputRouter,
  InputTarget,
  MethodInvoker,
} from './types.js';
