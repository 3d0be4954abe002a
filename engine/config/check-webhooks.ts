import { isLoopbackName } from '../core/listen-address.js';
import { signingKeyOf } from '../core/signing-key.js';
import type { ConfigCheck, ConfigFault } from './problem.js';
import type { WebhookConfig } from './webhook-settings.js';

/** Whether each webhook can be used. Says nothing of its address, which may hold a key. */
export const checkWebhooks: ConfigCheck = ({ webhooks }) =>
  Object.entries(webhooks).flatMap(([name, webhook]) => faultsOf(`webhooks.${name}`, webhook));

const faultsOf = (path: string, webhook: WebhookConfig): ConfigFault[] => {
  const faults: ConfigFault[] = [];
  const fault = (setting: string, message: string) => faults.push({ setting: `${path}.${setting}`, message });
  const wrong = addressFault(webhook);
  if (wrong !== undefined) fault('url', wrong);
  if (webhook.secret !== undefined && signingKeyOf(webhook.secret) === undefined) {
    fault('secret', 'must be base64 of 16 to 64 bytes, as `openssl rand -base64 32` makes it');
  }
  if (webhook.authorization !== undefined && !/^[\x20-\x7e]+$/.test(webhook.authorization)) {
    fault('authorization', 'must be one line of ASCII');
  }
  if (Boolean(webhook.certFile) !== Boolean(webhook.keyFile)) {
    fault(webhook.certFile ? 'certFile' : 'keyFile', `needs both ${path}.certFile and ${path}.keyFile`);
  }
  return faults;
};

const addressFault = ({ url, allowPlainHttp }: WebhookConfig): string | undefined => {
  if (url === undefined) return 'is missing: give the address that events are posted to, or url in a file with urlFile';
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) return 'must be https://host/path';
  if (address.username || address.password) return 'must not hold a user and password: put them into authorization';
  if (address.hash) return 'must not have a fragment, which is never sent';
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1');
  if (address.protocol === 'http:' && !allowPlainHttp && !isLoopbackName(host)) {
    return 'must be https: over http everybody on the way can read the events. If that is no matter, set allowPlainHttp';
  }
  return undefined;
};
