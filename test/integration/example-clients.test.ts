import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../kit/free-port.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const built = existsSync(pathOf('dist/engine/api/event-stream.js'));

const CLIENTS = {
  Python: { command: ['/usr/bin/python3', pathOf('examples/clients/events.py')], version: '--version' },
  'Node.js': { command: [process.execPath, pathOf('examples/clients/events.mjs')], version: '--version' },
  Go: { command: ['go', 'run', pathOf('examples/clients/events.go')], version: 'version' },
};
const EVENTS = 120;

const start = (command: readonly string[]): { child: ChildProcess; text(): string } => {
  const [program = '', ...args] = command;
  // A group of its own: `go run` starts the program that it has built.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  onTestFinished(() => void kill(child));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  child.stderr.resume();
  return { child, text: () => text };
};

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  // With all that it has printed.
  const end = once(child, 'close');
  process.kill(-child.pid, 'SIGKILL');
  await end;
};

/** The numbers in whole lines. */
const seqsIn = (text: string): number[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line.replace(/^EVENT /, '')).seq);

describe.skipIf(!built)('the example client', () => {
  for (const [language, { command, version }] of Object.entries(CLIENTS)) {
    const missing = spawnSync(command[0] ?? '', [version]).status !== 0;
    if (missing) console.warn(`skipped: ${language} is not installed`);

    it.skipIf(missing)(`in ${language} gets each event once, though engine and client are interrupted`, async () => {
      const [data, port] = [tempDir(), await freePort()];
      const position = join(tempDir(), 'position');
      const engine = () => start([process.execPath, pathOf('test/kit/event-engine.mjs'), data, `${port}`, `${EVENTS}`]);
      const client = (...filter: string[]) => start([...command, `http://127.0.0.1:${port}`, position, ...filter]);

      const [firstClient, firstEngine] = [client(), engine()];
      await until('some events', () => seqsIn(firstClient.text()).length >= 20);
      await kill(firstEngine.child);
      engine();
      await until('more', () => seqsIn(firstClient.text()).length >= 50);
      // It has stored the position of what it has printed, unless it was killed in between.
      await kill(firstClient.child);
      const before = seqsIn(firstClient.text());
      const stored = Number(readFileSync(position, 'utf8'));
      expect([before.length, before.length - 1]).toContain(stored);
      const secondClient = client();
      await until('all', () => seqsIn(secondClient.text()).at(-1) === EVENTS);
      const all = [...before.slice(0, stored), ...seqsIn(secondClient.text())];
      expect(all).toEqual(Array.from({ length: EVENTS }, (_, n) => n + 1));
    });
  }
});
