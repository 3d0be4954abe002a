import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { GrpcDetector, lookingAtPixels } from '../kit/inference-servers/grpc/detector.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { gate, grpc, hubSink, type Json, motion, rtspSource, topologyOf, videoSink } from '../kit/topologies.js';

let camera: TestCamera;
let test: TestEngine;

beforeAll(async () => {
  camera = await startCamera({ scenes: ['motion'], gop: 1 });
  test = await openTestEngine();
});

afterAll(async () => {
  await test?.remove();
  await camera?.stop();
});

const asking = (name: string, from: string, url: string): Json => {
  const node = grpc(from, name);
  const format = { '@type': '#Microsoft.VideoAnalyzer.ImageFormatRaw', pixelFormat: 'rgb24' };
  const scale = { mode: 'pad', width: '320', height: '320' };
  return { ...node, image: { scale, format }, endpoint: { ...node.endpoint, url } };
};

it('the second of two servers behind a motion detector is told what was found before, in the picture that it gets', async () => {
  const first = await GrpcDetector.start(lookingAtPixels());
  const somewhere = { l: 0.4, t: 0.4, w: 0.2, h: 0.2 };
  const second = await GrpcDetector.start(() => somewhere);
  onTestFinished(async () => void (await Promise.all([first.close(), second.close()])));
  const nodes = [asking('first', 'motion', first.url), asking('second', 'first', second.url)];
  const sinks = [videoSink('gate'), hubSink('second')];
  test.engine.topologies.set(topologyOf(rtspSource(), motion(), ...nodes, gate('second', 'rtspSource'), ...sinks));
  test.engine.pipelines.set(livePipeline('chain', 'Test-Topology', { rtspUrl: camera.url }));
  await test.engine.pipelines.activate('chain');
  const people = () => second.found.flat().filter(({ value }) => value === 'entity');
  await test.until(() => people().length > 2 && test.told('chain', 'RecordingStarted').length > 0, 90_000);
  await test.engine.pipelines.deactivate('chain');
  // Every picture has moved, or it would not have come.
  expect(first.found.every((each) => each.length > 0 && each.every(({ value }) => value === 'motion'))).toBe(true);
  expect(second.found.every((each) => each.some(({ value }) => value === 'motion'))).toBe(true);
  for (const { entity } of people()) {
    expect(entity).toMatchObject({ tag: { value: 'person' }, box: expect.any(Object) });
    const { t = 0, h = 0 } = entity!.box!;
    // 16:9 in a square: the picture has nothing in the upper and lower 7/32.
    expect(t).toBeGreaterThan(0.21);
    expect(t + h).toBeLessThan(0.79);
  }
}, 120_000);
