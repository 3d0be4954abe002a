import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import type { Micros } from '../core/time.js';
import { OnvifError } from './errors.js';
import { capabilitiesIn, GET_CAPABILITIES, GET_SERVICES, type Service, type Services, servicesIn } from './services.js';
import { responseIn } from './soap-answer.js';
import { envelopeOf, type Operation, securityHeader } from './soap-request.js';
import { SoapTransport } from './soap-transport.js';
import { GET_SYSTEM_DATE_AND_TIME, signingTimeIn } from './system-time.js';
import type { XmlElement } from './xml-tree.js';

export interface OnvifDeviceOptions {
  endpoint: ResolvedEndpoint;
  clock: Clock;
  /** For requests that name none of their own. */
  timeoutMs?: number;
}

export interface RequestOptions {
  /** More SOAP headers, in XML. */
  headers?: string;
  timeoutMs?: number;
  signed?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEVICE_SERVICE = '/onvif/device_service';

/** One ONVIF device. Every method rejects with an OnvifError, and with nothing else, whatever the device answers. */
export class OnvifDevice {
  readonly #endpoint: ResolvedEndpoint;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #transport: SoapTransport;
  /** Of the device service: what was named is what we talk to, whatever the device says of itself. */
  readonly #path: string;
  #services: Services = new Map();
  #systemDateAndTime: XmlElement | undefined;
  /** The device's clock less our monotonic one. */
  #ahead: Micros | undefined;
  #interrupted = false;

  /** Throws `OnvifUnsupported` for an address that is no HTTP URL. */
  constructor({ endpoint, clock, timeoutMs = DEFAULT_TIMEOUT_MS }: OnvifDeviceOptions) {
    if (!URL.canParse(endpoint.url)) throw new OnvifError('OnvifUnsupported', 'the address of the device is no URL');
    const { protocol, pathname, search } = new URL(endpoint.url);
    if (protocol !== 'http:' && protocol !== 'https:') {
      throw new OnvifError('OnvifUnsupported', `ONVIF is spoken over http or https, not ${protocol}`);
    }
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#transport = new SoapTransport(endpoint, clock);
    this.#path = `${pathname === '/' ? DEVICE_SERVICE : pathname}${search}`;
  }

  /** Asks for the device's clock, which signatures need, and where its services are. */
  async connect(): Promise<void> {
    this.#systemDateAndTime = await this.#askTime();
    const time = this.#systemDateAndTime && signingTimeIn(this.#systemDateAndTime);
    this.#ahead = time === undefined ? undefined : time - this.#clock.monotonic();
    this.#services = await this.#askServices();
  }

  /** Anybody may ask for the time; of some devices only users. */
  async #askTime(): Promise<XmlElement | undefined> {
    try {
      return await this.request(this.#path, GET_SYSTEM_DATE_AND_TIME, { signed: false });
    } catch (thrown) {
      if (!(thrown instanceof OnvifError)) throw thrown;
      if (thrown.code === 'OnvifFault') return undefined;
      if (thrown.code !== 'OnvifUnauthorized' || this.#endpoint.credentials?.type !== 'usernamePassword') throw thrown;
      return await this.request(this.#path, GET_SYSTEM_DATE_AND_TIME);
    }
  }

  async #askServices(): Promise<Services> {
    try {
      const services = servicesIn(await this.request(this.#path, GET_SERVICES));
      if (services.size > 0) return services;
    } catch (thrown) {
      const final = !(thrown instanceof OnvifError) || thrown.code === 'OnvifUnauthorized';
      if (final || this.#interrupted) throw thrown;
    }
    return capabilitiesIn(await this.request(this.#path, GET_CAPABILITIES));
  }

  has(service: Service): boolean {
    return this.#services.has(service);
  }

  /** The answer to GetSystemDateAndTime when it was connected. */
  get systemDateAndTime(): XmlElement | undefined {
    return this.#systemDateAndTime;
  }

  /** Path and query of a service. */
  pathOf(service: Service): string {
    return this.#services.get(service) ?? this.#path;
  }

  ask(service: Service, operation: Operation): Promise<XmlElement> {
    return this.request(this.pathOf(service), operation);
  }

  /** The element that holds the response. */
  async request(path: string, operation: Operation, options: RequestOptions = {}): Promise<XmlElement> {
    const { headers = '', timeoutMs = this.#timeoutMs, signed = true } = options;
    try {
      const answer = await this.#transport.post({
        path,
        action: operation.action,
        body: () => envelopeOf(operation, `${signed ? this.#security() : ''}${headers}`),
        timeoutMs,
      });
      return responseIn(answer, `${operation.name}Response`);
    } catch (thrown) {
      throw this.#withoutSecrets(thrown);
    }
  }

  /** Gives up what is running, a pull perhaps; other requests can follow. */
  interrupt(): void {
    this.#interrupted = true;
    this.#transport.interrupt();
  }

  close(): void {
    this.#transport.close();
  }

  #security(): string {
    const { credentials } = this.#endpoint;
    if (credentials?.type !== 'usernamePassword' || credentials.username === '') return '';
    const now = this.#ahead === undefined ? this.#clock.utc() : this.#clock.monotonic() + this.#ahead;
    return securityHeader(credentials.username, credentials.password, new Date(now / 1000));
  }

  /** A device may repeat what it was sent. */
  #withoutSecrets(thrown: unknown): unknown {
    const { credentials } = this.#endpoint;
    if (!(thrown instanceof OnvifError) || !credentials) return thrown;
    const secrets =
      credentials.type === 'httpHeader' ? [credentials.headerValue] : [credentials.username, credentials.password];
    // Its words come behind ours. Of a shorter secret, what is missing would tell more than what is there.
    const ours = thrown.message.indexOf(': ') + 1;
    const told = secrets
      .filter((secret) => secret.length >= 4)
      .reduce((text, secret) => text.replaceAll(secret, '…'), thrown.message.slice(ours));
    const message = `${thrown.message.slice(0, ours)}${told}`;
    return ours === 0 || message === thrown.message ? thrown : thrown.reworded(message);
  }
}
