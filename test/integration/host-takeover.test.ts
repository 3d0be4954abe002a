import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hostCommand } from '../../bridge/hosts/host-command.js';
import { fdBehindLanes, LANES_PER_SLOT } from '../../bridge/hosts/protocol.js';
import { sandboxHere, userOf } from '../../bridge/hosts/sandbox-trial.js';
import type { Bridge, HostStats, SandboxOptions } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const SECRET = 'planted-secret-5f1c';
const MARKER = 'planted-engine-77ab';
const SLOTS = 3;
const kit = (name: string): string => resolve(import.meta.dirname, '../kit', name);
const roles = ['ingest', 'decode'] as const;

const { confinement, failures } = sandboxHere();
const boxed = confinement.by === 'bubblewrap';
const why = `bubblewrap does not work here: ${failures.join('; ')}`;

/** A file that is gone when the test has ended. */
const plant = (path: string): string => {
  writeFileSync(path, SECRET, { mode: 0o644 });
  onTestFinished(() => rmSync(path, { force: true }));
  return path;
};

/** A process with a secret, as the engine is one. */
const startVictim = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', MARKER], {
    ...{ env: { ...process.env, SLUICE_HTTP_TOKEN: SECRET }, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child.pid!;
};

/** Listens on two addresses, by which only processes of this machine can come. */
const listen = async () => {
  const addresses = await Promise.all(
    ['127.0.0.1', '127.0.0.2'].map(async (host) => {
      const server = createServer((socket) => socket.destroy()).listen(0, host);
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      return { host, port: (server.address() as { port: number }).port };
    }),
  );
  return addresses;
};

const compiled = (): string => {
  const path = join(tempDir(), 'takeover');
  execFileSync('cc', ['-static', '-O1', '-w', '-o', path, kit('takeover.c')]);
  return path;
};

/** What a data folder holds. */
const dataFolder = () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'media'));
  const [database, clip] = [join(folder, 'sluice.db'), join(folder, 'media', 'clip.mp4')];
  for (const path of [database, clip]) writeFileSync(path, SECRET, { mode: 0o600 });
  return { folder, database, clip };
};

/** Starts the program in the place of a host of `role`, and returns what it got. */
const takeover = async (role: HostStats['role'], options: SandboxOptions = {}) => {
  const engine = await startVictim();
  const addresses = await listen();
  // It would do real harm where nothing holds it.
  const native = options.level === 'none' ? undefined : compiled();
  const data = dataFolder();
  const files = [
    plant(resolve(`.planted-${process.pid}`)),
    plant(join(homedir(), `.planted-${process.pid}`)),
    plant(join(tempDir(), 'planted')),
    ...['/etc/shadow', data.database, data.clip],
  ];
  const settings = { role, slots: SLOTS, marker: '00' };
  const launch = hostCommand(settings, options, {
    entry: kit('takeover.mjs'),
    files: native === undefined ? [] : [native],
  });
  const lanes = LANES_PER_SLOT[role] * SLOTS;
  const child = spawn(launch.command, launch.args, {
    ...{ env: launch.env, cwd: launch.cwd },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...Array<'pipe'>(lanes + 1).fill('pipe')],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  (child.stdio[fdBehindLanes(role, SLOTS)] as unknown as { end(bytes: Buffer): void }).end(
    launch.seccomp ?? Buffer.alloc(0),
  );
  await answer(child);
  child.send({
    ...{ engine, secret: SECRET, marker: MARKER, addresses, native, lanes, readable: files },
    folders: [data.folder, join(data.folder, 'media'), process.cwd(), homedir()],
    writable: options.level === 'none' ? [] : ['/planted', data.clip, 'more.mp4', resolve('dist/planted')],
  });
  return { ...(await answer(child)), data };
};

const answer = async (child: ChildProcess): Promise<{ got: string[]; lanes: boolean[] }> => {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`it ended with ${code ?? signal}`);
    }),
  ]);
  return message as { got: string[]; lanes: boolean[] };
};

describe('a media host that was taken over', () => {
  it.for(roles)('gets nothing as %s', async (role, context) => {
    if (!boxed) return context.skip(why);
    const { got, lanes } = await takeover(role);
    expect(got).toEqual([]);
    // What a host needs is there all the same.
    expect(lanes).toEqual(Array(LANES_PER_SLOT[role] * SLOTS).fill(true));
  });

  it('gets a great deal where nothing holds it', async () => {
    const { got, data } = await takeover('decode', { level: 'none' });
    expect(got).toEqual(
      expect.arrayContaining(['secrets', 'engine', 'signal', 'shell', `read ${data.database}`, `list ${data.folder}`]),
    );
    expect(got.filter((each) => each.startsWith('connect'))).toHaveLength(2);
  });
});

/** A real host of each role that has begun. */
const realHosts = async (bridge: Bridge): Promise<HostStats[]> => {
  const caps = { track: 'video', text: 'video/x-h264', mediaType: 'video/x-h264' } as const;
  const nothing = () => {};
  const none = { onPicture: nothing, onEnd: nothing };
  const nobody = {
    ...none,
    onDescribed: nothing,
    onCaps: nothing,
    onUnit: nothing,
    onLoss: nothing,
    onStray: nothing,
    onSoundFault: nothing,
  };
  bridge.ingest({ url: 'rtsp://127.0.0.1:9/', transport: 'tcp' }, nobody);
  bridge.decode({ caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 0 }, none);
  const begun = ({ pid }: HostStats) => pid !== undefined && isHost(pid);
  await until('all hosts have begun', () => bridge.stats().length === 2 && bridge.stats().every(begun), 30_000);
  return bridge.stats();
};

/** Neither what holds a host before it begins nor this process, of which it is a copy for a moment. */
const isHost = (pid: number): boolean => {
  try {
    return /^[^\0]*node[^\0]*\0--max-semi-space-size=1\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
};

const status = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s+/) as [string, string]),
  );

describe('a media host', () => {
  it('has no secrets, no rights and a user of its own', async () => {
    vi.stubEnv('SLUICE_HTTP_TOKEN', SECRET);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { bridge } = testBridge();
    for (const { role, pid } of await realHosts(bridge)) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8'), role).not.toContain(SECRET);
      if (!boxed) continue;
      const none = '0000000000000000';
      expect(status(pid!), role).toMatchObject({
        ...{ NoNewPrivs: '1', Seccomp: '2', CapEff: none, CapPrm: none, CapInh: none, CapBnd: none, CapAmb: none },
      });
      for (const kind of ['pid', 'ipc', 'uts', 'mnt', 'net']) {
        expect(readlinkSync(`/proc/${pid}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
      }
      const uids = status(pid!)['Uid']!.split('\t').map(Number);
      if (process.getuid!() === 0) for (const uid of uids) expect(uid, role).toBe(userOf(sandboxHere())!.uid);
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size\s+0\s+0/m);
    }
  });

  it('works as well where there is only setpriv, and where there is nothing', async () => {
    for (const level of ['setpriv', 'none'] as const) {
      const { bridge } = testBridge({ sandbox: { level } });
      for (const { role, pid } of await realHosts(bridge)) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('main.js');
        const held = sandboxHere({ level }).confinement.by === 'setpriv';
        if (held) expect(status(pid!), role).toMatchObject({ NoNewPrivs: '1', CapEff: '0000000000000000' });
      }
      await bridge.close();
    }
  });
});
