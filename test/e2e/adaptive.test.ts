import { afterEach, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

let camera: TestCamera | undefined;
let test: TestEngine | undefined;
afterEach(async () => {
  await test?.remove();
  await camera?.stop();
});

async function activate(name: string, topology: object, address: string): Promise<void> {
  const { engine } = test!;
  engine.topologies.set(topology);
  // A session of its own: of one that several share, all would be decoded.
  engine.pipelines.set(livePipeline(name, name, { rtspUrl: `${address}?${name}` }));
  await engine.pipelines.activate(name);
}

/** Somebody crosses once in 24 s; keyframes are 2 s apart. */
const WALKS = 2;
const POLICIES = ['adaptive', 'fps:5'];
const nameOf = (policy: string) => policy.replace(':', '');
const clipsOf = (events: EventRecord[], pipeline: string) =>
  events.filter((event) => of(pipeline)(event) && isNamed(event, 'RecordingAvailable'));

const spanOf = ({ data }: EventRecord) => {
  const end = Date.parse(String(data['endTime'])) / 1000;
  return { start: end - Number(data['duration']), end };
};

it('a camera that is looked at by its keyframes has the clips of one that is watched all the time', async () => {
  camera = await startCamera({ scenes: ['yard'] });
  test = await openTestEngine();
  const { engine } = test;
  for (const policy of POLICIES) {
    const name = nameOf(policy);
    const topology = motionToFiles({ name, decodePolicy: policy, offset: '-PT3S', minimum: 'PT10S' });
    await activate(name, topology, camera.url);
  }
  const names = POLICIES.map(nameOf);
  await test.until((events) => names.every((name) => clipsOf(events, name).length >= WALKS), 110_000);
  expect(await engine.metrics.text()).toMatch(/^sluice_decode_promotions_total\{.*cause="(keyframe|size)"\} [1-9]/m);
  const [glanced = [], watched = []] = names.map((name) => clipsOf(test!.events, name).slice(0, WALKS));
  for (const [index, clip] of glanced.entries()) {
    const [ours, other] = [spanOf(clip), spanOf(watched[index]!)];
    expect(Math.abs(ours.start - other.start)).toBeLessThan(0.5);
    // The last verdict with motion is one of five a second.
    expect(Math.abs(ours.end - other.end)).toBeLessThan(1);
    const judged = await judgeClip(String(clip.data['outputLocation']));
    expect(judged.firstIsKeyframe).toBe(true);
    expect(judged.complaints).toBe('');
  }
}, 150_000);

it('while something moves all the time, clips lack nothing although little is decoded, unless a hub reads what is found', async () => {
  camera = await startCamera({ scenes: ['busy'] });
  test = await openTestEngine();
  const options = { offset: '-PT3S', minimum: 'PT10S', maximum: 'PT20S' };
  for (const policy of POLICIES) {
    const name = nameOf(policy);
    await activate(name, motionToFiles({ ...options, name, decodePolicy: policy }), camera.url);
  }
  const read = motionToFiles({ ...options, name: 'read', decodePolicy: 'adaptive' });
  const hub = { '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink', name: 'hub', hubOutputName: 'found' };
  const { sinks } = read.properties;
  const whole = { ...read.properties, sinks: [...sinks, { ...hub, inputs: [{ nodeName: 'motionDetection' }] }] };
  await activate('read', { ...read, properties: whole }, camera.url);

  const names = [...POLICIES.map(nameOf), 'read'];
  await test.until((events) => names.every((name) => clipsOf(events, name).length >= 3), 120_000);
  const found = (name: string) => test!.events.filter((event) => of(name)(event) && isNamed(event, 'Inference')).length;
  // One a second, or one for each keyframe. The first seconds are watched, and a part of each ten.
  const [glanced, watched, all] = names.map(found) as [number, number, number];
  expect(glanced).toBeLessThan(0.9 * watched);
  expect(all).toBeGreaterThan(0.85 * watched);
  expect(await test.engine.metrics.text()).toMatch(/^sluice_decode_promotions_total\{.*cause="check"\} [1-9]/m);
  const spans = names.map((name) => clipsOf(test!.events, name).slice(0, 3).map(spanOf));
  for (const clips of spans) {
    // Each begins before the one before it has ended, and has the whole of its time.
    for (const [index, { start, end }] of clips.entries()) {
      expect(end - start).toBeGreaterThan(19.9);
      expect(start).toBeLessThan(clips[index - 1]?.end ?? Number.POSITIVE_INFINITY);
    }
  }
  for (const clip of clipsOf(test.events, 'adaptive').slice(0, 3)) {
    const { firstIsKeyframe, complaints } = await judgeClip(String(clip.data['outputLocation']));
    expect([firstIsKeyframe, complaints]).toEqual([true, '']);
  }
}, 180_000);
