import { expect, it, onTestFinished } from 'vitest';
import { hashMedia } from '../../bench/chaos/judge/media-hashes.js';
import { startSoundCameras } from '../../bench/chaos/stage/sound-cameras.js';
import { openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { stuckDisk } from '../kit/stuck-disk.js';
import { tempDir } from '../kit/temp-dir.js';

const PRE_ROLL_SECONDS = 5;

it.each([
  { when: 'before the first picture', pictures: 0 },
  { when: 'in the middle', pictures: 100 },
])('a disk is stuck and then fails $when of a clip, and no picture is missing', async ({ pictures }) => {
  const disk = stuckDisk();
  const cameras = await startSoundCameras(1, tempDir(), { busy: true });
  onTestFinished(() => cameras.stop());
  const test = await openTestEngine();
  onTestFinished(() => test.remove());
  const topology = messageToFiles({ offset: `-PT${PRE_ROLL_SECONDS}S`, minimum: 'PT60S', maximum: 'PT60S' });
  test.engine.topologies.set(topology);
  test.engine.pipelines.set(livePipeline('p', topology.name, { rtspUrl: cameras.urls[0]!, input: 'p' }));
  await test.engine.pipelines.activate('p');
  await ringHolds(test.engine, PRE_ROLL_SECONDS, 'p');
  if (pictures === 0) disk.stick();
  test.engine.deliver('p', {});
  await test.until(() => test.told('p', 'RecordingStarted').length > 0);
  if (pictures > 0) {
    await unitsCome(test.engine, pictures, 'p');
    disk.stick();
  }
  await unitsCome(test.engine, 100, 'p');
  disk.fail();
  await test.until(() => test.named('StorageError').length > 0, 60_000);
  await unitsCome(test.engine, 100, 'p');
  await test.engine.pipelines.deactivate('p');
  await test.settled();
  const film = await hashMedia(cameras.file, { decode: false });
  const files = test.told('p', 'RecordingAvailable').map(({ data }) => String(data['outputLocation']));
  const places = new Set<number>();
  for (const file of files) {
    const clip = await hashMedia(file, { decode: false });
    const own = clip.pictures.map((hash) => film.pictures.indexOf(hash));
    expect(own).toEqual(own.map((_, index) => own[0]! + index));
    for (const place of own) places.add(place);
  }
  const sorted = [...places].sort((a, b) => a - b);
  expect(sorted).toEqual(sorted.map((_, index) => sorted[0]! + index));
  // From before the signal to what came after the failure.
  expect(sorted.length).toBeGreaterThan((PRE_ROLL_SECONDS / 2) * 25 + pictures / 2 + 100 / 2);
  expect(test.named('DataDropped')).toEqual([]);
});
