import type { ResolvedEndpoint } from '../core/endpoint.js';
import { type Micros, millis } from '../core/time.js';
import { GrpcClient } from '../inference/grpc/client.js';
import { DEFAULT_LIMITS as GRPC_LIMITS } from '../inference/grpc/limits.js';
import type { GrpcTransfer } from '../inference/grpc/transfer.js';
import { DEFAULT_LIMITS as HTTP_LIMITS, HttpClient } from '../inference/http/http-client.js';
import type { InferenceClient } from '../inference/types.js';
import type { ExtensionSettings } from './extension-settings.js';
import type { NodeContext } from './node-context.js';

/** What a gRPC server gets besides pictures. */
export interface GrpcOptions {
  /** Default: embedded. */
  transfer?: GrpcTransfer;
  extensionConfiguration?: string;
}

/**
 * How long a server may take for a picture. Gates behind it can reach back so far. With gRPC several pictures are under way at
 * a time, and a server that is slow answers the last of them late.
 */
export const ANSWER_TIME: Readonly<Record<'http' | 'grpc', Micros>> = {
  http: millis(HTTP_LIMITS.timeoutMs),
  grpc: millis(GRPC_LIMITS.answerMs),
};

/** AVA writes `tcp://` for gRPC. */
export const protocolOf = ({ url }: ResolvedEndpoint): 'http' | 'grpc' => (/^https?:/i.test(url) ? 'http' : 'grpc');

/** The client for a server that may have either protocol. */
export const clientOf = (settings: ExtensionSettings, context: NodeContext, options: GrpcOptions): InferenceClient =>
  protocolOf(settings.endpoint) === 'http' ? httpClientOf(settings, context) : grpcClientOf(settings, context, options);

export const httpClientOf = ({ endpoint }: ExtensionSettings, { clock, log }: NodeContext): HttpClient =>
  new HttpClient({ endpoint, clock, log });

export const grpcClientOf = (
  { endpoint }: ExtensionSettings,
  { clock, log, pipeline, node }: NodeContext,
  { transfer = { mode: 'embedded' }, extensionConfiguration }: GrpcOptions,
): GrpcClient =>
  new GrpcClient({
    ...{ endpoint, transfer, identity: { pipeline, node }, clock, log },
    ...(extensionConfiguration === undefined ? {} : { extensionConfiguration }),
  });
