import { createHash, randomBytes } from 'node:crypto';
import { escapeXml } from './xml-write.js';

/** One question that a device can be asked. */
export interface Operation {
  name: string;
  namespace: string;
  /** SOAP's name for the request. */
  action: string;
  /** XML inside of its element. */
  content: string;
}

export const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
export const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
export const MEDIA = 'http://www.onvif.org/ver10/media/wsdl';
export const MEDIA_2 = 'http://www.onvif.org/ver20/media/wsdl';
export const SCHEMA = 'http://www.onvif.org/ver10/schema';

export const operation = (
  namespace: string,
  name: string,
  content = '',
  action = `${namespace}/${name}`,
): Operation => ({
  name,
  namespace,
  action,
  content,
});

export const envelopeOf = ({ name, namespace, content }: Operation, headers: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${headers}</s:Header><s:Body><${name} xmlns="${namespace}">${content}</${name}></s:Body></s:Envelope>`;

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/**
 * The header of a WS-Security username token, with a digest of the password.
 *
 * @param created by the device's clock: it refuses what is old
 */
export const securityHeader = (username: string, password: string, created: Date, nonce = randomBytes(16)): string => {
  const time = created.toISOString();
  const digest = createHash('sha1').update(nonce).update(`${time}${password}`, 'utf8').digest('base64');
  return `<Security s:mustUnderstand="1" xmlns="${WSS}-wssecurity-secext-1.0.xsd"><UsernameToken><Username>${escapeXml(username)}</Username><Password Type="${WSS}-username-token-profile-1.0#PasswordDigest">${digest}</Password><Nonce EncodingType="${WSS}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</Nonce><Created xmlns="${WSS}-wssecurity-utility-1.0.xsd">${time}</Created></UsernameToken></Security>`;
};
