import { expect, it, onTestFinished } from 'vitest';
import { hashMedia } from '../../bench/chaos/judge/media-hashes.js';
import { readVideos } from '../../bench/chaos/judge/read-videos.js';
import { startSoundCameras } from '../../bench/chaos/stage/sound-cameras.js';
import type { EngineOptions } from '../../engine/index.js';
import { openTestEngine } from '../kit/engine.js';
import { allToVideo, livePipeline } from '../kit/evr.js';
import { unitsCome } from '../kit/media-waits.js';
import { stuckDisk } from '../kit/stuck-disk.js';
import { tempDir } from '../kit/temp-dir.js';

/** A camera whose pictures are known by what they show, recorded to a disk that can get stuck. */
const recording = async (options: Partial<EngineOptions> = {}) => {
  const disk = stuckDisk();
  const cameras = await startSoundCameras(1, tempDir(), { busy: true });
  onTestFinished(() => cameras.stop());
  const test = await openTestEngine(options);
  onTestFinished(() => test.remove());
  const topology = allToVideo();
  const [sink] = topology.properties.sinks;
  const outputSelectors = [{ property: 'mediaType', operator: 'isNot', value: 'application' }];
  const withSound = { ...sink, inputs: [{ nodeName: 'rtspSource', outputSelectors }] };
  test.engine.topologies.set({ ...topology, properties: { ...topology.properties, sinks: [withSound] } });
  test.engine.pipelines.set(livePipeline('p', topology.name, { rtspUrl: cameras.urls[0]!, video: 'yard' }));
  await test.engine.pipelines.activate('p');
  await test.until(() => test.told('p', 'RecordingStarted').length > 0);
  await unitsCome(test.engine, 100, 'p');
  /** Places in the camera's film of all that is in the video. */
  const finish = async () => {
    await test.engine.pipelines.deactivate('p');
    await test.settled();
    const film = await hashMedia(cameras.file, { decode: false });
    await test.close();
    const { segments, violations } = await readVideos(test.dataDir);
    expect(violations).toEqual([]);
    const places = (kind: 'pictures' | 'sound') =>
      segments.flatMap(({ media }) => media[kind].map((hash) => film[kind].indexOf(hash)));
    return { pictures: places('pictures'), sound: places('sound') };
  };
  return { test, disk, finish };
};

const rising = (places: readonly number[]): number[] => places.map((_, index) => places[0]! + index);

/** Five seconds of the camera: 25 pictures and 16 frames of sound in each. */
const FIVE_SECONDS = 5 * (25 + 16);

it('is stuck for 5 s, and nothing is missing', async () => {
  const { test, disk, finish } = await recording();
  disk.stick();
  await unitsCome(test.engine, FIVE_SECONDS, 'p');
  expect(disk.waiting).toBeGreaterThan(0);
  disk.goOn();
  await unitsCome(test.engine, 50, 'p');
  const { pictures, sound } = await finish();
  expect(pictures.length).toBeGreaterThan(150);
  expect(pictures).toEqual(rising(pictures));
  expect(sound).toEqual(rising(sound));
  for (const trouble of ['StorageError', 'DataDropped']) expect(test.named(trouble), trouble).toEqual([]);
}, 120_000);

it.each([
  { what: 'nothing is missing', settings: {}, least: 0 },
  {
    what: 'what a small ring could not hold is told',
    settings: { 'camera.ringMaximumSize': '1 MiB' },
    least: 1,
  },
])(
  'is stuck for 5 s and then fails: $what',
  async ({ settings, least }) => {
    const { test, disk, finish } = await recording({ settings });
    disk.stick();
    await unitsCome(test.engine, FIVE_SECONDS, 'p');
    disk.fail();
    await test.until(() => test.named('StorageError').length > 0, 60_000);
    await unitsCome(test.engine, 100, 'p');
    const { pictures, sound } = await finish();
    expect(pictures).toEqual([...new Set(pictures)].sort((a, b) => a - b));
    expect(sound).toEqual([...new Set(sound)].sort((a, b) => a - b));
    const missing = pictures.at(-1)! - pictures[0]! + 1 - pictures.length;
    const told = test.named('DataDropped').filter(({ data }) => data['dataType'] === 'video');
    expect(told.reduce((sum, { data }) => sum + Number(data['count']), 0)).toBe(missing);
    expect(missing).toBeGreaterThanOrEqual(least);
    if (least === 0) expect(missing).toBe(0);
    for (const { data } of told) expect(Date.parse(String(data['beforeUtc']))).toBeGreaterThan(Date.now() - 60_000);
    expect(test.named('RecordingAvailable').map(({ data }) => data['incomplete'] ?? false)).toEqual([missing > 0]);
  },
  150_000,
);
