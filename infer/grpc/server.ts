import { type Metadata, Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import { addressText, type ListenAddress } from '../../engine/core/listen-address.js';
import { decodeMessage, encodeMessage, METHOD } from '../../engine/inference/grpc/contract.js';
import type { Access } from '../access.js';
import type { Wanted } from '../detector/found.js';
import type { DetectorPool } from '../detector/pool.js';
import { MAXIMUM_PICTURE_BYTES, type RunningServer } from '../server.js';
import { type Call, Stream } from './stream.js';

const SERVICE: ServiceDefinition = {
  ProcessMediaStream: {
    path: METHOD,
    requestStream: true,
    responseStream: true,
    requestSerialize: encodeMessage,
    requestDeserialize: decodeMessage,
    responseSerialize: encodeMessage,
    responseDeserialize: decodeMessage,
  },
};

/** AVA sends its credentials in a header of its own. */
const AVA_AUTHENTICATION = 'x-ms-authentication';

const authorizationOf = (metadata: Metadata): string | undefined =>
  [AVA_AUTHENTICATION, 'authorization'].flatMap((name) => metadata.get(name))[0]?.toString();

export interface GrpcOptions {
  readonly address: ListenAddress;
  readonly access: Access;
  readonly pool: DetectorPool;
  readonly wanted: Wanted;
  readonly threads: number;
}

/** AVA's gRPC contract, embedded pictures and shared memory. */
export async function startGrpc({ address, access, pool, wanted, threads }: GrpcOptions): Promise<RunningServer> {
  const server = new Server({ 'grpc.max_receive_message_length': MAXIMUM_PICTURE_BYTES });
  server.addService(SERVICE, {
    ProcessMediaStream: (call: Call) => {
      if (access.admits(authorizationOf(call.metadata))) new Stream(call, pool, wanted, threads + 1).run();
      else call.emit('error', { code: status.UNAUTHENTICATED, details: 'a token is needed' });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(addressText(address), ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const bound = address.kind === 'unix' ? address : { ...address, port };
  return { address: addressText(bound), close: async () => server.forceShutdown() };
}
