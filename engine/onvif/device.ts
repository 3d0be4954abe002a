import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf } from '../core/errors.js';
import { OnvifError } from './errors.js';
import { Cam, type CamCallback, type CamInstance, type CamRequest, linerase, parseSOAPString } from './library.js';
import { SoapTransport } from './soap-transport.js';

export interface OnvifDeviceOptions {
  endpoint: ResolvedEndpoint;
  clock: Clock;
  /** For everything but pulling events. */
  timeoutMs?: number;
}

/** How long the device may hold a pull back while nothing happens. Short, so that a dead device is noticed. */
const PULL_SECONDS = 10;
const DEFAULT_TIMEOUT_MS = 10_000;
const PULL_TIMEOUT_MS = PULL_SECONDS * 1000 + 8_000;
const GOODBYE_TIMEOUT_MS = 1_500;
const DEVICE_SERVICE = '/onvif/device_service';

/** What the library calls with, on the way to the device and back. */
type Method = (cam: CamInstance, callback: CamCallback) => void;

/** One ONVIF device. Every method rejects with an OnvifError, and with nothing else, whatever the device answers. */
export class OnvifDevice {
  readonly #cam: CamInstance;
  readonly #transport: SoapTransport;
  readonly #timeoutMs: number;
  /** The same with name and password as they are; what signs SOAP headers has them prepared. */
  readonly #signer: CamInstance;

  /** Throws `OnvifUnsupported` for an address that is no HTTP URL. */
  constructor(options: OnvifDeviceOptions) {
    const { endpoint } = options;
    let url: URL;
    try {
      url = new URL(endpoint.url);
    } catch {
      throw new OnvifError('OnvifUnsupported', 'the address of the device is no URL');
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new OnvifError('OnvifUnsupported', `ONVIF is spoken over http or https, not ${url.protocol}`);
    }
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#transport = new SoapTransport(endpoint, options.clock);
    const secure = url.protocol === 'https:';
    const { credentials } = endpoint;
    this.#cam = new Cam({
      hostname: url.hostname,
      port: Number(url.port) || (secure ? 443 : 80),
      path: url.pathname === '/' ? DEVICE_SERVICE : url.pathname,
      useSecure: secure,
      autoconnect: false,
      // Whatever addresses it gives, what we talk to is the device that was named.
      preserveAddress: true,
      ...(credentials?.type === 'usernamePassword'
        ? { username: escapeXml(credentials.username), password: bytesAsText(credentials.password) }
        : {}),
    });
    this.#signer = Object.assign(Object.create(this.#cam) as CamInstance, {
      ...(credentials?.type === 'usernamePassword'
        ? { username: credentials.username, password: credentials.password }
        : {}),
    });
    this.#cam._requestPart2 = (request, callback) => this.#request(request, callback);
  }

  /** The device's clock, which signatures need, and where its services are. */
  async connect(): Promise<Date> {
    const time = await this.#call((cam, done) => cam.getSystemDateAndTime(done));
    try {
      await this.#call((cam, done) => cam.getServices(true, done));
    } catch (thrown) {
      if (thrown instanceof OnvifError && thrown.code === 'OnvifUnauthorized') throw thrown;
      // Devices from before GetServices.
      await this.#call((cam, done) => cam.getCapabilities(done));
    }
    return time instanceof Date ? time : new Date(Number.NaN);
  }

  has(service: string): boolean {
    return Boolean(this.#cam.uri?.[service]);
  }

  get hasMedia2(): boolean {
    return this.#cam.media2Support === true;
  }

  /** Profiles are then asked for in the way of ONVIF Media 1. */
  withoutMedia2(): void {
    this.#cam.media2Support = false;
  }

  subscribe = (): Promise<unknown> => this.#call((cam, done) => cam.createPullPointSubscription(done));
  pull = (messageLimit: number): Promise<unknown> =>
    this.#call((cam, done) => cam.pullMessages({ messageLimit }, done));
  renew = (): Promise<unknown> => this.#call((cam, done) => cam.renew({}, done));
  unsubscribe = (): Promise<unknown> => this.#call((cam, done) => cam.unsubscribe(done, true));
  hostname = (): Promise<unknown> => this.#call((cam, done) => cam.getHostname(done));
  dns = (): Promise<unknown> => this.#call((cam, done) => cam.getDNS(done));
  profiles = (): Promise<unknown> => this.#call((cam, done) => cam.getProfiles(done));
  streamUri = (profileToken: string): Promise<unknown> =>
    this.#call((cam, done) => cam.getStreamUri({ protocol: 'RTSP', profileToken: escapeXml(profileToken) }, done));

  /** GetSystemDateAndTime as the device words it. */
  async systemDateTime(): Promise<unknown> {
    let raw: unknown;
    await this.#call((cam, done) =>
      cam.getSystemDateAndTime((error, _time, xml) => {
        if (error || xml === undefined) return done(error ?? new Error('no answer'));
        parseSOAPString(
          xml,
          (failure, data) => {
            raw = failure ? undefined : linerase(data);
          },
          200,
        );
        done(null);
      }),
    );
    return raw;
  }

  /** Gives up what is running, a pull perhaps; other requests can follow. */
  interrupt(): void {
    this.#transport.interrupt();
  }

  close(): void {
    this.#transport.close();
  }

  /** The library throws at answers it did not expect, calls back twice, or with no error and no data. */
  #call(method: Method): Promise<unknown> {
    return new Promise((resolve, reject) => {
      try {
        method(this.#cam, (error, data) => {
          if (error) reject(asOnvifError(error));
          else resolve(data);
        });
      } catch (thrown) {
        reject(asOnvifError(thrown));
      }
    });
  }

  #request(request: CamRequest, callback: CamCallback): void {
    const isPull = request.body.includes('<PullMessages');
    const body = isPull
      ? request.body.replace('<Timeout>PT1M</Timeout>', `<Timeout>PT${PULL_SECONDS}S</Timeout>`)
      : request.body;
    // A goodbye that nobody may wait for.
    const isGoodbye = request.body.includes('<Unsubscribe');
    const timeoutMs = isPull ? PULL_TIMEOUT_MS : isGoodbye ? GOODBYE_TIMEOUT_MS : this.#timeoutMs;
    const path = request.url?.path ?? (request.service && this.#cam.uri?.[request.service]?.path) ?? this.#cam.path;
    this.#transport
      .post(path || this.#cam.path, request.action ?? '', body, timeoutMs, (challenges, sent) =>
        this.#signer.digestAuth(challenges, sent),
      )
      .then(({ status, xml }) => {
        if (status === 401 || status === 403) {
          callback(
            new OnvifError('OnvifUnauthorized', `the device refuses the credentials (${status})`),
            undefined,
            xml,
            status,
          );
          return;
        }
        parseSOAPString(xml, callback, status);
      })
      .catch((thrown: unknown) => callback(thrown instanceof Error ? thrown : new Error(messageOf(thrown))));
  }
}

const asOnvifError = (thrown: unknown): OnvifError => {
  if (thrown instanceof OnvifError) return thrown;
  const text = messageOf(thrown);
  if (/not ?authorized|unauthorized|authority failure|sender not auth/i.test(text)) {
    return new OnvifError('OnvifUnauthorized', 'the device refuses the credentials', thrown);
  }
  if (text.startsWith('ONVIF SOAP Fault')) return new OnvifError('OnvifFault', text.slice(0, 300), thrown);
  return new OnvifError('OnvifBadAnswer', `the answer of the device is not understood: ${text.slice(0, 200)}`, thrown);
};

/** The library takes one byte of every character of a password; so every byte of its UTF-8 is made a character. */
const bytesAsText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The library puts texts into XML as they are. */
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
