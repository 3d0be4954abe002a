import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { pause } from '../kit/pauses.js';
import { testCameras } from '../kit/rtsp-camera.js';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');

describe('after kill -9', () => {
  const { camera, stopCameras } = testCameras();
  const folders: string[] = [];
  let test: TestEngine | undefined;
  let child: ChildProcess | undefined;

  afterEach(async () => {
    if (child?.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    child = undefined;
    await test?.remove();
    test = undefined;
    await stopCameras();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('of the whole process group in mid-clip, the clip plays and the next start tells of it', async () => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    folders.push(dataDir);
    const topology = motionToFiles({ minimum: 'PT30S', maximum: 'PT30S' });
    const file = join(dataDir, 'topology.json');
    writeFileSync(file, JSON.stringify(topology));
    child = spawn(process.execPath, [CLI, 'run', file, '--param', `rtspUrl=${url}`, '--data', dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const location = await new Promise<string>((done, failed) => {
      let text = '';
      child?.on('exit', () => failed(new Error(`it ended before it recorded:\n${text}`)));
      child?.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const line = text.split('\n').find((each) => each.includes('RecordingStarted'));
        if (line?.endsWith('}')) done((JSON.parse(line) as EventRecord).data['outputLocation'] as string);
      });
    });
    const recordedMs = 6_000;
    await pause(recordedMs);
    child.removeAllListeners('exit');
    process.kill(-(child.pid as number), 'SIGKILL');
    await pause(500);

    const torn = await judgeClip(location);
    expect(torn.boxes).toContain('moof');
    expect(torn.frames / 25).toBeGreaterThan(recordedMs / 1000 - 2.5);

    test = await openTestEngine({ dataDir, resume: false });
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
  }, 90_000);

  it('of a bridge host its cameras come back, and other hosts notice nothing', async () => {
    const kept = await camera({ scenes: ['quiet'], gop: 1 });
    const struck = await camera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine({ settings: { 'hosts.camerasPerHost': '1' } });
    const { engine } = test;
    const topology = messageToFiles({ minimum: 'PT15S', maximum: 'PT15S' });
    engine.topologies.set(topology);
    engine.pipelines.set(livePipeline('struck', topology.name, { rtspUrl: struck.url, input: 'go' }));
    engine.pipelines.set(livePipeline('kept', topology.name, { rtspUrl: kept.url, input: 'go' }));
    const established = (name: string) => (events: EventRecord[]) =>
      events.some((event) => of(name)(event) && isNamed(event, 'MediaSessionEstablished'));
    await engine.pipelines.activate('struck');
    await test.until(established('struck'));
    const before = engine.stats().hosts.filter((host) => host.role === 'ingest' && host.slotsUsed > 0);
    expect(before).toHaveLength(1);
    await engine.pipelines.activate('kept');
    await test.until(established('kept'));
    await pause(1_500);
    engine.deliver('go', null);
    await pause(4_000);
    const killedAt = Date.now();
    process.kill(before[0]?.pid as number, 'SIGKILL');
    const back = (events: EventRecord[]) =>
      events.filter((event) => of('struck')(event) && isNamed(event, 'MediaSessionEstablished')).length >= 2;
    await test.until(back, 10_000);
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
  }, 90_000);

  it('of the engine alone no host is left', async () => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    folders.push(dataDir);
    const file = join(dataDir, 'topology.json');
    writeFileSync(file, JSON.stringify(motionToFiles()));
    child = spawn(process.execPath, [CLI, 'run', file, '--param', `rtspUrl=${url}`, '--data', dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((done) => {
      child?.stdout?.on('data', (chunk: Buffer) => chunk.includes('RecordingStarted') && done());
    });
    const group = child.pid as number;
    expect(membersOf(group).length).toBeGreaterThan(1);
    process.kill(group, 'SIGKILL');
    for (let waited = 0; waited < 5_000 && membersOf(group).length > 0; waited += 100) await pause(100);
    expect(membersOf(group)).toEqual([]);
  }, 60_000);
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
