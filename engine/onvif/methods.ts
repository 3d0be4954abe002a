import type { Clock } from '../core/clock.js';
import { parseDuration } from '../core/duration.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { seconds } from '../core/time.js';
import { getOnvifDevice } from './device-get.js';
import { type DiscoverOptions, discoverOnvifDevices } from './discover.js';
import { OnvifError } from './errors.js';

/** What the control plane expects of a method. */
type Handler = (payload: Readonly<Record<string, unknown>>) => Promise<{ status: number; payload: unknown }>;

export interface OnvifMethodsOptions {
  clock: Clock;
  timeoutMs?: number;
  /** For tests: where probes go. */
  discover?: Pick<DiscoverOptions, 'addresses' | 'target'>;
}

const DEFAULT_DURATION = seconds(5);
const MIN_DURATION = seconds(1);
const MAX_DURATION = seconds(300);
/** Devices are slow, and each asked costs connections. */
const MAX_AT_ONCE = 8;

/** A payload that cannot be worked with. */
class BadPayload extends Error {}

/** `onvifDeviceDiscover` and `onvifDeviceGet` of AVA edge 1.1, to be registered with the control plane. */
export const onvifMethods = (
  options: OnvifMethodsOptions,
): Record<'onvifDeviceDiscover' | 'onvifDeviceGet', Handler> => {
  let running = 0;
  const bounded =
    (handler: Handler): Handler =>
    async (payload) => {
      if (running >= MAX_AT_ONCE)
        return failure(503, 'ServerBusy', 'ServerBusy', `${MAX_AT_ONCE} ONVIF methods are running`);
      running++;
      try {
        return await handler(payload);
      } catch (thrown) {
        return failureOf(thrown);
      } finally {
        running--;
      }
    };
  return {
    onvifDeviceDiscover: bounded(async (payload) => ({
      status: 200,
      payload: {
        value: await discoverOnvifDevices({
          duration: durationIn(payload),
          clock: options.clock,
          ...options.discover,
        }),
      },
    })),
    onvifDeviceGet: bounded(async (payload) => ({
      status: 200,
      payload: await getOnvifDevice(endpointIn(payload), options.clock, options.timeoutMs),
    })),
  };
};

const durationIn = (payload: Readonly<Record<string, unknown>>): number => {
  const given = field(payload, 'discoveryDuration');
  if (given === undefined || given === null) return DEFAULT_DURATION;
  const duration = typeof given === 'string' ? parseDuration(given) : undefined;
  if (duration === undefined || duration < MIN_DURATION || duration > MAX_DURATION) {
    throw new BadPayload("'discoveryDuration' must be an ISO-8601 duration from PT1S to PT5M");
  }
  return duration;
};

/** `endpoint` as the documentation has it, or `remoteIPAddress`, `username` and `password` as the SDK has them. */
const endpointIn = (payload: Readonly<Record<string, unknown>>): ResolvedEndpoint => {
  const endpoint = field(payload, 'endpoint');
  if (endpoint !== undefined && endpoint !== null) return endpointOf(objectIn(endpoint, 'endpoint'));
  const address = textIn(payload, 'remoteIPAddress');
  if (address === undefined) throw new BadPayload("'endpoint' or 'remoteIPAddress' is missing");
  const host = /^[0-9a-f:]+$/i.test(address) && address.includes(':') ? `[${address}]` : address;
  return checked({
    url: `http://${host}/onvif/device_service`,
    secured: false,
    ignoreHostname: false,
    ignoreSignature: false,
    ...passwordOf(textIn(payload, 'username'), textIn(payload, 'password')),
  });
};

const endpointOf = (document: Readonly<Record<string, unknown>>): ResolvedEndpoint => {
  const url = textIn(document, 'url');
  if (url === undefined) throw new BadPayload("'endpoint/url' is missing");
  const options = objectIn(field(document, 'validationOptions') ?? {}, 'endpoint/validationOptions');
  const credentials = objectIn(field(document, 'credentials') ?? {}, 'endpoint/credentials');
  const trusted = objectIn(field(document, 'trustedCertificates') ?? {}, 'endpoint/trustedCertificates');
  const certificates = field(trusted, 'certificates');
  const headerName = textIn(credentials, 'headerName');
  return checked({
    url,
    secured: url.toLowerCase().startsWith('https:'),
    ignoreHostname: flagIn(options, 'ignoreHostname'),
    ignoreSignature: flagIn(options, 'ignoreSignature'),
    ...(Array.isArray(certificates) ? { trustedCertificates: certificates.map(String) } : {}),
    ...(headerName === undefined
      ? passwordOf(textIn(credentials, 'username'), textIn(credentials, 'password'))
      : { credentials: { type: 'httpHeader', headerName, headerValue: textIn(credentials, 'headerValue') ?? '' } }),
  });
};

const checked = (endpoint: ResolvedEndpoint): ResolvedEndpoint => {
  let url: URL | undefined;
  try {
    url = new URL(endpoint.url);
  } catch {
    url = undefined;
  }
  // The address itself is not repeated: it may hold a password.
  if (!url || !/^https?:$/.test(url.protocol)) throw new BadPayload('the address must be an http or https URL');
  if (url.username !== '' || url.password !== '') throw new BadPayload('credentials must not stand in the address');
  return endpoint;
};

const passwordOf = (
  username: string | undefined,
  password: string | undefined,
): Pick<ResolvedEndpoint, 'credentials'> =>
  username === undefined ? {} : { credentials: { type: 'usernamePassword', username, password: password ?? '' } };

const field = (object: Readonly<Record<string, unknown>>, name: string): unknown => {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
};

const textIn = (object: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = field(object, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '') throw new BadPayload(`'${name}' must be a text`);
  return value;
};

const flagIn = (object: Readonly<Record<string, unknown>>, name: string): boolean =>
  String(field(object, name) ?? false).toLowerCase() === 'true';

const objectIn = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadPayload(`'${name}' must be an object`);
  return value as Record<string, unknown>;
};

const failureOf = (thrown: unknown): { status: number; payload: unknown } => {
  if (thrown instanceof BadPayload) return failure(400, 'BadRequest', 'InvalidPayload', thrown.message);
  if (thrown instanceof SluiceError && thrown.kind === 'unavailable' && !(thrown instanceof OnvifError))
    return failure(503, 'ServerBusy', thrown.code, thrown.message);
  if (!(thrown instanceof OnvifError))
    return failure(500, 'InternalServerError', 'InternalServerError', messageOf(thrown));
  switch (thrown.code) {
    case 'OnvifUnauthorized':
      return failure(403, 'Forbidden', thrown.code, thrown.message);
    case 'OnvifTimeout':
    case 'OnvifUnreachable':
      return failure(504, 'GatewayTimeout', thrown.code, thrown.message);
    case 'OnvifUnsupported':
      return failure(400, 'BadRequest', thrown.code, thrown.message);
    default:
      return failure(502, 'BadGateway', thrown.code, thrown.message);
  }
};

const failure = (
  status: number,
  code: string,
  detail: string,
  message: string,
): { status: number; payload: unknown } => ({
  status,
  payload: { error: { code, message, details: [{ code: detail, message }] } },
});
