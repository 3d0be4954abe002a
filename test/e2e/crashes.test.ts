import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { isNamed, of, openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk, unitsCome } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempFolder } from '../kit/temp-files.js';
import { until } from '../kit/until.js';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');

type Cleaning = TestContext['onTestFinished'];

describe.concurrent('after kill -9', () => {
  const camera = async (onTestFinished: Cleaning): Promise<TestCamera> => {
    const started = await startCamera({ scenes: ['busy'], gop: 1 });
    onTestFinished(started.stop);
    return started;
  };

  const dataFolder = (onTestFinished: Cleaning): string => {
    const { path, remove } = tempFolder();
    onTestFinished(remove);
    return path;
  };

  /** An engine in a process group of its own. `recording` resolves with the file of its first clip. */
  const run = (onTestFinished: Cleaning, dataDir: string, topology: object, url: string) => {
    const file = join(dataDir, 'topology.json');
    writeFileSync(file, JSON.stringify(topology));
    const child = spawn(process.execPath, [CLI, 'run', file, '--param', `rtspUrl=${url}`, '--data', dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const group = child.pid as number;
    onTestFinished(() => {
      if (membersOf(group).length > 0) process.kill(-group, 'SIGKILL');
    });
    const recording = new Promise<string>((done, failed) => {
      let text = '';
      child.once('exit', () => failed(new Error(`it ended before it recorded:\n${text}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const line = text.split('\n').find((each) => each.includes('RecordingStarted'));
        if (line?.endsWith('}')) done((JSON.parse(line) as EventRecord).data['outputLocation'] as string);
      });
    });
    return { group, recording };
  };

  it('of the whole process group in mid-clip, the clip plays and the next start tells of it', async ({
    onTestFinished,
  }) => {
    const { url } = await camera(onTestFinished);
    const dataDir = dataFolder(onTestFinished);
    const topology = motionToFiles({ minimum: 'PT30S', maximum: 'PT30S' });
    const { group, recording } = run(onTestFinished, dataDir, topology, url);
    const location = await recording;
    const recordingSince = performance.now();
    await secondsOnDisk(location, 4);
    const recordedMs = performance.now() - recordingSince;
    process.kill(-group, 'SIGKILL');
    await until('the end of the group', () => membersOf(group).length === 0);

    const torn = await judgeClip(location);
    expect(torn.boxes).toContain('moof');
    expect(torn.frames / 25).toBeGreaterThan(recordedMs / 1000 - 2.5);

    const test = await openTestEngine({ dataDir, resume: false });
    onTestFinished(test.close);
    await test.until((events) => events.some((event) => isNamed(event, 'EngineStarted')));
    const told = test.events.filter((event) => event.data['outputLocation'] === location);
    expect(told.map((event) => event.eventType.split('.').at(-1))).toEqual(
      expect.arrayContaining(['RecordingStopped', 'RecordingAvailable']),
    );
    const [first] = told;
    expect(first?.correlationId).toBeDefined();
    const whole = await judgeClip(location);
    expect(whole.complaints).toBe('');
    expect(whole.frames).toBeGreaterThanOrEqual(torn.frames - 1);
    // Numbers go on where they were.
    expect(first?.seq).toBeGreaterThan(4);
  });

  it('of a bridge host its cameras come back, and other hosts notice nothing', async ({ onTestFinished }) => {
    const kept = await camera(onTestFinished);
    const struck = await camera(onTestFinished);
    const test = await openTestEngine({ settings: { 'hosts.camerasPerHost': '1' } });
    onTestFinished(test.remove);
    const { engine } = test;
    const topology = messageToFiles({ minimum: 'PT15S', maximum: 'PT15S' });
    engine.topologies.set(topology);
    engine.pipelines.set(livePipeline('struck', topology.name, { rtspUrl: struck.url, input: 'go' }));
    engine.pipelines.set(livePipeline('kept', topology.name, { rtspUrl: kept.url, input: 'go' }));
    await engine.pipelines.activate('struck');
    await test.established('struck');
    const before = engine.stats().hosts.filter((host) => host.role === 'ingest' && host.slotsUsed > 0);
    expect(before).toHaveLength(1);
    await engine.pipelines.activate('kept');
    await test.established('kept');
    await unitsCome(engine, 25, 'struck', 'kept');
    engine.deliver('go', null);
    await unitsCome(engine, 50, 'struck', 'kept');
    const killedAt = Date.now();
    process.kill(before[0]?.pid as number, 'SIGKILL');
    const back = (events: EventRecord[]) =>
      events.filter((event) => of('struck')(event) && isNamed(event, 'MediaSessionEstablished')).length >= 2;
    await test.until(back);
    expect(Date.now() - killedAt).toBeLessThan(5_000);
    await test.until((events) => events.filter((event) => isNamed(event, 'RecordingAvailable')).length >= 3, 40_000);
    const clips = test.named('RecordingAvailable');
    const ofKept = clips.filter(of('kept'));
    expect(ofKept).toHaveLength(1);
    const clip = await judgeClip(String(ofKept[0]?.data['outputLocation']));
    const gaps = clip.times.slice(1).map((time, index) => time - (clip.times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.061);
    for (const each of clips.filter(of('struck'))) {
      expect((await judgeClip(String(each.data['outputLocation']))).complaints).toBe('');
    }
  });

  it('of every host of one camera, its pipelines are told, and the other cameras stay', async ({ onTestFinished }) => {
    const names = ['one', 'two', 'three'];
    const test = await openTestEngine();
    onTestFinished(test.remove);
    const { engine } = test;
    const topology = messageToFiles();
    engine.topologies.set(topology);
    for (const name of names) {
      const { url } = await camera(onTestFinished);
      engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl: url, input: 'go' }));
      await engine.pipelines.activate(name);
    }
    const sessions = (name: string) => test.named('MediaSessionEstablished').filter(of(name)).length;
    const ingestHosts = () => engine.stats().hosts.filter(({ role, slotsUsed }) => role === 'ingest' && slotsUsed > 0);
    for (let deaths = 0; deaths < 2; deaths++) {
      await test.until(() => names.every((name) => sessions(name) > deaths), 60_000);
      expect(ingestHosts().map(({ apart }) => apart)).toEqual([false]);
      process.kill(ingestHosts()[0]?.pid as number, 'SIGSEGV');
    }
    await test.until(() => names.every((name) => sessions(name) > 2), 60_000);
    expect(ingestHosts().map(({ apart, owners }) => apart && owners.length)).toEqual([1, 1, 1]);
    process.kill(ingestHosts()[0]?.pid as number, 'SIGSEGV');
    await test.until(() => test.named('CameraIsolated').length > 0, 60_000);

    const told = test.named('CameraIsolated');
    expect(told).toHaveLength(1);
    const [isolated] = told as [EventRecord];
    const struck = names.filter((name) => of(name)(isolated));
    expect(struck).toHaveLength(1);
    expect(isolated.data).toMatchObject({
      ...{ role: 'ingest', deaths: 3, cause: 'exited with SIGSEGV', retryInSeconds: 0.5 },
      target: engine.stats().pipelines.find(({ name }) => name === struck[0])?.camera,
    });
    await test.until(() => sessions(struck[0] as string) > 3, 60_000);
    const losses = (name: string) =>
      test.told(name, 'NetworkError').filter(({ data }) => data['errorCode'] === 'hostLost').length;
    for (const name of names) expect(losses(name)).toBe(name === struck[0] ? 3 : 2);
  }, 180_000);

  it('of the engine alone no host is left', async ({ onTestFinished }) => {
    const { url } = await camera(onTestFinished);
    const { group, recording } = run(onTestFinished, dataFolder(onTestFinished), motionToFiles(), url);
    await recording;
    expect(membersOf(group).length).toBeGreaterThan(1);
    process.kill(group, 'SIGKILL');
    await until('the end of the hosts', () => membersOf(group).length === 0);
    expect(membersOf(group)).toEqual([]);
  });
});

/** Living processes of a process group. */
function membersOf(group: number): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false; // gone meanwhile
    }
  });
}
