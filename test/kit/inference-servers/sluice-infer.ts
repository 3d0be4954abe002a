import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { missingPackages } from '../../../infer/packages.js';

/** Why tests with the detector are left out, if they are. */
export const noDetector: string | undefined =
  missingPackages().length > 0 ? "the detector is not installed: 'npx sluice infer --install'" : undefined;

export interface InferProcess {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Where pictures are posted to, if it serves HTTP. */
  readonly http: string;
  /** HOST:PORT, if it serves gRPC. */
  readonly grpc: string;
  /** SIGTERM. Resolves with the exit code, or with the signal that has ended it. */
  stop(): Promise<number | string>;
}

/** `sluice infer` as users start it. Rejects with what it says if it ends instead of getting ready. */
export const startInfer = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<InferProcess> => {
  const program = resolve(import.meta.dirname, '../../../dist/engine/cli/main.js');
  const child = spawn(process.execPath, [program, 'infer', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, ended]);
  if (typeof first[0] !== 'string') throw new Error(`sluice infer ended with ${first[0]}: ${complaints}`);
  const { http = '', grpc = '' } = JSON.parse(first[0]) as { http?: string; grpc?: string };
  return {
    process: child,
    pid: child.pid!,
    http,
    grpc: grpc.replace('tcp://', ''),
    stop: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      return code ?? signal!;
    },
  };
};
