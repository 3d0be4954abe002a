import { readFileSync } from 'node:fs';
import {
  connect,
  type IClientOptions,
  type IClientSubscribeOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
} from 'mqtt';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../core/time.js';
import { PacketLengths } from './packet-lengths.js';
import type { HubSettings } from './types.js';

/** What goes over a link, whatever it is for. */
export interface LinkMessage {
  topic: string;
  /** Text, or the bytes of something else. */
  payload: string | Buffer;
  contentType: string;
  userProperties?: Record<string, string>;
  correlationData?: Buffer | undefined;
  /** Whether the broker keeps it for those who subscribe later. An empty payload removes what it has kept. */
  retain?: boolean;
  /** Seconds after which a broker of version 5 forgets it. */
  expirySeconds?: number | undefined;
}

/** What the broker tells others, retained, when the connection ends without a goodbye. */
export type Will = Pick<LinkMessage, 'topic' | 'payload'>;

interface LinkHandlers {
  onOpen(): void;
  onMessage(packet: IPublishPacket): void;
  /** Called once, when the link is closed or could not be opened. Nothing is called after it. */
  onClosed(reason: LinkEnd): void;
}

export interface LinkEnd {
  error: Error;
  /** The broker does not speak this version: it said so, or hung up before it said anything. */
  versionDoubt: 'none' | 'maybe' | 'certain';
}

const CONNECT_TIMEOUT_MS = 15_000;
const GOODBYE_MS = 1_000;
const UNSUPPORTED_VERSION = new Set([1, 132]);
const SESSION_TAKEN_OVER = 142;

/**
 * One connection to the broker, from CONNECT to its end. There is a new one for every attempt: the client library's own
 * reconnecting keeps queues that would grow without bound, and the event log is the better queue.
 */
export class Link {
  readonly version: 5 | 4;
  /** Bytes of the largest packet that the broker takes. */
  maximumPacketSize = 268_435_455;
  #window = 1;
  #unacknowledged = 0;
  #ackCode = 0;
  readonly #client: MqttClient;
  readonly #handlers: LinkHandlers;
  readonly #clock: Clock;
  readonly #ackTimeoutMs: number;
  #ackTimer: CancelTimer | undefined;
  #open = false;
  #closed = false;
  #failure: Error | undefined;
  #doubt: LinkEnd['versionDoubt'] = 'none';

  /** Throws if a file of the settings cannot be read or the URL is no URL. */
  constructor(settings: HubSettings, will: Will | undefined, version: 5 | 4, clock: Clock, handlers: LinkHandlers) {
    this.version = version;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#ackTimeoutMs = settings.mqtt.acknowledgeTimeout / MICROS_PER_MS;
    this.#client = connect(settings.mqtt.url, {
      ...clientOptions(settings, version),
      ...(will ? { will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
    });
    const lengths = new PacketLengths(largestPacket(settings));
    this.#client.stream.on('data', (chunk: Uint8Array) => {
      const tooLong = this.#closed ? undefined : lengths.push(chunk);
      if (tooLong === undefined) return;
      const most = largestPacket(settings);
      this.fail(new Error(`the broker sends a packet of ${tooLong} bytes; at most ${most} are taken`));
    });
    this.#client.on('connect', (connack) => this.#onConnect(connack, settings.mqtt.maximumInFlight));
    this.#client.on('message', (_topic, _payload, packet) => {
      if (!this.#closed) handlers.onMessage(packet);
    });
    // The library does not pass on the reason code of a success; it calls back while it handles this packet.
    this.#client.on('packetreceive', (packet) => {
      if (packet.cmd === 'puback') this.#ackCode = packet.reasonCode ?? 0;
    });
    this.#client.on('disconnect', (packet) => {
      const code = packet.reasonCode ?? 0;
      const why = code === SESSION_TAKEN_OVER ? 'another client uses the same client id' : `reason code ${code}`;
      this.#failure ??= new Error(`the broker ended the connection: ${why}`);
    });
    this.#client.on('error', (error) => {
      const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
      if (!this.#open && code !== undefined && UNSUPPORTED_VERSION.has(code)) this.#doubt = 'certain';
      this.fail(error);
    });
    this.#client.on('close', () => this.fail(new Error('the connection was closed')));
  }

  /** How many more messages may be sent now. */
  get credit(): number {
    return this.#open && !this.#closed ? this.#window - this.#unacknowledged : 0;
  }

  /**
   * QoS 1; for callers that have seen `credit`. `done` is called with the reason code of the acknowledgement, always 0
   * on 3.1.1. Not at all if the link ends before.
   */
  publish(message: LinkMessage, done: (reasonCode: number) => void): void {
    this.#unacknowledged++;
    if (this.#unacknowledged === 1) this.#watchAcks();
    const properties =
      this.version === 5
        ? {
            payloadFormatIndicator: typeof message.payload === 'string',
            contentType: message.contentType,
            ...(message.userProperties ? { userProperties: message.userProperties } : {}),
            ...(message.expirySeconds === undefined ? {} : { messageExpiryInterval: message.expirySeconds }),
            ...(message.correlationData === undefined ? {} : { correlationData: message.correlationData }),
          }
        : undefined;
    const options = { qos: 1, retain: message.retain ?? false, ...(properties ? { properties } : {}) } as const;
    this.#client.publish(message.topic, message.payload, options, (error) => {
      if (this.#closed) return;
      if (error) {
        const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
        // Without a reason code it was not the broker that refused it.
        if (code === undefined) return this.fail(error);
        this.#acknowledged();
        return done(code);
      }
      this.#acknowledged();
      done(this.#ackCode);
    });
  }

  /**
   * Rejects if the broker refuses, or the link ends.
   * @param retained whether what was retained before we came is wanted. To inputs it is no signal.
   */
  subscribe(filter: string, { retained = false } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = this.version === 5 ? { qos: 1, rh: retained ? 0 : 2, nl: retained } : { qos: 1 };
      this.#client.subscribe(filter, options as IClientSubscribeOptions, (error, granted) => {
        if (error) reject(error);
        else if (granted?.some(({ qos }) => qos === 128)) reject(new Error(`subscription to ${filter} was refused`));
        else resolve();
      });
    });
  }

  /** Ends the link at once. */
  fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ackTimer?.();
    if (!this.#open && this.#doubt === 'none' && this.#failure === undefined) {
      // Refused by the system or by TLS, it has a code; hung up, it has none.
      const code = 'code' in error ? error.code : undefined;
      if (code === undefined || code === 'ECONNRESET') this.#doubt = 'maybe';
    }
    this.#client.end(true);
    this.#handlers.onClosed({ error: this.#failure ?? error, versionDoubt: this.#doubt });
  }

  /** Says goodbye to the broker. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ackTimer?.();
    await new Promise<void>((resolve) => {
      // The library waits for every acknowledgement that is open, and can then no longer be told to hurry.
      const cancel = this.#clock.after(GOODBYE_MS, () => {
        this.#client.stream.destroy();
        resolve();
      });
      this.#client.end(false, () => {
        cancel();
        resolve();
      });
    });
    this.#handlers.onClosed({ error: new Error('closed'), versionDoubt: 'none' });
  }

  #onConnect(connack: IConnackPacket, maximumInFlight: number): void {
    if (this.#closed) return;
    this.#open = true;
    this.#window = Math.min(maximumInFlight, connack.properties?.receiveMaximum ?? 65535);
    this.maximumPacketSize = connack.properties?.maximumPacketSize ?? this.maximumPacketSize;
    this.#handlers.onOpen();
  }

  #acknowledged(): void {
    this.#unacknowledged--;
    this.#watchAcks();
  }

  #watchAcks(): void {
    this.#ackTimer?.();
    this.#ackTimer = undefined;
    if (this.#unacknowledged === 0) return;
    this.#ackTimer = this.#clock.after(this.#ackTimeoutMs, () =>
      this.fail(new Error(`the broker acknowledged nothing for ${this.#ackTimeoutMs} ms`)),
    );
  }
}

/** Room for topic and properties beside the payload. Only brokers of version 5 can be told; this is also enforced. */
const largestPacket = ({ mqtt }: HubSettings): number => mqtt.maximumInputSize + 65_536;

const clientOptions = (settings: HubSettings, version: 5 | 4): IClientOptions => {
  const { mqtt, device, module } = settings;
  const expirySeconds = Math.round(mqtt.sessionExpiry / MICROS_PER_SECOND);
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (thrown) {
      throw new Error(`cannot read a file of the mqtt settings: ${messageOf(thrown)}`);
    }
  };
  return {
    clientId: mqtt.clientId || `sluice-${device}-${module}`,
    protocolVersion: version,
    protocolId: 'MQTT',
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: Math.max(1, Math.round(mqtt.keepAlive / MICROS_PER_SECOND)),
    queueQoSZero: false,
    resubscribe: false,
    // A 3.1.1 broker would keep the session, and every message for it, for ever.
    clean: version === 4 || expirySeconds === 0,
    rejectUnauthorized: mqtt.verifyServer,
    ...(mqtt.username ? { username: mqtt.username } : {}),
    ...(mqtt.password ? { password: mqtt.password } : {}),
    ...(mqtt.caFile ? { ca: read(mqtt.caFile) } : {}),
    ...(mqtt.certFile ? { cert: read(mqtt.certFile) } : {}),
    ...(mqtt.keyFile ? { key: read(mqtt.keyFile) } : {}),
    ...(version === 5
      ? {
          properties: {
            sessionExpiryInterval: expirySeconds,
            maximumPacketSize: largestPacket(settings),
          },
        }
      : {}),
  };
};
