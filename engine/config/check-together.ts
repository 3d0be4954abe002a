import { isLocal } from '../core/listen-address.js';
import { TopicError, Topics } from '../hub/topics.js';
import type { ConfigProblem } from './problem.js';
import type { Config } from './schema.js';

/** What no setting can check alone. */
export const checkTogether = (config: Config, placeOf: (path: string) => string): ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const refuse = (setting: string, message: string) => problems.push({ setting, message, place: placeOf(setting) });
  const { http, https, mqtt, iothub } = config;

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
  try {
    new Topics(config);
  } catch (thrown) {
    if (!(thrown instanceof TopicError)) throw thrown;
    refuse(thrown.setting, thrown.message.replace(`${thrown.setting} `, ''));
  }
  if (iothub.key && !/^[A-Za-z0-9+/]+={0,2}$/.test(iothub.key)) refuse('iothub.key', 'must be base64');
  return problems;
};
