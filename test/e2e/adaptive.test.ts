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
    engine.topologies.set(motionToFiles({ name, decodePolicy: policy, offset: '-PT3S', minimum: 'PT10S' }));
    // A session of its own: of one that both share, all would be decoded.
    engine.pipelines.set(livePipeline(name, name, { rtspUrl: `${camera.url}?${name}` }));
    await engine.pipelines.activate(name);
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
