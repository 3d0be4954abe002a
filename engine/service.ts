/** What `sluice serve` adds to an engine: HTTP, WebSocket and the hub. Each uses only the engine's public interface. */
import { readFileSync } from 'node:fs';
import type { AllowedNames } from './api/access.js';
import { createHttpServer, type HttpServer } from './api/server.js';
import type { HttpServerOptions } from './api/server-options.js';
import { registerRecordings } from './archive/recording-routes.js';
import { registerCameras } from './camera-routes.js';
import { ClientAccess } from './client-api/client-access.js';
import { ContentTokens } from './client-api/content-tokens.js';
import { PolicyFile } from './client-api/policy-file.js';
import type { Config } from './config/index.js';
import { hubSettingsOf } from './configuration.js';
import { methodsOpenApi } from './control/index.js';
import { messageOf, SluiceError, systemCode } from './core/errors.js';
import { addressText, type ListenAddress } from './core/listen-address.js';
import type { Logger } from './core/log.js';
import type { Engine } from './engine.js';
import { registerExports } from './export/export-routes.js';
import { MqttHub } from './hub/index.js';
import { liveSocket } from './live/live-socket.js';
import type { BrokerStats } from './metrics/metrics.js';
import { registerMotion } from './motion-history/motion-routes.js';
import { registerPage } from './page/routes.js';
import { registerClientApi } from './playback/client-routes.js';
import { registerPlayback } from './playback/routes.js';
import { registerClips } from './recording/clip-routes.js';
import { registerPictures } from './stills/routes.js';
import { rtspSocket } from './tunnel/rtsp-socket.js';

export interface Service {
  /** The URLs that it listens on. */
  readonly urls: readonly string[];
  /** Applies the settings that can change while it runs. */
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/** @throws SluiceError if an address, certificate or token is missing or wrong. */
export async function startService(engine: Engine, config: Config = engine.config): Promise<Service> {
  const servers: HttpServer[] = [];
  const hub = new MqttHub({
    settings: hubSettingsOf(config),
    journal: engine.journal,
    events: engine.journal,
    inputs: engine,
    methods: engine,
    beginAfter: engine.startSeq,
    clock: engine.clock,
    log: engine.log,
  });
  const live = liveSocket({
    live: (camera) => engine.cameras.live(camera),
    clock: engine.clock,
    onDropped: (camera, pictures) => engine.metrics.camera(camera).liveSkipped.add(pictures),
  });
  const { archive, playback, clock } = engine;
  const policies = new PolicyFile(engine.log);
  policies.use(config.http.accessPolicies);
  const tokens = new ContentTokens(engine.secret('content tokens'));
  const clients = new ClientAccess({ policies: () => policies.current(), tokens, clock });
  const tunnel = (video: string) => engine.cameras.tunnel(video);
  const hasTunnel = (video: string) => tunnel(video)?.available === true;
  const close = async () => {
    const ends = await Promise.allSettled([hub.stop(), ...servers.map((server) => server.close())]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  const listen = async (address: ListenAddress, tls?: { cert: Buffer; key: Buffer }) => {
    servers.push(
      await listening({
        listen: address,
        ...(tls ? { tls } : {}),
        token: config.http.token || undefined,
        iotHubKey: config.iothub.key || undefined,
        allowed: allowedNames(config),
        module: config.module,
        methods: engine,
        inputs: engine,
        journal: engine.journal,
        clock: engine.clock,
        metrics: engine.metrics,
        ready: () => engine.readiness(),
        openApi: methodsOpenApi(engine.nodeTable),
        log: engine.log,
        secret: engine.secret('browser sessions'),
        guests: [clients],
        register: (app) => {
          registerCameras(app, engine.cameras);
          registerPictures(app, engine.pictures);
          registerMotion(app, {
            history: engine.motionHistory,
            pipelinesOf: (camera) => engine.cameras.get(camera).pipelines,
          });
          registerPlayback(app, playback);
          registerClientApi(app, { playback, tokens, archive, hasTunnel, clock });
          registerClips(app, engine.clips);
          registerExports(app, engine.exports);
          registerRecordings(app, engine.archive.people);
          registerPage(app);
        },
        socketRoutes: [live, rtspSocket(tunnel)],
      }),
    );
  };
  try {
    if (config.http.address) await listen(config.http.address);
    if (config.https.address) await listen(config.https.address, certificate(config));
    hub.start();
  } catch (error) {
    // Why it could not start is what the caller must learn.
    await close().catch((failure: unknown) => engine.log.error({ err: failure }, 'after a failed start'));
    throw error;
  }
  engine.metrics.readFrom({ sockets: () => sumSockets(servers), broker: () => brokerStats(hub) });
  return {
    urls: servers.map((server) => server.url),
    reconfigure: (changed) => {
      for (const server of servers) server.allow(allowedNames(changed));
      usePolicies(policies, changed, engine.log);
      void hub.reconfigure(hubSettingsOf(changed));
    },
    close,
  };
}

/** @throws SluiceError `AddressInUse`, `AddressUnusable`, besides those of `createHttpServer` */
async function listening(options: HttpServerOptions): Promise<HttpServer> {
  try {
    return await createHttpServer(options);
  } catch (error) {
    // What is wrong with a certificate, for instance, has a code as well, but is no failure of the system.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const where = addressText(options.listen);
    if (systemCode(error) === 'EADDRINUSE') {
      throw new SluiceError('AddressInUse', `another program listens on ${where}`, {
        kind: 'conflict',
        hint: 'Stop it, or choose another address: --http 127.0.0.1:0 takes any free port.',
        cause: error,
      });
    }
    throw new SluiceError('AddressUnusable', `cannot listen on ${where}: ${messageOf(error)}`, {
      kind: 'unavailable',
      hint: 'It must be an address of this machine, with a port that this user may open.',
      cause: error,
    });
  }
}

const allowedNames = ({ http }: Config): AllowedNames => ({ hosts: http.allowedHosts, origins: http.allowedOrigins });

/** Those that were in force stay so if the new ones are wrong, as settings do. */
function usePolicies(policies: PolicyFile, { http }: Config, log: Logger): void {
  try {
    policies.use(http.accessPolicies);
  } catch (error) {
    log.error(`the new access policies were not applied: ${messageOf(error)}`);
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

function sumSockets(servers: readonly HttpServer[]) {
  const all = servers.map((server) => server.sockets());
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
