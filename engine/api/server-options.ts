import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/clock.js';
import type { ListenAddress } from '../core/listen-address.js';
import type { Logger } from '../core/log.js';
import type { InputRouter, MethodInvoker } from '../core/ports.js';
import type { EventTypes } from '../events/event-types.js';
import type { EventJournal } from '../events/types.js';
import type { AccessOptions } from './access.js';
import type { SocketLimits } from './event-fan-out.js';
import type { MetricsText, OpenApiParts, Readiness } from './ports.js';
import type { SocketRoute } from './upgrades.js';

export interface HttpServerOptions extends AccessOptions {
  listen: ListenAddress;
  /** PEM; with it the server speaks HTTPS and wss. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Module name that /twins/… answers for. Default `avaedge`. */
  module?: string;
  /** Device name that /twins/… answers for. Default: any. */
  device?: string;
  methods: MethodInvoker;
  inputs: InputRouter;
  journal: EventJournal;
  /** Which types filters may name. Default: those of the engine. */
  eventTypes?: EventTypes;
  clock: Clock;
  metrics: MetricsText;
  ready(): Readiness | Promise<Readiness>;
  /** Largest request body and socket message. Default 1 MiB. */
  bodyLimitBytes?: number;
  /** Of WebSockets and streams for events. */
  sockets?: SocketLimits & { maxSockets?: number };
  log?: Logger;
  /** What /openapi.json says about the direct methods. */
  openApi?: OpenApiParts;
  /** Registers further routes, behind the same access checks. */
  register?(app: FastifyInstance): void | Promise<void>;
  /** Further WebSockets, behind the same checks. */
  socketRoutes?: readonly SocketRoute[];
}
