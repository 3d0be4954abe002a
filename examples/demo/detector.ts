import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Detector {
  /** Where pictures are posted to. */
  readonly url: string;
  stop(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, '../../engine/cli/main.js');

/** `sluice infer` in a process of its own, at a free port. */
export async function startDetector(objects: string | undefined): Promise<Detector> {
  const only = objects ? ['--objects', objects] : [];
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'infer', '--http', '0', ...only], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const [ready] = await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended]);
  if (typeof ready !== 'string') throw new Error('the inference server did not start; what it says is above');
  const { http } = JSON.parse(ready) as { http: string };
  return {
    url: http,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
