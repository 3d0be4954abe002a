export { MqttHub, type MqttHubOptions } from './mqtt-hub.js';
export { TopicError, Topics } from './topics.js';
export type {
  HubSettings,
  HubState,
  HubStats,
  InputResult,
  InputRouter,
  InputTarget,
  MethodInvoker,
} from './types.js';
