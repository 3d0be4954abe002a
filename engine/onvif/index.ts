export { getOnvifDevice, type OnvifDeviceDescription, type OnvifMediaProfile } from './device-get.js';
export { type DiscoveredOnvifDevice, discoverOnvifDevices } from './discover.js';
export { OnvifError, type OnvifErrorCode } from './errors.js';
export {
  OnvifEventSource,
  type OnvifEventSourceOptions,
  type OnvifEventSourceStats,
  type OnvifSignal,
  type OnvifState,
  type OnvifStateChange,
} from './event-source.js';
export { type OnvifMethodsOptions, onvifMethods } from './methods.js';
export { DEFAULT_TOPICS } from './notification.js';
