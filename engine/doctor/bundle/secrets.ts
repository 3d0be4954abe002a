import { type Config, secretsOf } from '../../config/index.js';
import type { Stored } from './stored.js';

const IN_ENVIRONMENT = /PASS|TOKEN|SECRET|KEY|CREDENTIAL|AUTH/i;
/** Properties of documents that hold a secret, or what it is a secret of. */
const IN_DOCUMENTS = /^(?:username|password|value|default|key|token)$/i;
const AFTER_SCHEME = /:\/\/((?:(?!:\/\/)\S)+)/g;

/** Everything here that is known to be secret: of the settings, the environment, the resources, and the URLs in them. */
export const knownSecrets = (config: Config | undefined, env: NodeJS.ProcessEnv, stored: Stored): Set<string> => {
  const secrets = new Set<string>();
  const add = (text: string): void => {
    if (/^\$\{[\w.]+\}$/.test(text)) return;
    secrets.add(text);
  };
  const addUrl = (text: string): void => {
    for (const [, after = ''] of text.matchAll(AFTER_SCHEME)) {
      const user = after.slice(0, Math.max(0, after.lastIndexOf('@')));
      const colon = user.indexOf(':');
      for (const part of colon < 0 ? [user] : [user.slice(0, colon), user.slice(colon + 1)]) if (part) add(part);
    }
  };
  if (config) for (const secret of secretsOf(config)) add(secret);
  if (config) addUrl(config.mqtt.url);
  for (const [name, value] of Object.entries(env)) {
    if (!value) continue;
    if (IN_ENVIRONMENT.test(name) && !/^(?:\/|\.\/)/.test(value)) add(value);
    addUrl(value);
  }
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      addUrl(value);
      if (IN_DOCUMENTS.test(name) && isTelling(value)) add(value);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, each] of Object.entries(value)) walk(each, Array.isArray(value) ? name : key);
    }
  };
  walk([stored.topologies, stored.pipelines, stored.adapters], '');
  return secrets;
};

/** Values of parameters may be anything; what is a number, a word of AVA's or an address is not looked for everywhere. */
const isTelling = (value: string): boolean =>
  !/^(?:true|false|low|medium|high|tcp|http|[-+\d.]+|-?P[\dTDHMS.]+|[a-z]+:\/\/\S+)$/i.test(value);
