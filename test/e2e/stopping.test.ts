import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { motionToFiles } from '../kit/evr.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk } from '../kit/media-waits.js';
import { descendants, processState } from '../kit/processes.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');
/** On a busy machine; a hung host is found out, and killed, after 10 s of silence. */
const QUICK_MS = 5_000;
const HUNG_MS = 14_000;

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface Started {
  child: ChildProcess;
  dataDir: string;
  output(): string;
  /** When its output has come as well. */
  ended: Promise<Ending>;
}

const roleOf = (pid: number): string | undefined =>
  /"role":"(\w+)"/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1];

describe('stopping', () => {
  const started: Started[] = [];
  let camera: TestCamera | undefined;
  let deaf: FakeRtspServer | undefined;

  afterEach(async () => {
    for (const { child, dataDir } of started.splice(0)) {
      if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    }
    await camera?.stop();
    await deaf?.close();
  });

  const run = (url: string): Started => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-stop-'));
    const file = join(dataDir, 'topology.json');
    writeFileSync(file, JSON.stringify(motionToFiles({ minimum: 'PT30S', maximum: 'PT1H' })));
    const child = spawn(process.execPath, [CLI, 'run', file, '--param', `rtspUrl=${url}`, '--data', dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk));
    const ended = new Promise<Ending>((done) => child.once('close', (code, signal) => done({ code, signal })));
    const one = { child, dataDir, output: () => text, ended };
    started.push(one);
    return one;
  };

  /** The files that an engine has told of with such an event, in order. */
  const files = (one: Started, name: string): string[] =>
    one
      .output()
      .split('\n')
      .filter((line) => line.includes(name) && line.endsWith('}'))
      .map((line) => String(JSON.parse(line).data.outputLocation));

  it('is quick and leaves no process, whatever the engine was doing', async () => {
    camera = await startCamera({ scenes: ['busy'], gop: 1 });
    deaf = await startFakeRtspServer({ answers: { DESCRIBE: { kind: 'deaf' }, OPTIONS: { kind: 'deaf' } } });
    const { url } = camera;
    const states = {
      'asking a deaf camera': run(deaf.url),
      'in mid-clip': run(url),
      'with a hung ingest host': run(url),
      'with a hung decode host': run(url),
    };
    for (const [state, one] of Object.entries(states)) {
      if (state === 'asking a deaf camera') continue;
      await until(`a recording ${state}`, () => files(one, 'RecordingStarted').length > 0, 30_000);
      await secondsOnDisk(files(one, 'RecordingStarted')[0]!, 1);
    }
    const reports = await Promise.all(
      Object.entries(states).map(async ([state, { child, ended, output }]) => {
        const engine = child.pid as number;
        const hung = /hung (\w+) host/.exec(state)?.[1];
        const family = descendants(engine);
        const hosts = family.filter((pid) => hung !== undefined && roleOf(pid) === hung);
        if (hung && hosts.length === 0) return `${state}: no such host among ${family.length} processes`;
        for (const pid of hosts) process.kill(pid, 'SIGSTOP');
        await until('the stop', () => hosts.every((pid) => processState(pid) === 'T'));
        const at = performance.now();
        process.kill(engine, 'SIGTERM');
        let end: Ending | undefined;
        void ended.then((how) => {
          end = how;
        });
        await until('its end', () => end !== undefined, 25_000).catch(() => {});
        const took = performance.now() - at;
        const left = () => family.filter((pid) => !['Z', undefined].includes(processState(pid)));
        await until('the end of its processes', () => left().length === 0, 2_000).catch(() => {});
        if (end === undefined) return `${state}: still there after ${took.toFixed(0)} ms\n${output().slice(-600)}`;
        if (took > (hung ? HUNG_MS : QUICK_MS)) return `${state}: took ${took.toFixed(0)} ms\n${output().slice(-600)}`;
        if (left().length > 0) return `${state}: left ${left().length} processes`;
        const wanted = state === 'asking a deaf camera' ? 1 : 0;
        if (end.code !== wanted) return `${state}: ended with ${end.code ?? end.signal}`;
        return undefined;
      }),
    );
    expect(reports.filter((report) => report !== undefined)).toEqual([]);
    const [clip] = files(states['in mid-clip'], 'RecordingAvailable');
    expect((await judgeClip(String(clip))).complaints).toBe('');
  }, 120_000);
});
