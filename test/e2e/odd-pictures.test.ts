import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { hasChromium, playsInChromium, startChromium, viewInChromium } from '../kit/chromium.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { difference, type GreyFrames, greyFrames } from '../kit/grey-frames.js';
import { judgeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { ODD_FPS, ODD_STREAMS, type OddStream, oddBytes, oddMedia } from '../kit/odd-streams.js';

const PRE_ROLL = 2;
const topology = messageToFiles({ offset: `-PT${PRE_ROLL}S`, minimum: 'PT10S', maximum: 'PT10S' });
/** Into the third GOP behind the pre-roll, and not at the beginning of one. */
const BEFORE = 113;
const FRAME = 1 / ODD_FPS;
/**
 * Start and end are told by the engine's clock, the duration by the camera's. The two are brought together slowly, after
 * a beginning on a busy machine too.
 */
const SLEW = 1;
const HEVC = 'hvc1.1.6.L60.90';
/** Levels of brightness. Another picture of the same stream differs by more, and grey by much more. */
const SAME = 0.01;
const SAME_ON_SCREEN = 3;

const NAMES = Object.keys(ODD_STREAMS);
const pipelineOf = (name: string): string => `odd-${NAMES.indexOf(name)}`;
const seconds = (iso: unknown): number => Date.parse(String(iso)) / 1000;

const streams = new Map<string, OddStream>();
/** As who has watched from the beginning sees them. */
const sources = new Map<string, GreyFrames>();

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-odd-'));
  for (const name of NAMES) {
    const stream = ODD_STREAMS[name]!();
    streams.set(name, stream);
    const path = join(dir, `${pipelineOf(name)}.${stream.codec}`);
    writeFileSync(path, oddBytes(stream));
    const source = await greyFrames('-f', stream.codec === 'h264' ? 'h264' : 'hevc', path);
    expect(source.frames.length, name).toBe(stream.pictures.length);
    sources.set(name, source);
  }
  rmSync(dir, { recursive: true });
}, 120_000);

describe.each(['gstreamer', 'direct'] as const)('clips of cameras that encode in another way (%s)', (ingest) => {
  let test: TestEngine;
  let browser: Browser | undefined;
  const servers: FakeRtspServer[] = [];

  const told = (name: string, event: string): EventRecord => test.told(pipelineOf(name), event)[0]!;
  const preRollOf = (name: string): number =>
    Number(/^PT([\d.]+)S$/.exec(String(told(name, 'RecordingStarted').data['actualPreRoll']))![1]);
  const fileOf = (name: string): string => String(told(name, 'RecordingAvailable').data['outputLocation']);

  beforeAll(async () => {
    test = await openTestEngine({ settings: { ingest } });
    test.engine.topologies.set(topology);
    const pipelines = NAMES.map(pipelineOf);
    for (const name of NAMES) {
      const server = await startFakeRtspServer({ media: oddMedia(streams.get(name)!) });
      servers.push(server);
      const pipeline = pipelineOf(name);
      test.engine.pipelines.set(livePipeline(pipeline, topology.name, { rtspUrl: server.url, input: pipeline }));
      await test.engine.pipelines.activate(pipeline);
    }
    await test.established(...pipelines);
    await unitsCome(test.engine, BEFORE, ...pipelines);
    for (const pipeline of pipelines) expect(test.engine.deliver(pipeline, { open: true }).delivered).toBe(1);
    const isDone = (events: EventRecord[]) => (pipeline: string) =>
      events.filter(of(pipeline)).some((event) => isNamed(event, 'RecordingAvailable'));
    await test.until((events) => pipelines.every(isDone(events)), 60_000);
    if (hasChromium) browser = await startChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await test?.remove();
    for (const server of servers) await server.close();
  });

  it.each(NAMES)('%s: every picture is right from the first on', async (name) => {
    const clip = await greyFrames(fileOf(name));
    const source = sources.get(name)!;
    const at = source.frames.findIndex((frame) => difference(frame, clip.frames[0]!) < SAME);
    expect(clip.complaints).toBe('');
    expect(at).toBeGreaterThan(0);
    const wrong = clip.frames.flatMap((frame, index) =>
      difference(source.frames[(at + index) % source.frames.length]!, frame) < SAME ? [] : [index],
    );
    expect(wrong).toEqual([]);
    // Those that decoders keep back, because they are not right yet, stand in front of what was asked for.
    const hidden = Number(told(name, 'RecordingAvailable').data['frames']) - clip.frames.length;
    expect(hidden > 0).toBe(name.startsWith('intra refresh'));
    expect(preRollOf(name) - hidden * FRAME).toBeGreaterThanOrEqual(PRE_ROLL - FRAME);
  });

  it.each(NAMES)('%s: the file holds what its events say', async (name) => {
    const started = told(name, 'RecordingStarted');
    const available = told(name, 'RecordingAvailable');
    const trigger = test.events.find(({ id }) => id === started.correlationId)!;
    const facts = await judgeClip(fileOf(name));
    const { duration, frames } = available.data as { duration: number; frames: number };
    expect(facts.frames).toBe(frames);
    expect(Math.abs(facts.durationSeconds - duration)).toBeLessThan(FRAME);
    expect(Math.abs(frames * FRAME - duration)).toBeLessThan(FRAME);
    expect(facts.times[0]).toBeLessThan(FRAME);
    const [start, end] = [seconds(started.data['startTime']), seconds(available.data['endTime'])];
    expect(Math.abs(end - start - duration)).toBeLessThan(SLEW);
    const preRoll = preRollOf(name);
    expect(started.data['preRollTruncated']).toBe(false);
    expect(preRoll).toBeGreaterThanOrEqual(PRE_ROLL);
    expect(preRoll).toBeLessThan(duration);
    expect(Math.abs(seconds(trigger.eventTime) - start - preRoll)).toBeLessThan(FRAME);
  });

  it.skipIf(!hasChromium).for(NAMES)(
    `%s: Chromium shows it${hasChromium ? '' : ' (needs /usr/bin/chromium)'}`,
    async (name, { skip }) => {
      if (streams.get(name)!.codec === 'h265' && !(await playsInChromium(browser!, HEVC)))
        skip('this Chromium has no H.265');
      const source = sources.get(name)!;
      const first = (await greyFrames(fileOf(name))).frames[0]!;
      const seen = await viewInChromium(browser!, fileOf(name));
      expect([seen.width, seen.height, seen.ended]).toEqual([source.width, source.height, true]);
      expect(difference(seen.first, first)).toBeLessThan(SAME_ON_SCREEN);
      expect(Math.abs(seen.durationSeconds - Number(told(name, 'RecordingAvailable').data['duration']))).toBeLessThan(
        FRAME,
      );
    },
  );
});
