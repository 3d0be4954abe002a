import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('server.py', import.meta.url));

/** Undefined if it can be started, else what to tell whoever reads the output. */
export const pythonServerMissing: string | undefined =
  spawnSync(PYTHON, ['-c', 'import grpc, google.protobuf']).status === 0
    ? undefined
    : 'skipped: Python has no grpc (apt-get install python3-grpcio python3-protobuf)';

export interface PythonServer {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** @throws if it does not start */
export const startPythonServer = async (): Promise<PythonServer> => {
  const child = spawn(PYTHON, [PROGRAM], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    once(child.stdout, 'data').then(([line]) => Number(String(line))),
    exited.then(() => Promise.reject(new Error('the Python server has not started'))),
  ]);
  return {
    port,
    pid: child.pid!,
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
};
