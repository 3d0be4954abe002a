/** The ways in and out of what `sluice serve` runs, be it one engine or several: HTTP, WebSocket, webhooks and the hub. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { AllowedNames } from './api/access.js';
import type { OpenApiParts, Readiness } from './api/ports.js';
import { createHttpServer, type HttpServer } from './api/server.js';
import type { SocketRoute } from './api/upgrades.js';
import { ClientAccess } from './client-api/client-access.js';
import type { ContentTokens } from './client-api/content-tokens.js';
import { PolicyFile } from './client-api/policy-file.js';
import type { Config } from './config/index.js';
import { hubSettingsOf } from './configuration.js';
import type { Clock } from './core/clock.js';
import { messageOf, SluiceError } from './core/errors.js';
import type { ListenAddress } from './core/listen-address.js';
import type { Logger } from './core/log.js';
import type { InputRouter, MethodInvoker } from './core/ports.js';
import type { EventTypes } from './events/event-types.js';
import type { EventJournal } from './events/types.js';
import { type CameraSource, MqttHub } from './hub/index.js';
import type { BrokerStats, MetricSources, SocketStats } from './metrics/metrics.js';
import { registerPage } from './page/routes.js';
import type { Service } from './running-service.js';
import { registerWebhooks } from './webhooks/webhook-routes.js';
import { Webhooks } from './webhooks/webhooks.js';

/** What is served. */
export interface Served {
  journal: EventJournal;
  eventTypes: EventTypes;
  /** Seq of the last event before this start. */
  startSeq: number;
  methods: MethodInvoker;
  inputs: InputRouter;
  /** For the hub. */
  cameras: CameraSource;
  metrics: { text(): Promise<string>; readFrom(sources: MetricSources): void };
  ready(): Readiness | Promise<Readiness>;
  openApi: OpenApiParts;
  tokens: ContentTokens;
  /** Signs what browsers that have signed in are given. */
  sessionSecret: Uint8Array;
  /** Registers the routes to cameras and recordings. */
  register(app: FastifyInstance): void | Promise<void>;
  socketRoutes: readonly SocketRoute[];
  clock: Clock;
  log: Logger;
}

/** @throws SluiceError if an address, certificate or token is missing or wrong. */
export async function openInterfaces(served: Served, config: Config): Promise<Service> {
  const { journal, eventTypes, methods, inputs, cameras, metrics, clock, log } = served;
  const servers: HttpServer[] = [];
  const hub = new MqttHub({
    settings: hubSettingsOf(config),
    journal,
    events: journal,
    inputs,
    methods,
    cameras,
    beginAfter: served.startSeq,
    clock,
    log,
  });
  const webhooks = new Webhooks({ journal, types: eventTypes, beginAfter: served.startSeq, clock, log });
  const policies = new PolicyFile(log);
  policies.use(config.http.accessPolicies);
  const clients = new ClientAccess({ policies: () => policies.current(), tokens: served.tokens, clock });
  const close = async () => {
    const ends = await Promise.allSettled([hub.stop(), webhooks.stop(), ...servers.map((server) => server.close())]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  const listen = async (address: ListenAddress, tls?: { cert: Buffer; key: Buffer }) => {
    servers.push(
      await createHttpServer({
        listen: address,
        ...(tls ? { tls } : {}),
        token: config.http.token || undefined,
        iotHubKey: config.iothub.key || undefined,
        allowed: allowedNames(config),
        module: config.module,
        methods,
        inputs,
        journal,
        eventTypes,
        clock,
        metrics,
        ready: () => served.ready(),
        openApi: served.openApi,
        log,
        secret: served.sessionSecret,
        guests: [clients],
        register: async (app) => {
          await served.register(app);
          registerWebhooks(app, webhooks);
          registerPage(app);
        },
        socketRoutes: served.socketRoutes,
      }),
    );
  };
  try {
    if (config.http.address) await listen(config.http.address);
    if (config.https.address) await listen(config.https.address, certificate(config));
    webhooks.configure(config.webhooks);
    hub.start();
  } catch (error) {
    // Why it could not start is what the caller must learn.
    await close().catch((failure: unknown) => log.error({ err: failure }, 'after a failed start'));
    throw error;
  }
  metrics.readFrom({
    sockets: () => sumSockets(servers.map((server) => server.sockets())),
    streams: () => sumSockets(servers.map((server) => server.streams())),
    broker: () => brokerStats(hub),
    webhooks: () => webhooks.stats(),
  });
  return {
    urls: servers.map((server) => server.url),
    reconfigure: (changed) => {
      for (const server of servers) server.allow(allowedNames(changed));
      tryNew('access policies', log, () => policies.use(changed.http.accessPolicies));
      tryNew('webhooks', log, () => webhooks.configure(changed.webhooks));
      void hub.reconfigure(hubSettingsOf(changed));
    },
    close,
  };
}

const allowedNames = ({ http }: Config): AllowedNames => ({ hosts: http.allowedHosts, origins: http.allowedOrigins });

/** Those that were in force stay so if the new ones are wrong, as settings do. */
function tryNew(what: string, log: Logger, apply: () => void): void {
  try {
    apply();
  } catch (error) {
    log.error(`the new ${what} were not applied: ${messageOf(error)}`);
  }
}

function certificate(config: Config): { cert: Buffer; key: Buffer } {
  const read = (setting: string, file: string) => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new SluiceError('CertificateUnreadable', `${setting} cannot be read`, {
        kind: 'invalid',
        where: { file },
        hint: 'HTTPS needs a certificate and its key as PEM files.',
        cause: error,
      });
    }
  };
  return { cert: read('https.certFile', config.https.certFile), key: read('https.keyFile', config.https.keyFile) };
}

function brokerStats(hub: MqttHub): BrokerStats | undefined {
  const { state, ...stats } = hub.stats();
  return state === 'off' ? undefined : { ...stats, connected: state === 'connected' };
}

function sumSockets(all: readonly SocketStats[]): SocketStats {
  const sum = (of: 'subscribers' | 'eventsSent' | 'bytesSent' | 'closedSlow') =>
    all.reduce((total, stats) => total + stats[of], 0);
  return {
    subscribers: sum('subscribers'),
    eventsSent: sum('eventsSent'),
    bytesSent: sum('bytesSent'),
    closedSlow: sum('closedSlow'),
    maxLag: Math.max(0, ...all.map((stats) => stats.maxLag)),
  };
}
