import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../common/programs.js';

const PROGRAM = fileURLToPath(new URL('server.py', import.meta.url));

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
