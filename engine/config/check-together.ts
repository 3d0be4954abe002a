import { isLocal } from '../core/listen-address.js';
import type { ConfigCheck, ConfigFault } from './problem.js';

/** Checks that concern several settings. */
export const checkTogether: ConfigCheck = (config) => {
  const faults: ConfigFault[] = [];
  const refuse = (setting: string, message: string) => faults.push({ setting, message });
  const { http, https, mqtt, iothub, homeAssistant } = config;

  for (const [name, listen] of [
    ['http.address', http.address],
    ['https.address', https.address],
  ] as const) {
    if (listen && !isLocal(listen) && !http.token) {
      refuse(name, 'can be reached from other machines, so http.token (or http.tokenFile) must be set');
    }
  }
  if (https.address && !(https.certFile && https.keyFile)) {
    refuse('https.address', 'needs https.certFile and https.keyFile');
  }
  if (Boolean(mqtt.certFile) !== Boolean(mqtt.keyFile)) {
    refuse(mqtt.certFile ? 'mqtt.certFile' : 'mqtt.keyFile', 'needs both mqtt.certFile and mqtt.keyFile');
  }
  if (mqtt.password && !mqtt.username && !/\/\/[^/]*@/.test(mqtt.url)) {
    refuse('mqtt.password', 'needs mqtt.username');
  }
  if (homeAssistant.enabled && !mqtt.url) refuse('homeAssistant.enabled', 'needs mqtt.url');
  if (homeAssistant.enabled && !mqtt.states) refuse('homeAssistant.enabled', 'needs mqtt.states');
  if (iothub.key && !/^[A-Za-z0-9+/]+={0,2}$/.test(iothub.key)) refuse('iothub.key', 'must be base64');
  return faults;
};
