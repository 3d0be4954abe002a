import { describe, it, type TestContext } from 'vitest';
import { loadConfig } from '../../engine/config/index.js';
import { openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { fakeMedia } from '../kit/fake-media.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip } from '../kit/judge-clip.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { flashStream } from '../kit/sound/beeps.js';
import { type FakeSound, withSound } from '../kit/sound/fake-sound.js';
import { judgeSound, offsets } from '../kit/sound/judge.js';

/** Seconds of the camera at which its sound goes wrong, in the middle of the first clip, and at which it is right again. */
const WRONG = 9;
const RIGHT = 22;
const LATE = 20;
const FPS = 25;

/** Cameras by name. */
const SOUNDS: Record<string, FakeSound> = {
  steady: {},
  behind: { behind: 0.4 },
  unreported: { reports: false },
  late: { isOnAt: (time) => time >= LATE },
  stops: { isOnAt: (time) => time < WRONG || time >= RIGHT },
  changes: { clockAt: (time) => (time < WRONG ? 16_000 : 8000), rateAt: (time) => (time < WRONG ? 16_000 : 8000) },
  tooMuch: { claimed: 8000, rateAt: () => 16_000 },
  tooFast: { claimed: 8000, rateAt: () => 16_000, clockAt: () => 16_000 },
  unwritable: { channels: 8, claimed: 8000 },
};
const NAMES = Object.keys(SOUNDS);
/** Their sound is not as fast as they say. */
const LIARS = ['changes', 'tooMuch', 'tooFast'];

/**
 * How long a clip is, and those of its pictures that are not one after another. On a machine that is so busy that this camera itself falls
 * behind by seconds, time goes on meanwhile: that is told, and is no fault.
 * @param breaks how often that was told
 */
const runOf = (times: readonly number[], breaks: number): { seconds: number; faults: string[] } => {
  const faults: string[] = [];
  let gone = 0;
  for (const [n, time] of times.entries()) {
    const late = time - n / FPS - gone;
    if (Math.abs(late) < 0.005) continue;
    if (late > 1 && breaks-- > 0) gone += late;
    else faults.push(`picture ${n} at ${time} s, ${late} s late`);
  }
  return { seconds: times.length / FPS + gone, faults: faults.slice(0, 5) };
};

const topology = messageToFiles({ offset: '-PT3S', minimum: 'PT10S', maximum: 'PT10S' });

const record = async (ingest: string, { expect, onTestFinished }: TestContext): Promise<void> => {
  const { config } = loadConfig({ env: {}, overrides: { ingest } });
  const test = await openTestEngine({ config });
  onTestFinished(() => test.remove());
  test.engine.topologies.set(topology);
  const stream = flashStream();
  for (const name of NAMES) {
    const server = await startFakeRtspServer({ media: withSound(fakeMedia(stream), SOUNDS[name]) });
    onTestFinished(() => server.close());
    test.engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl: server.url, input: name }));
    await test.engine.pipelines.activate(name);
  }
  /** Without what is left of a clip that was begun again. */
  const finished = (name: string) =>
    test.told(name, 'RecordingAvailable').filter(({ data }) => data['incomplete'] === undefined);
  const clips = async (): Promise<void> => {
    const before = new Map(NAMES.map((name) => [name, finished(name).length]));
    for (const name of NAMES) test.engine.deliver(name, {});
    await test.until(() => NAMES.every((name) => finished(name).length > before.get(name)!), 60_000);
  };
  await ringHolds(test.engine, 3, ...NAMES);
  await unitsCome(test.engine, 50, ...NAMES);
  await clips();
  // Of pictures and sound: until some seconds after all sound is right again.
  await unitsCome(test.engine, 900, ...NAMES);
  await clips();
  const faults = (name: string) => test.told(name, 'MediaFormatError').map(({ data }) => data['code']);
  await test.until(() => LIARS.every((name) => faults(name).includes('soundRate')), 60_000);

  const judged = async (name: string, index: number) => {
    const path = String(finished(name)[index]!.data['outputLocation']);
    const [clip, sound] = [await judgeClip(path), await judgeSound(path)];
    const worst = Math.max(0, ...offsets(sound).map(Math.abs));
    // Whatever the sound does, the pictures are all there.
    expect.soft(clip.complaints, name).toBe('');
    const { seconds, faults: misplaced } = runOf(clip.times, test.told(name, 'TimestampDiscontinuity').length);
    expect.soft(misplaced, name).toEqual([]);
    expect.soft(seconds, name).toBeGreaterThan(12.9);
    expect.soft(sound.seconds, name).toBeLessThan(seconds + 1.5);
    expect.soft(sound.complaints, name).toBe('');
    return { ...sound, worst };
  };
  const expectGood = async (name: string, index: number): Promise<void> => {
    const { tone, worst, beeps, flashes } = await judged(name, index);
    expect.soft(tone, name).toBeGreaterThan(0.7);
    expect.soft(worst, name).toBeLessThan(0.04);
    // Sound that a busy machine has held up for too long is given up for the rest of a clip, which is told.
    const isGivenUp = test.told(name, 'DataDropped').some(({ subject }) => subject.includes('/sinks/'));
    // What has not come when the clip ends is not in it.
    if (!isGivenUp) expect.soft(beeps.length, name).toBeGreaterThanOrEqual(flashes.length - 2);
  };

  for (const name of ['steady', 'behind', 'unreported']) {
    for (const index of [0, 1]) await expectGood(name, index);
    expect.soft(faults(name)).toEqual([]);
  }

  expect.soft((await judged('late', 0)).codecs).toEqual([]);
  await expectGood('late', 1);
  expect.soft(faults('late')).toEqual(['noSound']);

  const cut = await judged('stops', 0);
  expect.soft(cut.worst).toBeLessThan(0.04);
  expect.soft(cut.beeps.length).toBeGreaterThan(4);
  expect.soft(cut.seconds).toBeLessThan(10);
  await expectGood('stops', 1);
  expect.soft(faults('stops')).toEqual(['noSound']);

  for (const name of LIARS) {
    for (const index of [0, 1]) await judged(name, index);
    expect.soft(faults(name)).toEqual(['soundRate']);
  }

  for (const index of [0, 1]) expect.soft((await judged('unwritable', index)).codecs).toEqual([]);
  expect.soft(faults('unwritable')).toEqual(['noSound']);
  expect.soft(test.told('unwritable', 'StorageError')).toEqual([]);
  expect.soft(test.told('unwritable', 'DataDropped')).not.toEqual([]);
};

describe.concurrent('sound that is not as it should be harms no picture, and is told of', () => {
  it.for(['gstreamer', 'direct'])('%s', { timeout: 400_000 }, record);
});
