import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { type FakeMediaOptions, fakeMedia } from '../kit/fake-media.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { makeClip, tempFolder } from '../kit/temp-files.js';

const folder = tempFolder();
const stream = readFileSync(
  makeClip(join(folder.path, 'bars.264'), 2, ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-x264-params', 'slices=2']),
);
const reordered = readFileSync(
  makeClip(join(folder.path, 'b.264'), 2, [
    '-c:v',
    'libx264',
    '-g',
    '25',
    '-bf',
    '2',
    '-x264-params',
    'b-adapt=0:b-pyramid=none:scenecut=0:open-gop=0',
  ]),
);
afterAll(() => folder.remove());

interface Case {
  media: FakeMediaOptions;
  bytes?: Uint8Array;
  /** Whether the camera's clock did something that the reader of the footage should be told. */
  told: boolean;
  /** Longest step between two pictures of a clip, in seconds. */
  longestStep: number;
  /** Pictures may come closer to each other than an MP4 can tell. */
  squeezed?: boolean;
}

/** At 25 pictures a second; strange things happen 6 s after PLAY, in the middle of the recording. */
const STRANGE = 150;
const cases: Record<string, Case> = {
  'wraps at 32 bits': { media: { firstTimestamp: 2 ** 32 - 6 * 90_000 }, told: false, longestStep: 0.09 },
  'jumps an hour ahead': {
    media: { timeOf: (index) => index / 25 + (index >= STRANGE ? 3600 : 0) },
    told: true,
    longestStep: 0.5,
  },
  'jumps an hour back': {
    media: { firstTimestamp: 2 ** 31, timeOf: (index) => index / 25 - (index >= STRANGE ? 3600 : 0) },
    told: true,
    longestStep: 0.5,
  },
  'starts again from nought': {
    media: { timeOf: (index) => (index >= STRANGE ? index - STRANGE : index) / 25 },
    told: true,
    longestStep: 0.5,
  },
  'stalls for three seconds, and its clock with it': {
    media: { sendAt: (index) => index / 25 + (index >= STRANGE ? 3 : 0) },
    told: true,
    longestStep: 3.5,
  },
  'stalls for three seconds while its clock runs': {
    media: {
      timeOf: (index) => index / 25 + (index >= STRANGE ? 3 : 0),
      sendAt: (index) => index / 25 + (index >= STRANGE ? 3 : 0),
    },
    told: false,
    longestStep: 3.5,
  },
  'hands over three seconds late and all at once': {
    media: { sendAt: (index) => (index >= STRANGE && index < STRANGE + 75 ? STRANGE / 25 + 3 : index / 25) },
    told: false,
    longestStep: 0.5,
  },
  'keeps its clock standing': { media: { timeOf: () => 0 }, told: true, longestStep: 1.1, squeezed: true },
  'runs its clock at twice the speed': { media: { timeOf: (index) => index / 12.5 }, told: true, longestStep: 1.1 },
  'shakes by thirty milliseconds': {
    media: { timeOf: (index) => index / 25 + (index % 2 ? 0.03 : 0) },
    told: false,
    longestStep: 0.09,
  },
  'reorders its pictures and wraps': {
    media: { firstTimestamp: 2 ** 32 - 6 * 90_000, timeOf: (index) => presentation(index) / 25 },
    bytes: reordered,
    told: false,
    longestStep: 0.13,
  },
};

/** Where the unit at `index` is shown in groups of 25 that are sent as I P B B P B B …; see `reordered`. */
function presentation(index: number): number {
  const place = index % 25;
  if (place === 0) return index;
  const third = Math.floor((place - 1) / 3);
  return index - place + 3 * third + [3, 1, 2][(place - 1) % 3]!;
}

describe('a camera whose clock', () => {
  const servers: FakeRtspServer[] = [];
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    test = undefined;
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('does strange things gives clips that play without complaint, and events that tell', async () => {
    test = await openTestEngine({ settings: { 'camera.connectionsPerSecond': '100' } });
    const { engine } = test;
    const began = performance.now();
    const topology = messageToFiles({ minimum: 'PT10S', maximum: 'PT10S', offset: '-PT2S' });
    engine.topologies.set(topology);
    const names = new Map(Object.keys(cases).map((name, index) => [name, `clock${index}`]));
    for (const [name, pipeline] of names) {
      const { media, bytes = stream } = cases[name] as Case;
      const server = await startFakeRtspServer({ media: fakeMedia(bytes, media) });
      servers.push(server);
      engine.pipelines.set(livePipeline(pipeline, topology.name, { rtspUrl: server.url, input: 'go' }));
      await engine.pipelines.activate(pipeline);
    }
    await test.established(...names.values());
    // The offset of two seconds, and some.
    await unitsCome(engine, 60, ...names.values());
    engine.deliver('go', null);
    await test.until(() => [...names.values()].every((name) => test?.told(name, 'RecordingAvailable').length), 40_000);
    for (const name of names.values()) await engine.pipelines.deactivate(name);
    await test.settled();

    // A clock that stands still is told once in 17 pictures, of 25 a second; on a busy machine all takes longer.
    const mostEvents = 5 + (25 / 17) * ((performance.now() - began) / 1000);
    const findings: string[] = [];
    for (const [name, pipeline] of names) {
      const { told, longestStep, squeezed = false } = cases[name] as Case;
      const events = test.events.filter(of(pipeline));
      const clips = events.filter((event) => isNamed(event, 'RecordingAvailable'));
      const discontinuities = events.filter((event) => isNamed(event, 'TimestampDiscontinuity'));
      if (clips.length !== 1) findings.push(`${name}: ${clips.length} clips`);
      if (told !== discontinuities.length > 0) findings.push(`${name}: ${discontinuities.length} discontinuities told`);
      if (discontinuities.length > mostEvents) findings.push(`${name}: ${discontinuities.length} events are too many`);
      const failures = events.filter((event) => /Error$/.test(event.eventType));
      if (failures.length > 0) findings.push(`${name}: ${JSON.stringify(failures.map((event) => event.data))}`);
      for (const { data } of clips) {
        const clip = await judgeClip(String(data['outputLocation']));
        if (clip.complaints !== '') findings.push(`${name}: ffmpeg says ${clip.complaints}`);
        const steps = clip.times.slice(1).map((time, index) => time - (clip.times[index] ?? 0));
        // Where the machine is so busy that a camera falls behind, time goes on meanwhile.
        const late = discontinuities.filter(({ data }) => data['reason'] === 'fellBehind').length;
        const long = steps.filter((step) => step > longestStep);
        if (long.length > late) findings.push(`${name}: steps of ${long.join(', ')} s`);
        if (!squeezed && Math.min(...steps) <= 0) findings.push(`${name}: two pictures at one time`);
        if (Math.abs(clip.durationSeconds - 12) > 4) findings.push(`${name}: lasts ${clip.durationSeconds} s`);
      }
    }
    expect(findings).toEqual([]);
  });
});
