import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Served {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../engine/cli/main.js', import.meta.url));
const TICKS_PER_SECOND = 100;

/** `sluice serve` on a free port. Resolves when it listens. */
export const serve = (dataDir: string): Promise<Served> =>
  started([CLI, 'serve', '--http', '127.0.0.1:0', '--data', dataDir]);

async function started(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const url = await new Promise<string>((done, failed) => {
    child.once('exit', () => failed(new Error(`serve ended:\n${log}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      // What comes later is one line for every failed attempt, of no use here.
      if (log.length < 10_000) log += chunk.toString();
      const found = /listening on ([^"\s]+)/.exec(log)?.[1];
      if (found) done(found);
    });
  });
  return {
    url,
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const BARE = `
const server = require('node:http').createServer((request, answer) => {
  request.resume();
  request.on('end', () => answer.end('{}'));
});
server.listen(0, '127.0.0.1', () => console.error('listening on http://127.0.0.1:' + server.address().port));
`;

/** Node.js's own HTTP server, which does nothing: what the machine and the client alone cost, in the same moments. */
export const serveNothing = (): Promise<Served> => started(['-e', BARE]);

/** CPU seconds that a process has used so far, its threads included and its children not. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
