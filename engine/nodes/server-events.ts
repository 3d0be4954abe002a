import { AvaEvent } from '../events/catalogue.js';
import type { EventBody } from '../events/types.js';
import type { Trouble } from '../inference/types.js';

const TYPES = {
  network: AvaEvent.NetworkError,
  tls: AvaEvent.NetworkError,
  authentication: AvaEvent.AuthenticationError,
  authorization: AvaEvent.AuthorizationError,
} as const satisfies Record<Exclude<Trouble['kind'], 'protocol'>, string>;

/**
 * AVA's diagnostics event about an inference server.
 * @param target its address without credentials.
 */
export const troubleEvent = (
  { kind, code, message, retryInMs }: Trouble,
  target: string,
  protocol: 'http' | 'grpc',
): EventBody => {
  const common = {
    ...{ target, protocol, message },
    ...(retryInMs === undefined ? {} : { retryInSeconds: Math.round(retryInMs / 100) / 10 }),
  };
  if (kind === 'protocol') return { eventType: AvaEvent.ProtocolError, data: { code, ...common } };
  return { eventType: TYPES[kind], data: { errorCode: code, ...common } };
};
