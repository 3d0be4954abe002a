/** What `sluice serve` adds to an engine: HTTP, WebSocket and the hub. */
import { readFileSync } from 'node:fs';
import type { AllowedNames } from './api/access.js';
import { createHttpServer, type HttpServer } from './api/server.js';
import { registerRecordings } from './archive/recording-routes.js';
import { registerCameras } from './camera-routes.js';
import { ClientAccess } from './client-api/client-access.js';
import { ContentTokens } from './client-api/content-tokens.js';
import { PolicyFile } from './client-api/policy-file.js';
import { type Config, wholeConfig } from './config/index.js';
import { hubSettingsOf } from './configuration.js';
import { methodsOpenApi } from './control/index.js';
import { anything, checkArguments } from './core/arguments.js';
import { messageOf, SluiceError } from './core/errors.js';
import type { ListenAddress } from './core/listen-address.js';
import type { Logger } from './core/log.js';
import type { Engine } from './engine.js';
import { registerExports } from './export/export-routes.js';
import { MqttHub } from './hub/index.js';
import { liveSocket } from './live/live-socket.js';
import type { BrokerStats, SocketStats } from './metrics/metrics.js';
import { registerMotion } from './motion-history/motion-routes.js';
import { registerPage } from './page/routes.js';
import { partsOf } from './parts-of.js';
import { registerClientApi } from './playback/client-routes.js';
import { registerPlayback } from './playback/routes.js';
import { registerClips } from './recording/clip-routes.js';
import { registerPictures } from './stills/routes.js';
import { secretOf } from './store/secrets.js';
import { rtspSocket } from './tunnel/rtsp-socket.js';
import { registerWebhooks } from './webhooks/webhook-routes.js';
import { Webhooks } from './webhooks/webhooks.js';

export interface Service {
  /** The URLs that it listens on. */
  readonly urls: readonly string[];
  /** Applies the settings that can change while it runs. */
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/** @throws SluiceError if an address, certificate or token is missing or wrong. */
export async function startService(engine: Engine, config: Config = partsOf(engine).config): Promise<Service> {
  const parts = partsOf(engine);
  parts.gate.enter('startService');
  checkArguments('startService', { engine: anything, config: wholeConfig }, [engine, config]);
  const servers: HttpServer[] = [];
  const { archive, playback, clock, log, metrics, cameras, journal, control, inputs } = parts;
  const hub = new MqttHub({
    settings: hubSettingsOf(config),
    journal,
    events: journal,
    inputs,
    methods: control,
    cameras: {
      list: () => cameras.list(),
      picture: (camera, width) => parts.pictures.snapshot(camera, { width }),
    },
    beginAfter: parts.startSeq,
    clock,
    log,
  });
  const webhooks = new Webhooks({
    journal,
    types: parts.eventTypes,
    beginAfter: parts.startSeq,
    clock,
    log,
  });
  const live = liveSocket({
    live: (camera) => cameras.live(camera),
    clock,
    onDropped: (camera, pictures) => metrics.camera(camera).liveSkipped.add(pictures),
  });
  const secret = (name: string): Buffer => secretOf(parts.store.db, name);
  const policies = new PolicyFile(log);
  policies.use(config.http.accessPolicies);
  const tokens = new ContentTokens(secret('content tokens'));
  const clients = new ClientAccess({ policies: () => policies.current(), tokens, clock });
  const tunnel = (video: string) => cameras.tunnel(video);
  const hasTunnel = (video: string) => tunnel(video)?.available === true;
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
        methods: control,
        inputs,
        journal,
        eventTypes: parts.eventTypes,
        clock,
        metrics,
        ready: () => engine.readiness(),
        openApi: methodsOpenApi(parts.nodeTable),
        log,
        secret: secret('browser sessions'),
        guests: [clients],
        register: (app) => {
          registerCameras(app, cameras);
          registerPictures(app, parts.pictures);
          registerMotion(app, {
            history: parts.history,
            pipelinesOf: (camera) => cameras.get(camera).pipelines,
          });
          registerPlayback(app, playback);
          registerClientApi(app, { playback, tokens, archive, hasTunnel, clock });
          registerClips(app, parts.clips);
          registerExports(app, parts.exports);
          registerRecordings(app, archive.people);
          registerWebhooks(app, webhooks);
          registerPage(app);
        },
        socketRoutes: [live, rtspSocket(tunnel)],
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
