export { MqttHub } from './mqtt-hub.js';
export { TopicError, Topics } from './topics.js';
export type { HubSettings } from './types.js';
