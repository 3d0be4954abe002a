import { AvaEvent } from '../events/catalogue.js';
import type { Trouble } from '../inference/types.js';
import type { NodeEventDraft } from './node-context.js';

const TYPES = {
  network: AvaEvent.NetworkError,
  tls: AvaEvent.NetworkError,
  authentication: AvaEvent.AuthenticationError,
  authorization: AvaEvent.AuthorizationError,
  protocol: AvaEvent.ProtocolError,
} as const satisfies Record<Trouble['kind'], string>;

/**
 * AVA's diagnostics event about an inference server.
 * @param target its address without credentials.
 */
export const troubleEvent = (
  { kind, code, message, retryInMs }: Trouble,
  target: string,
  protocol: 'http' | 'grpc',
): NodeEventDraft => ({
  eventType: TYPES[kind],
  data: {
    ...(kind === 'protocol' ? { code } : { errorCode: code }),
    ...{ target, protocol, message },
    ...(retryInMs === undefined ? {} : { retryInSeconds: Math.round(retryInMs / 100) / 10 }),
  },
});
