export { MqttHub } from './mqtt-hub.js';
export type { CameraSource } from './states/camera-now.js';
export { StateTopics } from './states/state-topics.js';
export { TopicError } from './topic-layouts.js';
export { Topics } from './topics.js';
export type { HubSettings } from './types.js';
