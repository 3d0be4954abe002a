import { lstatSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import fastifyFactory, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { messageOf, SluiceError, systemCode } from '../core/errors.js';
import { addressText, type ListenAddress } from '../core/listen-address.js';
import { silentLogger } from '../core/log.js';
import { EventTypes } from '../events/event-types.js';
import type { SocketStats } from '../metrics/metrics.js';
import { Access, type AllowedNames } from './access.js';
import { installCors } from './cors.js';
import { EventFanOut } from './event-fan-out.js';
import { registerEvents } from './event-page.js';
import { eventSocket } from './event-socket.js';
import { installHttpBasics } from './http-basics.js';
import { answerParserError } from './raw-answer.js';
import { errorBody, refusalOf } from './replies.js';
import { requestTarget } from './request-target.js';
import { registerRoutes } from './routes.js';
import type { HttpServerOptions } from './server-options.js';
import { registerSession } from './session-routes.js';
import { serveUpgrades } from './upgrades.js';

export interface HttpServer {
  /** Where it listens, with the actual port: `127.0.0.1:8080`. */
  readonly address: string;
  /** `http://127.0.0.1:8080`; for a unix socket `unix:/path`. */
  readonly url: string;
  readonly app: FastifyInstance;
  /** Event sockets. */
  sockets(): SocketStats;
  /** Streams of server-sent events. */
  streams(): SocketStats;
  /** Replaces the allowed names, from the next request on. */
  allow(names: AllowedNames): void;
  /** Ends sockets and open requests, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts the engine's HTTP server. What it needs of the engine is in the options.
 *
 * @throws SluiceError `TokenRequired`; `AddressInUse`; `AddressUnusable`
 */
export const createHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const access = new Access(options.listen, options.clock, options);
  const log = options.log ?? silentLogger();
  const bodyLimit = options.bodyLimitBytes ?? 1024 * 1024;
  const app = createApp(options, bodyLimit);
  installCors(app, access);
  await installHttpBasics(app, access, log);
  registerRoutes(app, options, access);
  registerSession(app, access, { secure: options.tls !== undefined });
  const { journal, clock } = options;
  const fanOut = new EventFanOut(journal, clock, options.sockets, log);
  const types = options.eventTypes ?? new EventTypes();
  const shared = { fanOut, types, clock, maxSockets: options.sockets?.maxSockets ?? 10_000 };
  registerEvents(app, { ...shared, journal });
  await options.register?.(app);

  fanOut.start();
  const { methods, inputs } = options;
  const events = eventSocket({ ...shared, topic: journal.topic, methods, inputs, maxPayload: bodyLimit, log });
  const routes = [events, ...(options.socketRoutes ?? [])];
  const stopSockets = serveUpgrades(app.server, { access, routes, refusalOf, log });
  const close = async (): Promise<void> => {
    fanOut.close();
    stopSockets();
    await app.close();
  };
  try {
    const bound = await listen(app, options.listen);
    const url =
      bound.kind === 'unix' ? addressText(bound) : `${options.tls ? 'https' : 'http'}://${addressText(bound)}`;
    return {
      address: addressText(bound),
      url,
      app,
      sockets: () => fanOut.stats('socket'),
      streams: () => fanOut.stats('stream'),
      allow: (names) => access.allow(names),
      close,
    };
  } catch (error) {
    await close();
    throw notListening(addressText(options.listen), error);
  }
};

/** Why nobody can listen there. */
const notListening = (address: string, error: unknown): unknown => {
  // What is wrong with a certificate, for instance, has a code as well, but is no failure of the system.
  if (!(error instanceof Error && 'syscall' in error)) return error;
  if (systemCode(error) === 'EADDRINUSE') {
    return new SluiceError('AddressInUse', `another program listens on ${address}`, {
      kind: 'conflict',
      hint: 'Stop it, or choose another address: port 0 is a free one.',
      cause: error,
    });
  }
  return new SluiceError('AddressUnusable', `cannot listen on ${address}: ${messageOf(error)}`, {
    kind: 'unavailable',
    hint: 'Choose an address of this machine, and a port that this user may listen on: 1024 or above.',
    cause: error,
  });
};

/** Whoever learns the key later cannot read what was recorded before: no key exchange with the certificate's own key. */
const FORWARD_SECRECY = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
} as const;

const createApp = (options: HttpServerOptions, bodyLimit: number): FastifyInstance => {
  const settings = {
    logger: false,
    bodyLimit,
    // Connections that send no HTTP, or send it slowly, must not stay open for ever.
    requestTimeout: 30_000,
    connectionTimeout: 0,
    forceCloseConnections: true,
    // Errors have AVA's form, also where no handler of ours comes to run.
    return503OnClosing: false,
    clientErrorHandler: answerParserError,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const status = error.statusCode ?? 400;
      void reply.code(status).send(errorBody(status, error.message));
    },
    rewriteUrl: (request: IncomingMessage) => requestTarget(request).url ?? request.url ?? '/',
    routerOptions: { maxParamLength: 256 },
  } as const;
  // A request without a Host header is refused in AVA's form, too.
  const http = { requireHostHeader: false };
  const app = options.tls
    ? fastifyFactory({ ...settings, https: { ...http, ...FORWARD_SECRECY, ...options.tls } })
    : fastifyFactory({ ...settings, http });
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.from(
      JSON.stringify(errorBody(417, `the server cannot do what ${request.headers.expect} asks`)),
    );
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
    response.writeHead(417, headers).end(body);
  });
  return app as unknown as FastifyInstance;
};

const listen = async (app: FastifyInstance, address: ListenAddress): Promise<ListenAddress> => {
  if (address.kind === 'unix') {
    await removeStale(address.path);
    await app.listen({ path: address.path });
    return address;
  }
  await app.listen({ host: address.host, port: address.port });
  const bound = app.server.address();
  return { ...address, port: typeof bound === 'object' && bound ? bound.port : address.port };
};

/** Removes the socket file that a killed process has left. One that somebody answers at stays, and listening fails. */
const removeStale = async (path: string): Promise<void> => {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const code = await new Promise<string | undefined>((done) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      done(undefined);
    });
    probe.once('error', (error) => done(systemCode(error)));
  });
  if (code === 'ECONNREFUSED') rmSync(path, { force: true });
};
