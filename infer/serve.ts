import type { ListenAddress } from '../engine/core/listen-address.js';
import { Access } from './access.js';
import type { Wanted } from './detector/found.js';
import { DetectorPool } from './detector/pool.js';
import { type RunningServer, startHttp } from './http/server.js';
import { requirePackages } from './packages.js';

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
  close(): Promise<void>;
}

/** Resolves when pictures are answered at full speed. */
export async function startInferenceServer({ http, wanted, threads, token }: InferOptions): Promise<InferenceServer> {
  requirePackages();
  const access = new Access(token);
  for (const address of [http]) if (address) access.checkAddress(address);
  const pool = new DetectorPool(threads);
  const servers: RunningServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    await pool.close();
  };
  try {
    await pool.warmUp();
    const overHttp = http && (await startHttp({ address: http, access, pool, wanted }));
    if (overHttp) servers.push(overHttp);
    return { ...(overHttp ? { http: `http://${overHttp.address}/score` } : {}), close };
  } catch (error) {
    await close();
    throw error;
  }
}
