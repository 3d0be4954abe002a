import { onTestFinished } from 'vitest';
import { plainEndpoint } from '../../../bench/grpc-servers/drive.js';
import { numberedPicture } from '../../../bench/grpc-servers/pictures.js';
import { GrpcServer, type GrpcServerOptions } from '../../../bench/grpc-servers/server.js';
import { systemClock } from '../../../engine/core/clock.js';
import { mediaTimeAt } from '../../../engine/core/time.js';
import { GrpcClient, type GrpcClientOptions } from '../../../engine/inference/grpc/client.js';
import type { Sample, ServerImage, Trouble } from '../../../engine/inference/types.js';
import { until } from '../until.js';

/** A server that is gone when the test has ended. */
export const grpcServer = async (options: GrpcServerOptions): Promise<GrpcServer> => {
  const server = await GrpcServer.start(options);
  onTestFinished(() => server.close());
  return server;
};

export interface ClientRig {
  client: GrpcClient;
  /** `3 answered 3`, `4 timeout`, `trouble ECONNREFUSED`, `recovered`, in order. */
  told: string[];
  troubles: Trouble[];
  /** Sends a picture with this number as soon as the client is ready. */
  send(number: number, image?: Partial<ServerImage>): Promise<void>;
  /** Waits until this has been told. */
  hear(line: string | RegExp): Promise<void>;
}

/** A client that has been started, and what it tells. It is stopped when the test has ended. */
export const grpcClient = (
  server: { port: number } | GrpcClientOptions['endpoint'],
  options: Partial<GrpcClientOptions> = {},
): ClientRig => {
  const client = new GrpcClient({
    endpoint: 'port' in server ? plainEndpoint(server.port) : server,
    transfer: { mode: 'embedded' },
    identity: { pipeline: 'front', node: 'yolo' },
    clock: systemClock,
    ...options,
    limits: { retryFirstMs: 100, retryLastMs: 400, ...options.limits },
  });
  const told: string[] = [];
  const troubles: Trouble[] = [];
  client.start({
    onAnswer: ({ timestamp }, { inferences }) => {
      const entity = inferences[0]?.['entity'] as { tag: { value: string } } | undefined;
      told.push(`${timestamp} answered ${entity?.tag.value ?? 'nothing'}`);
    },
    onLost: ({ timestamp }, cause) => told.push(`${timestamp} ${cause}`),
    onReady: () => {},
    onTrouble: (trouble) => {
      troubles.push(trouble);
      told.push(`trouble ${trouble.code}`);
    },
    onRecovered: () => told.push('recovered'),
  });
  onTestFinished(() => client.stop());
  return {
    client,
    told,
    troubles,
    send: async (number, image = {}) => {
      await until(`ready for picture ${number}, after ${told.join(', ')}`, () => client.ready);
      const picture = { format: { kind: 'jpeg', quality: 80 }, width: 64, height: 48 } as const;
      const sample: Sample = {
        ...{ pts: mediaTimeAt(systemClock.monotonic()), timestamp: number },
        image: { ...picture, data: numberedPicture(number, 1000), ...image },
        found: [],
      };
      client.send(sample);
    },
    hear: (line) =>
      until(`${line}`, () => told.some((each) => (typeof line === 'string' ? each === line : line.test(each)))).catch(
        (error: unknown) => {
          throw new Error(`${told.join(', ')}: no ${line}`, { cause: error });
        },
      ),
  };
};
