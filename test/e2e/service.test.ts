/** The engine under those who start it: a service manager, npm. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { descendants, processState } from '../kit/processes.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/engine/cli/main.js');

/** Prints each datagram that comes to a socket, as systemd has one, on a line of its own. */
const LISTENER = `
import os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
print('listening', flush=True)
while True:
    print(listener.recv(4096).decode().strip(), flush=True)
`;

interface Started {
  child: ChildProcess;
  output(): string;
}

/** In a group of its own, which is gone after the test in any case. */
const start = (command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd = ROOT): Started => {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => (text += bytes));
  onTestFinished(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Gone, as it should be.
    }
  });
  return { child, output: () => text };
};

const lives = (pid: number): boolean => !['Z', undefined].includes(processState(pid));

/** The project as a clone has it, with what is built and installed, and without a set-up: that would build anew under other tests. */
const cloneWithoutSetup = (): string => {
  const folder = tempDir();
  for (const name of ['dist', 'node_modules', 'examples', 'docs']) symlinkSync(join(ROOT, name), join(folder, name));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(ROOT, 'scripts/demo.sh'), join(folder, 'scripts/demo.sh'));
  writeFileSync(join(folder, 'scripts/setup.sh'), '');
  return folder;
};

const hasNotify = existsSync('/usr/bin/systemd-notify');

it.skipIf(!hasNotify)('tells systemd that it is ready, well and ending, in this order', async () => {
  const socket = join(tempDir(), 'notify');
  const { child: listener, output: told } = start('/usr/bin/python3', ['-c', LISTENER, socket], {});
  onTestFinished(() => void listener.kill());
  await until('the listener is there', () => told().includes('listening'), 30_000);
  const env = {
    NOTIFY_SOCKET: socket,
    WATCHDOG_USEC: '1500000',
    SLUICE_HTTP_ADDRESS: '127.0.0.1:0',
    SLUICE_DATA_DIR: tempDir(),
  };
  const { child, output } = start(process.execPath, [CLI, 'serve'], env);
  await until('two beats', () => told().split('WATCHDOG=1').length > 2, 60_000);
  expect(output()).toContain('listening on');
  const stopped = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
  await until('the end is told', () => told().includes('STOPPING=1'), 30_000);
  const states = told()
    .split('\n')
    .filter((line) => /^[A-Z]+=1$/.test(line) && !line.startsWith('BARRIER'));
  expect(states[0]).toBe('READY=1');
  expect(states.filter((state) => state === 'READY=1')).toHaveLength(1);
  expect(states.indexOf('STOPPING=1')).toBeGreaterThan(states.indexOf('WATCHDOG=1'));
});

it.each([
  ['node', [CLI, 'serve'], 'listening on'],
  ['npx', ['sluice', 'serve'], 'listening on'],
  ['npm', ['run', 'demo', '--', '--data', 'DATA'], 'connected:'],
])(
  '%s %j ends with SIGTERM, and nothing of it is left',
  async (command, args, running) => {
    const dataDir = tempDir();
    const env = { SLUICE_HTTP_ADDRESS: '127.0.0.1:0', SLUICE_DATA_DIR: dataDir };
    const { child, output } = start(
      command,
      args.map((arg) => (arg === 'DATA' ? dataDir : arg)),
      env,
      command === 'npm' ? cloneWithoutSetup() : ROOT,
    );
    await until(`${command} runs: ${output()}`, () => output().includes(running), 240_000);
    const all = [child.pid!, ...descendants(child.pid!)];
    expect(all.some((pid) => /main\.js|sluice/.test(commandOf(pid)))).toBe(true);
    child.kill('SIGTERM');
    await until('nothing is left', () => !all.some(lives), 60_000);
    // In good order: it has told its log that it has stopped.
    const events = execFileSync(process.execPath, [
      '-e',
      `const db = require(process.argv[2])(process.argv[1]); console.log(db.prepare('SELECT type FROM events ORDER BY seq DESC LIMIT 1').get().type)`,
      join(dataDir, 'sluice.db'),
      join(ROOT, 'node_modules', Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3'),
    ]);
    expect(String(events)).toContain('EngineStopped');
  },
  400_000,
);

const commandOf = (pid: number): string => {
  try {
    return String(execFileSync('ps', ['-o', 'args=', '-p', String(pid)]));
  } catch {
    return '';
  }
};

it('is found healthy by the check of the image, which has no token, while it is', async () => {
  const dockerfile = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8');
  const [, check] = /HEALTHCHECK[^\n]*\\\n\s*CMD (\[.*\])/.exec(dockerfile)!;
  const ENGINE = {
    SLUICE_DATA_DIR: tempDir(),
    SLUICE_HTTP_ADDRESS: '0.0.0.0:0',
    SLUICE_HTTP_TOKEN: 'a-token-of-some-length',
  };
  const { child, output } = start(process.execPath, [CLI, 'serve'], ENGINE);
  await until('the engine listens', () => /listening on http:\/\/\S+:\d+/.test(output()));
  const [, port] = /listening on http:\/\/\S+:(\d+)/.exec(output())!;
  const healthy = (): Promise<unknown[]> => {
    const [, ...args] = (JSON.parse(check!) as string[]).map((arg) => arg.replace('8080', port!));
    return once(start(process.execPath, args, {}).child, 'exit');
  };
  expect(await healthy()).toEqual([0, null]);
  renameSync(ENGINE.SLUICE_DATA_DIR, `${ENGINE.SLUICE_DATA_DIR}-away`);
  await expect.poll(healthy, { timeout: 60_000 }).toEqual([1, null]);
  renameSync(`${ENGINE.SLUICE_DATA_DIR}-away`, ENGINE.SLUICE_DATA_DIR);
  child.kill('SIGTERM');
  await once(child, 'exit');
});
