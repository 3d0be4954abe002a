import type { ListenAddress } from '../engine/core/listen-address.js';
import { Access } from './access.js';
import type { Wanted } from './detector/found.js';
import { DetectorPool } from './detector/pool.js';
import { startGrpc } from './grpc/server.js';
import { startHttp } from './http/server.js';
import { requirePackages } from './packages.js';
import type { RunningServer } from './server.js';

export interface InferOptions {
  readonly http?: ListenAddress;
  readonly grpc?: ListenAddress;
  readonly wanted: Wanted;
  readonly threads: number;
  readonly token: string | undefined;
}

export interface InferenceServer {
  /** Where pictures are posted to. */
  readonly http?: string;
  /** As topologies name gRPC endpoints. */
  readonly grpc?: string;
  close(): Promise<void>;
}

/** Resolves when pictures are answered at full speed. */
export async function startInferenceServer(options: InferOptions): Promise<InferenceServer> {
  const { http, grpc, wanted, threads, token } = options;
  requirePackages();
  const access = new Access(token);
  for (const address of [http, grpc]) if (address) access.checkAddress(address);
  const pool = new DetectorPool(threads);
  const servers: RunningServer[] = [];
  const running = async (starting: Promise<RunningServer>): Promise<string> => {
    const server = await starting;
    servers.push(server);
    return server.address;
  };
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    await pool.close();
  };
  try {
    await pool.warmUp();
    const common = { access, pool, wanted, threads };
    return {
      ...(http ? { http: urlOf('http', await running(startHttp({ address: http, ...common })), '/score') } : {}),
      ...(grpc ? { grpc: urlOf('tcp', await running(startGrpc({ address: grpc, ...common }))) } : {}),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A socket's file has no URL: its address stays as it was written. */
const urlOf = (scheme: string, address: string, path = ''): string =>
  address.startsWith('unix:') ? address : `${scheme}://${address}${path}`;
