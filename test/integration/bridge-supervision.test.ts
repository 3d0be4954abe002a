import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import { openBridge } from '../../bridge/index.js';
import type { Bridge, EncodedUnit, EndReason, HostStats, PictureSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { encodeClip } from '../kit/encoded-clip.js';
import { processState } from '../kit/processes.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

const ingestOf = (bridge: Bridge, url: string) => recordIngest(bridge, { url, transport: 'tcp' });
const hosts = (bridge: Bridge, role: HostStats['role']): HostStats[] =>
  bridge.stats().filter((host) => host.role === role);
const pictures: readonly PictureSpec[] = [{ width: 160, format: 'i420' }];

const expectNoGap = (units: readonly EncodedUnit[]): void => {
  for (const [n, unit] of units.slice(1).entries()) expect(unit.pts! - units[n]!.pts!).toBeLessThan(41_000);
};
const gone = (pid: number): boolean => ['Z', undefined].includes(processState(pid));

describe('a bridge host that dies', () => {
  it('takes only its own cameras with it, and they are back within seconds', async () => {
    const { urls } = await camera({ count: 4 });
    const { bridge } = testBridge({ slotsPerHost: 2 });
    const recorded = urls.map((url) => ingestOf(bridge, url));
    await Promise.all(recorded.map((each) => each.count(10)));
    const [first, second] = hosts(bridge, 'ingest');
    expect([first?.slotsUsed, second?.slotsUsed]).toEqual([2, 2]);

    process.kill(first!.pid!, 'SIGKILL');
    const killedAt = performance.now();
    for (const each of recorded.slice(0, 2)) expect(await each.ended).toMatchObject({ kind: 'hostLost' });
    const again = urls.slice(0, 2).map((url) => ingestOf(bridge, url));
    await Promise.all(again.map((each) => each.count(1)));
    expect(performance.now() - killedAt).toBeLessThan(5000);
    await recorded[2]!.count(recorded[2]!.units.length + 10);
    for (const each of recorded.slice(2)) {
      expect(each.ends).toEqual([]);
      expectNoGap(each.units);
    }
    expect(hosts(bridge, 'ingest').map((host) => host.restarts)).toEqual([1, 0]);
  });

  it('is told from a stop: stopping what is lost resolves, and one end is reported', async () => {
    const { url } = await camera();
    const { bridge } = testBridge();
    const recorded = ingestOf(bridge, url);
    await recorded.count(3);
    process.kill(hosts(bridge, 'ingest')[0]!.pid!, 'SIGKILL');
    await recorded.ingest.stop();
    expect(recorded.ends).toHaveLength(1);
    await recorded.ingest.stop();
  });

  it('again and again is started ever more slowly, and the callers are told', async () => {
    const { bridge } = testBridge();
    const lost: EndReason[] = [];
    for (let n = 0; n < 3; n++) {
      const ended = new Promise<EndReason>((resolve) => {
        const caps = { track: 'video', text: 'video/x-h264', mediaType: 'video/x-h264' } as const;
        bridge.decode({ caps, pictures, maxFps: 0 }, { onPicture: () => {}, onEnd: resolve });
      });
      // The last is not started at all.
      const begun = () => hosts(bridge, 'decode')[0]?.pid;
      if (n < 2) await until('the host has begun', () => begun() !== undefined);
      const pid = begun();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      lost.push(await ended);
    }
    expect(lost.map((reason) => reason.kind)).toEqual(['hostLost', 'hostLost', 'hostLost']);
    expect(lost[2]).toMatchObject({ message: expect.stringMatching(/again and again/) });
    expect(hosts(bridge, 'decode')).toMatchObject([{ pid: undefined, restarts: 2 }]);
  });
});

describe('a bridge host that hangs', () => {
  it('is killed, and its filters are told', async () => {
    const { url } = await camera();
    const { bridge } = testBridge({ hangTimeoutMs: 1500 });
    const recorded = ingestOf(bridge, url);
    await recorded.count(3);
    const pid = hosts(bridge, 'ingest')[0]!.pid!;
    process.kill(pid, 'SIGSTOP');
    expect(await recorded.ended).toMatchObject({ kind: 'hostLost', message: expect.stringMatching(/did not answer/) });
    await until('the process is gone', () => gone(pid));
    await ingestOf(bridge, url).count(3);
  });

  it('is not one that was busy as long as the engine was', async () => {
    const { url } = await camera();
    const { bridge } = testBridge({ hangTimeoutMs: 1500 });
    const recorded = ingestOf(bridge, url);
    await recorded.count(3);
    // The engine itself stands still for longer than hosts may.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
    await recorded.count(recorded.units.length + 50);
    expect(recorded.ends).toEqual([]);
  });
});

describe('a bridge host that has grown', () => {
  it('takes no new filters and is replaced when its slots are free', async () => {
    const { urls } = await camera({ count: 2 });
    // Every host is too big for this.
    const { bridge, lines } = testBridge({ recycleRssBytes: 1024 * 1024 });
    const old = ingestOf(bridge, urls[0]!);
    await old.count(3);
    const pid = hosts(bridge, 'ingest')[0]!.pid!;
    await until('it is noticed', () => lines.some((line) => /has grown/.test(line)));
    const young = ingestOf(bridge, urls[1]!);
    await young.count(3);
    expect(hosts(bridge, 'ingest').map((host) => host.slotsUsed)).toEqual([1, 1]);
    expect(old.ends).toEqual([]);
    await old.ingest.stop();
    expect(old.ends).toEqual([{ kind: 'stopped' }]);
    await until('the old process is gone', () => gone(pid));
    expect(young.ends).toEqual([]);
  });
});

/** An encoder of sound. */
const encoderOf = (bridge: Bridge) => {
  const ends: EndReason[] = [];
  let units = 0;
  const encode = bridge.encode(
    { caps: parseCaps('audio/x-alaw, rate=(int)8000, channels=(int)1') },
    { onCaps: () => {}, onUnit: () => units++, onEnd: (reason) => ends.push(reason) },
  );
  return { encode, ends, units: () => units };
};

const silence = (n: number) => ({ pts: n * 20_000, duration: 20_000, key: true, payload: Buffer.alloc(160, 0xd5) });

describe('a bridge host that has started many filters', () => {
  it('is replaced between them, and none is disturbed', async () => {
    const { bridge, lines } = testBridge({ recycleStarts: 30 });
    const pids = new Set<number>();
    for (let n = 0; n < 50; n++) {
      const { encode, units, ends } = encoderOf(bridge);
      for (let at = 0; at < 10; at++) encode.feed(silence(at));
      await encode.finish();
      expect([units(), ends]).toEqual([expect.any(Number), [{ kind: 'eos' }]]);
      expect(units()).toBeGreaterThan(2);
      for (const { pid } of hosts(bridge, 'decode')) if (pid) pids.add(pid);
    }
    expect(lines.filter((line) => /has started 30 filters/.test(line))).toHaveLength(1);
    expect(pids.size).toBe(2);
    expect(hosts(bridge, 'decode')[0]?.restarts).toBe(1);
  });
});

describe('an open bridge', () => {
  it('has no timer and no listener until a filter is started, nor after it is closed', async () => {
    const intervals = vi.spyOn(globalThis, 'setInterval').mockClear();
    const cleared = vi.spyOn(globalThis, 'clearInterval').mockClear();
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const listeners = process.listenerCount('exit');
    const idle = openBridge();
    expect(intervals).not.toHaveBeenCalled();
    expect(process.listenerCount('exit')).toBe(listeners);
    await idle.close();
    await idle.close();

    const bridge = openBridge();
    const clip = encodeClip({ frames: 5 });
    bridge.decode({ caps: clip.caps, pictures, maxFps: 0 }, { onPicture: () => {}, onEnd: () => {} });
    expect(intervals).toHaveBeenCalledOnce();
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    await bridge.close();
    expect(cleared).toHaveBeenCalledWith(intervals.mock.results[0]?.value);
    expect(process.listenerCount('exit')).toBe(listeners);

    // What is started now ends at once, and wakes nothing up again.
    const reason = await new Promise<EndReason>((onEnd) => {
      bridge.decode({ caps: clip.caps, pictures, maxFps: 0 }, { onPicture: () => {}, onEnd });
    });
    expect(reason).toMatchObject({ kind: 'hostLost', message: 'the bridge is closed' });
    expect(intervals).toHaveBeenCalledOnce();
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});

describe('closing a bridge', () => {
  it('ends every filter and leaves no process', async () => {
    const { url } = await camera();
    const clip = encodeClip({ frames: 25 });
    const { bridge } = testBridge();
    const recorded = ingestOf(bridge, url);
    await recorded.count(3);
    const decoderEnds: EndReason[] = [];
    const decode = bridge.decode(
      { caps: clip.caps, pictures, maxFps: 0 },
      { onPicture: () => {}, onEnd: (reason) => decoderEnds.push(reason) },
    );
    decode.feed(clip.units[0]!);
    const { encode, ends } = encoderOf(bridge);
    for (let at = 0; at < 10; at++) encode.feed(silence(at));
    const pids = bridge.stats().map((host) => host.pid!);
    expect(pids).toHaveLength(2);
    await bridge.close();
    expect(pids.filter((pid) => !gone(pid))).toEqual([]);
    expect(recorded.ends).toEqual([{ kind: 'stopped' }]);
    expect(decoderEnds).toEqual([{ kind: 'stopped' }]);
    expect(ends).toEqual([{ kind: 'stopped' }]);
    await bridge.close();
    expect(await ingestOf(bridge, url).ended).toMatchObject({ kind: 'hostLost' });
    expect(bridge.stats().every((host) => host.pid === undefined)).toBe(true);
  });

  it('does not wait for hosts that do not answer', async () => {
    const { url } = await camera();
    const { bridge } = testBridge({ hangTimeoutMs: 60_000 });
    const recorded = ingestOf(bridge, url);
    await recorded.count(3);
    const pid = hosts(bridge, 'ingest')[0]!.pid!;
    process.kill(pid, 'SIGSTOP');
    await bridge.close();
    expect(gone(pid)).toBe(true);
    expect(recorded.ends).toEqual([{ kind: 'stopped' }]);
  });
});

/** A program that has opened a `bridge`, as compiled. @returns its file. */
const programOf = (text: string): string => {
  const index = new URL('../../dist/bridge/index.js', import.meta.url).href;
  const file = join(tempDir(), 'program.mjs');
  writeFileSync(
    file,
    `import { openBridge } from ${JSON.stringify(index)};
     const bridge = openBridge();
     ${text}`,
  );
  return file;
};

/** Starts a program that receives and decodes a camera, and prints its hosts' process ids once there are pictures. */
const embed = async (url: string, after: string) => {
  const file = programOf(
    `let decode, pictures = 0;
     const spec = (caps) => ({ caps, pictures: [{ width: 160, format: 'i420' }], maxFps: 0 });
     const told = { onPicture() { if (++pictures === 10) go(); }, onEnd() {} };
     const ingest = bridge.ingest({ url: ${JSON.stringify(url)}, transport: 'tcp' }, {
       onDescribed() {}, onLoss() {}, onStray() {}, onSoundFault() {}, onEnd() {},
       onCaps(caps) { decode ??= bridge.decode(spec(caps), told); },
       onUnit(unit) { decode?.feed(unit, true); },
     });
     const go = async () => {
       console.log(JSON.stringify(bridge.stats().map((host) => host.pid)));
       ${after}
     };`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const pids = await new Promise<number[]>((resolve) => {
    child.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as number[]));
  });
  return { child, pids, exited };
};

describe('a program with a bridge', () => {
  it.each([
    ['killed', 'process.kill(process.pid, "SIGKILL");', null],
    ['ended by process.exit', 'process.exit(7);', 7],
    ['ended by an exception', 'setImmediate(() => { throw new Error("on purpose") });', 1],
    ['done after close', 'await bridge.close();', 0],
    ['done, and never closed the bridge', 'await ingest.stop(); await decode.stop();', 0],
  ])('leaves no host behind when it is %s', async (_how, after, code) => {
    const { url } = await camera();
    const { pids, exited } = await embed(url, after);
    expect(pids).toHaveLength(2);
    expect(await exited).toBe(code);
    await until('the hosts are gone', () => pids.every(gone));
  });

  it('has its hosts until it is done when the whole group is asked to end', async () => {
    const { url } = await camera();
    const after = `
      for (const host of bridge.stats()) for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.kill(host.pid, signal);
      const before = pictures;
      setTimeout(async () => { const goesOn = pictures > before + 5; await bridge.close(); process.exit(goesOn ? 0 : 9); }, 2000);`;
    const { exited, pids } = await embed(url, after);
    expect(await exited).toBe(0);
    expect(pids.every(gone)).toBe(true);
  });

  it('is told when the system has no descriptors left for a host', async () => {
    // Its own modules are loaded by then: they need descriptors, too.
    const run = (limit: number): string =>
      execFileSync(
        process.execPath,
        [
          programOf(
            `process.getBuiltinModule('node:child_process')
               .execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=${limit}:${limit}']);
             const spec = { url: 'rtsp://127.0.0.1:1/', transport: 'tcp', video: 'h264' };
             const end = await new Promise((onEnd) => bridge.ingest(spec, { onCaps() {}, onUnit() {}, onEnd }));
             console.log(end.kind);
             await bridge.close();`,
          ),
        ],
        { encoding: 'utf8' },
      );
    expect(run(40).trim()).toBe('hostLost');
    expect(run(1024).trim()).toBe('error');
  });

  it('shows no secret in the process list', async () => {
    const { url } = await camera({ user: 'viewer', password: 'sesame-street' });
    const { bridge } = testBridge();
    const credentials = { username: 'viewer', password: 'sesame-street' };
    const recorded = recordIngest(bridge, { url, transport: 'tcp', credentials });
    await recorded.count(3);
    const pid = hosts(bridge, 'ingest')[0]!.pid!;
    const shown = execFileSync('cat', [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`], { encoding: 'latin1' });
    expect(shown).toContain('main.js');
    expect(shown).not.toMatch(/sesame|viewer|rtsp:/);
  });
});
