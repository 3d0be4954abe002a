import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/clock.js';
import type { ListenAddress } from '../core/listen-address.js';
import type { Logger } from '../core/log.js';
import type { InputRouter, MethodInvoker } from '../core/ports.js';
import type { EventJournal } from '../events/types.js';
import type { AccessOptions } from './access.js';
import type { SocketLimits } from './event-fan-out.js';
import type { MetricsText, OpenApiParts, Readiness } from './ports.js';

export interface HttpServerOptions extends AccessOptions {
  listen: ListenAddress;
  /** PEM texts; with them the server speaks HTTPS and wss. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Module name that /twins/… answers for. Default `avaedge`. */
  module?: string;
  /** Device name that /twins/… answers for. Default: any. */
  device?: string;
  methods: MethodInvoker;
  inputs: InputRouter;
  journal: EventJournal;
  clock: Clock;
  metrics: MetricsText;
  ready(): Readiness | Promise<Readiness>;
  /** Largest body and socket message. Default 1 MiB. */
  bodyLimitBytes?: number;
  sockets?: SocketLimits & { maxSockets?: number };
  log?: Logger;
  /** What /openapi.json says of the direct methods. */
  openApi?: OpenApiParts;
  /** Further routes of other parts, behind the same checks. */
  register?(app: FastifyInstance): void | Promise<void>;
}
