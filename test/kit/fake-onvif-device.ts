import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';

export interface FakeDeviceOptions {
  user?: { name: string; password: string };
  /** How `user` is asked for: in the SOAP header, or by HTTP digest. */
  auth?: 'wsse' | 'digest';
  /** What a digest may be made with, one challenge for each. */
  digests?: ReadonlyArray<'MD5' | 'SHA-256'>;
  /** ms by which the device's clock is ahead of ours. */
  clockAhead?: number;
  /** ms that a subscription lives without Renew. */
  subscriptionMs?: number;
  /** Knows no GetServices, only GetCapabilities. */
  old?: boolean;
  renew?: 'works' | 'fault';
  events?: boolean;
  media2?: boolean;
  tls?: { key: string; cert: string };
  /** Address that it listens at. Default: 127.0.0.1. */
  host?: string;
  /** Addresses that it gives for its services, instead of its own. */
  announcedHost?: string;
  /** Where the stream of a profile is. */
  streamUri?: (token: string) => string;
  /** XML inside of the SubscriptionReference. Requests that name no subscription are then for the newest. */
  subscriptionReference?: (own: string, id: number) => string;
}

/** Where every device listens. */
export const DISCOVERY = { address: '239.255.255.250', port: 3702 };

/** What a request is answered with instead of the truth; undefined: the truth. */
export type Misbehaviour = (action: string, response: ServerResponse, request: IncomingMessage) => boolean;

interface Subscription {
  id: number;
  waiting: Array<() => void>;
  messages: string[];
  endsAt: number;
}

/** An ONVIF device on loopback: plain HTTP, SOAP, PullPoint events, media profiles, WS-Discovery. */
export class FakeOnvifDevice {
  readonly #options: FakeDeviceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #subscriptions = new Map<number, Subscription>();
  /** State of every property, told to new subscriptions as Initialized. */
  readonly #properties = new Map<string, { topic: string; source: string; item: string; value: string }>();
  readonly #nonces = new Set<string>();
  #nextSubscription = 1;
  #udp: UdpSocket | undefined;
  misbehave: Misbehaviour | undefined;
  /** Last parts of the SOAP actions that came, in order. */
  readonly actions: string[] = [];
  readonly bodies: string[] = [];
  /** Paths and queries. */
  readonly urls: string[] = [];
  readonly authorizations: string[] = [];
  port = 0;

  private constructor(options: FakeDeviceOptions) {
    this.#options = options;
    const handler = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    this.#server = options.tls ? createTlsServer(options.tls, handler) : createServer(handler);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: FakeDeviceOptions = {}, port = 0): Promise<FakeOnvifDevice> {
    const device = new FakeOnvifDevice(options);
    device.#server.listen(port, options.host ?? '127.0.0.1');
    await once(device.#server, 'listening');
    device.port = (device.#server.address() as { port: number }).port;
    return device;
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.#options.host ?? '127.0.0.1'}:${this.port}/onvif/device_service`;
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** As if the plug were pulled. */
  async close(): Promise<void> {
    for (const { waiting } of this.#subscriptions.values()) for (const wake of waiting) wake();
    for (const socket of this.#sockets) socket.destroy();
    this.#udp?.close();
    this.#udp = undefined;
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
  }

  /** Forgets all subscriptions, as after a restart. */
  forgetSubscriptions(): void {
    for (const { waiting } of this.#subscriptions.values()) for (const wake of waiting) wake();
    this.#subscriptions.clear();
  }

  /** Sets a property; subscribers are told that it changed. */
  set(topic: string, item: string, value: string, source = 'VideoSourceConfigurationToken=1', at?: Date): void {
    this.#properties.set(`${topic} ${source}`, { topic, source, item, value });
    this.send(notification({ topic, source, item, value, operation: 'Changed', at: at ?? this.#now() }));
  }

  remove(topic: string, source = 'VideoSourceConfigurationToken=1'): void {
    const known = this.#properties.get(`${topic} ${source}`)!;
    this.#properties.delete(`${topic} ${source}`);
    this.send(notification({ ...known, operation: 'Deleted', at: this.#now() }));
  }

  /** Any XML in the place of a NotificationMessage. */
  send(xml: string): void {
    for (const subscription of this.#subscriptions.values()) {
      subscription.messages.push(xml);
      for (const wake of subscription.waiting.splice(0)) wake();
    }
  }

  /** Answers WS-Discovery probes on a port of its own. */
  async answerProbes(reply?: (probe: string, matches: string) => string | Buffer): Promise<number> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#answerAt(socket, reply);
    return (socket.address() as { port: number }).port;
  }

  /** Answers the probes that come to WS-Discovery's group on the network of `address`, as a device on the wire does. */
  async joinDiscovery(address: string): Promise<void> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.bind(DISCOVERY.port, DISCOVERY.address);
    await once(socket, 'listening');
    socket.addMembership(DISCOVERY.address, address);
    this.#answerAt(socket);
  }

  #answerAt(socket: UdpSocket, reply?: (probe: string, matches: string) => string | Buffer): void {
    this.#udp = socket;
    socket.on('message', (message, from) => {
      const probe = message.toString();
      const matches = this.#probeMatches(/MessageID[^>]*>([^<]*)</.exec(probe)?.[1] ?? '');
      socket.send(reply ? reply(probe, matches) : matches, from.port, from.address);
    });
  }

  #now(): Date {
    return new Date(Date.now() + (this.#options.clockAhead ?? 0));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const action = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? '';
    this.actions.push(action);
    this.bodies.push(body);
    this.urls.push(request.url ?? '');
    if (request.headers.authorization) this.authorizations.push(request.headers.authorization);
    if (this.misbehave?.(action, response, request)) return;
    // The one thing that everybody may ask.
    if (action !== 'GetSystemDateAndTime' && !this.#authorized(request, response, body)) return;
    await this.#answer(action, body, request, response);
  }

  #authorized(request: IncomingMessage, response: ServerResponse, body: string): boolean {
    const { user, auth = 'wsse' } = this.#options;
    if (!user) return true;
    if (auth === 'digest') {
      const given = Object.fromEntries(
        [...(request.headers.authorization ?? '').matchAll(/(\w+)="?([^",]*)"?/g)].map((match) => [match[1], match[2]]),
      ) as Record<string, string>;
      const { digests = ['MD5'] } = this.#options;
      const algorithm = given['algorithm'] === 'SHA-256' ? 'sha256' : 'md5';
      const hash = (text: string): string => createHash(algorithm).update(text).digest('hex');
      const expected = hash(
        `${hash(`${user.name}:fake:${user.password}`)}:${given['nonce']}:${given['nc']}:${given['cnonce']}:auth:${hash(`POST:${request.url}`)}`,
      );
      if (this.#nonces.delete(given['nonce'] ?? '') && given['response'] === expected) return true;
      const nonce = randomBytes(8).toString('hex');
      this.#nonces.add(nonce);
      response.writeHead(401, {
        'WWW-Authenticate': [
          'Basic realm="fake"',
          ...digests.map((each) => `Digest realm="fake", qop="auth,auth-int", nonce="${nonce}", algorithm=${each}`),
        ],
      });
      response.end();
      return false;
    }
    const text = (name: string): string => new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)<`).exec(body)?.[1] ?? '';
    const created = text('Created');
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(text('Nonce'), 'base64'), Buffer.from(created + user.password)]))
      .digest('base64');
    const fresh = Math.abs(Date.parse(created) - this.#now().getTime()) < 30_000;
    if (text('Username') === user.name && digest === text('Password') && fresh) return true;
    fault(response, 'The sender is not authorized: ter:NotAuthorized', 400);
    return false;
  }

  async #answer(action: string, body: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = `http://${this.#options.announcedHost ?? `${this.#options.host ?? '127.0.0.1'}:${this.port}`}`;
    const named = /\/subscription(?:\/|\?.*\bidx=)(\d+)/.exec(request.url ?? '')?.[1];
    const unnamed = this.#options.subscriptionReference && request.url === '/onvif/events?v=1';
    const subscription = this.#subscriptions.get(unnamed ? this.#nextSubscription - 1 : Number(named));
    if (subscription && subscription.endsAt < Date.now()) this.#subscriptions.delete(subscription.id);
    const alive = subscription && this.#subscriptions.has(subscription.id) ? subscription : undefined;
    const times = (endsAt: number): string =>
      `<CurrentTime>${this.#now().toISOString()}</CurrentTime><TerminationTime>${new Date(
        endsAt + (this.#options.clockAhead ?? 0),
      ).toISOString()}</TerminationTime>`;

    switch (action) {
      case 'GetSystemDateAndTime': {
        const now = this.#now();
        return ok(
          response,
          `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CET-1CEST</tt:TZ></tt:TimeZone><tt:UTCDateTime><tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
        );
      }
      case 'GetServices': {
        if (this.#options.old) return fault(response, 'ActionNotSupported', 500);
        const service = (namespace: string, path: string): string =>
          `<tds:Service><tds:Namespace>http://www.onvif.org/${namespace}/wsdl</tds:Namespace><tds:XAddr>${own}${path}</tds:XAddr></tds:Service>`;
        return ok(
          response,
          `<tds:GetServicesResponse>${service('ver10/device', '/onvif/device_service')}${service('ver10/media', '/onvif/media')}${this.#options.media2 ? service('ver20/media', '/onvif/media2') : ''}${this.#options.events === false ? '' : service('ver10/events', '/onvif/events?v=1')}</tds:GetServicesResponse>`,
        );
      }
      case 'GetCapabilities':
        return ok(
          response,
          `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${own}/onvif/device_service</tt:XAddr></tt:Device><tt:Media><tt:XAddr>${own}/onvif/media</tt:XAddr></tt:Media><tt:Events><tt:XAddr>${own}/onvif/events</tt:XAddr></tt:Events></tds:Capabilities></tds:GetCapabilitiesResponse>`,
        );
      case 'CreatePullPointSubscription': {
        const id = this.#nextSubscription++;
        const made: Subscription = { id, waiting: [], messages: [], endsAt: Date.now() + this.#lifetime };
        for (const property of this.#properties.values()) {
          made.messages.push(notification({ ...property, operation: 'Initialized', at: this.#now() }));
        }
        this.#subscriptions.set(id, made);
        const { subscriptionReference: reference = addressReference } = this.#options;
        return ok(
          response,
          `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>${reference(own, id)}</tev:SubscriptionReference>${times(made.endsAt).replaceAll('Time>', 'Time>').replaceAll('<Current', '<wsnt:Current').replaceAll('</Current', '</wsnt:Current').replaceAll('<Term', '<wsnt:Term').replaceAll('</Term', '</wsnt:Term')}</tev:CreatePullPointSubscriptionResponse>`,
        );
      }
      case 'PullMessages': {
        if (!alive) return fault(response, 'Unknown subscription', 400);
        const seconds = Number(/<Timeout>PT(\d+)S</.exec(body)?.[1] ?? 60);
        if (alive.messages.length === 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, seconds * 1000);
            alive.waiting.push(() => {
              clearTimeout(timer);
              resolve();
            });
          });
        }
        if (response.destroyed) return;
        if (!this.#subscriptions.has(alive.id)) return fault(response, 'Unknown subscription', 400);
        const limit = Number(/<MessageLimit>(\d+)</.exec(body)?.[1] ?? 1);
        return ok(
          response,
          `<tev:PullMessagesResponse>${times(alive.endsAt).replaceAll(/<(\/?)(Current|Term)/g, '<$1tev:$2')}${alive.messages.splice(0, limit).join('')}</tev:PullMessagesResponse>`,
        );
      }
      case 'Renew':
        if (!alive || this.#options.renew === 'fault') return fault(response, 'Renew is not supported', 400);
        alive.endsAt = Date.now() + this.#lifetime;
        return ok(
          response,
          `<wsnt:RenewResponse>${times(alive.endsAt).replaceAll(/<(\/?)(Current|Term)/g, '<$1wsnt:$2')}</wsnt:RenewResponse>`,
        );
      case 'Unsubscribe':
        if (alive) this.#subscriptions.delete(alive.id);
        return ok(response, '<wsnt:UnsubscribeResponse/>');
      case 'GetHostname':
        return ok(
          response,
          '<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>true</tt:FromDHCP><tt:Name>cam-7</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>',
        );
      case 'GetDNS':
        return ok(
          response,
          '<tds:GetDNSResponse><tds:DNSInformation><tt:FromDHCP>false</tt:FromDHCP><tt:DNSManual><tt:Type>IPv4</tt:Type><tt:IPv4Address>192.0.2.1</tt:IPv4Address></tt:DNSManual><tt:DNSManual><tt:Type>IPv6</tt:Type><tt:IPv6Address>2001:db8::1</tt:IPv6Address></tt:DNSManual></tds:DNSInformation></tds:GetDNSResponse>',
        );
      case 'GetProfiles':
        return request.url === '/onvif/media2' ? ok(response, PROFILES_2) : ok(response, PROFILES_1);
      case 'GetStreamUri': {
        const token = /<ProfileToken>([^<]*)</.exec(body)?.[1] ?? '';
        const uri = this.#options.streamUri?.(token) ?? `rtsp://127.0.0.1:554/${token}`;
        return request.url === '/onvif/media2'
          ? ok(response, `<tr2:GetStreamUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetStreamUriResponse>`)
          : ok(
              response,
              `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`,
            );
      }
      default:
        return fault(response, `ActionNotSupported ${action}`, 500);
    }
  }

  get #lifetime(): number {
    return this.#options.subscriptionMs ?? 120_000;
  }

  #probeMatches(relatesTo: string): string {
    return envelope(
      `<d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:fake-${this.port}</wsa:Address></wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Fake onvif://www.onvif.org/type/video_encoder</d:Scopes><d:XAddrs>${this.url} http://[2001:db8::2]/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`,
      `<wsa:RelatesTo>${relatesTo}</wsa:RelatesTo>`,
    );
  }
}

const addressReference = (own: string, id: number): string =>
  `<wsa5:Address>${own}/onvif/subscription/${id}</wsa5:Address>`;

const NAMESPACES = [
  ['s', 'http://www.w3.org/2003/05/soap-envelope'],
  ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ['trt', 'http://www.onvif.org/ver10/media/wsdl'],
  ['tr2', 'http://www.onvif.org/ver20/media/wsdl'],
  ['tev', 'http://www.onvif.org/ver10/events/wsdl'],
  ['tt', 'http://www.onvif.org/ver10/schema'],
  ['wsnt', 'http://docs.oasis-open.org/wsn/b-2'],
  ['wsa5', 'http://www.w3.org/2005/08/addressing'],
  ['wsa', 'http://schemas.xmlsoap.org/ws/2004/08/addressing'],
  ['d', 'http://schemas.xmlsoap.org/ws/2005/04/discovery'],
  ['tns1', 'http://www.onvif.org/ver10/topics'],
]
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');

export const envelope = (body: string, header = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${NAMESPACES}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

const ok = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { 'Content-Type': 'application/soap+xml' }).end(envelope(body));
};

const fault = (response: ServerResponse, reason: string, status: number): void => {
  response
    .writeHead(status, { 'Content-Type': 'application/soap+xml' })
    .end(
      envelope(
        `<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`,
      ),
    );
};

export interface NotificationParts {
  topic: string;
  source: string;
  item: string;
  value: string;
  operation: string;
  at: Date;
}

export const notification = ({ topic, source, item, value, operation, at }: NotificationParts): string => {
  const [name, sourceValue] = source.split('=');
  return `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${at.toISOString()}" PropertyOperation="${operation}"><tt:Source><tt:SimpleItem Name="${name}" Value="${sourceValue}"/><tt:SimpleItem Name="Rule" Value="MyRule"/></tt:Source><tt:Data><tt:SimpleItem Name="${item}" Value="${value}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
};

const profile1 = (token: string, encoding: string, extra: string): string =>
  `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} name</tt:Name><tt:VideoSourceConfiguration token="vs"><tt:Name>vs</tt:Name><tt:SourceToken>1</tt:SourceToken></tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name><tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution><tt:Quality>50</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>${extra}</tt:VideoEncoderConfiguration></trt:Profiles>`;

const PROFILES_1 = `<trt:GetProfilesResponse>${profile1('main', 'H264', '<tt:H264><tt:GovLength>50</tt:GovLength><tt:H264Profile>High</tt:H264Profile></tt:H264>')}${profile1('jpeg', 'JPEG', '')}${profile1('hevc', 'H265', '')}</trt:GetProfilesResponse>`;

const profile2 = (token: string, encoding: string): string =>
  `<tr2:Profiles token="${token}"><tr2:Name>${token} name</tr2:Name><tr2:Configurations><tr2:VideoSource token="vs"><tt:Name>vs</tt:Name><tt:SourceToken>1</tt:SourceToken></tr2:VideoSource><tr2:VideoEncoder token="e" GovLength="30" Profile="Main"><tt:Name>e</tt:Name><tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>3840</tt:Width><tt:Height>2160</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate="true"><tt:FrameRateLimit>20</tt:FrameRateLimit><tt:BitrateLimit>8000</tt:BitrateLimit></tt:RateControl><tt:Quality>3</tt:Quality></tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`;

const PROFILES_2 = `<tr2:GetProfilesResponse>${profile2('main', 'H264')}${profile2('hevc', 'H265')}</tr2:GetProfilesResponse>`;
