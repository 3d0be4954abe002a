import { expect, it, onTestFinished } from 'vitest';
import { openTestEngine } from '../kit/engine.js';
import { allToVideoWatched, livePipeline } from '../kit/evr.js';
import { startMjpegCamera } from '../kit/mjpeg-camera.js';
import { jpegSize } from '../kit/stills.js';

it('a camera that sends MJPEG is shown, and so is each moment of its video', async () => {
  const camera = await startMjpegCamera();
  const test = await openTestEngine({ settings: { 'videos.previewEvery': 'PT1S' } });
  onTestFinished(() => test.remove());
  const { engine } = test;
  const topology = allToVideoWatched();
  engine.topologies.set(topology);
  engine.pipelines.set(livePipeline('p1', topology.name, { rtspUrl: camera.moving, video: 'front' }));
  await engine.pipelines.activate('p1');
  const size = async (picture: Promise<{ jpeg: Buffer }>) => jpegSize((await picture).jpeg);
  await expect
    .poll(() => size(engine.pictures.snapshot('p1')).catch(() => undefined), { timeout: 60_000 })
    .toBeDefined();
  const own = await size(engine.pictures.snapshot('p1'));
  const now = engine.clock.utc();
  const kept = () => engine.archive.previews.nearest(engine.archive.segments.video('front')!, now, 60_000_000);
  await expect.poll(kept, { timeout: 60_000 }).toBeDefined();
  const preview = (width?: number) => size(engine.pictures.preview('front', now, { width }));
  expect((await preview(160)).width).toBe(Math.min(320, own.width));
  await expect.poll(() => preview().catch(() => undefined), { timeout: 60_000 }).toEqual(own);
}, 180_000);
