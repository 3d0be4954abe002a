import { expect, it } from 'vitest';
import { silentLogger } from '../../../../../engine/core/log.js';
import { seconds } from '../../../../../engine/core/time.js';
import type { CameraNow } from '../../../../../engine/hub/states/camera-now.js';
import { PictureShower } from '../../../../../engine/hub/states/picture-shower.js';
import { FakeClock, settle } from '../../../../kit/fake-clock.js';

const cameraOf = (name: string, motion: boolean | 'unknown' = false, connected = true): CameraNow => ({
  ...{ name, pipelines: [name], connected, recording: false },
  scene: { motion },
});

const rigOf = (make: (camera: string, width: number) => { bytes: number; version: string } | undefined) => {
  const clock = new FakeClock();
  const shown: [camera: string, bytes: number][] = [];
  const asked: number[] = [];
  const shower = new PictureShower({
    source: {
      picture: async (camera, width) => {
        asked.push(width);
        const made = make(camera, width);
        if (!made) throw new Error('there is none');
        return { jpeg: Buffer.alloc(made.bytes), version: made.version };
      },
    },
    clock,
    log: silentLogger(),
    every: seconds(60),
    show: (camera, jpeg) => shown.push([camera, jpeg.length]),
  });
  /** Looks once a second. */
  const pass = async (forSeconds: number, cameras: readonly CameraNow[]) => {
    for (let second = 0; second < forSeconds; second++) {
      shower.look(cameras);
      await settle();
      clock.advance(1000);
    }
  };
  return { shower, shown, asked, pass };
};

it('shows one at once, then one a minute, and one every ten seconds while something moves', async () => {
  let n = 0;
  const { shown, pass } = rigOf(() => ({ bytes: 100, version: String(n++) }));
  await pass(59, [cameraOf('a')]);
  expect(shown).toHaveLength(1);
  await pass(2, [cameraOf('a')]);
  expect(shown).toHaveLength(2);
  await pass(9, [cameraOf('a')]);
  await pass(30, [cameraOf('a', true)]);
  expect(shown).toHaveLength(5);
});

it('shows no picture twice, none of a camera that is away, and forgets cameras that are gone', async () => {
  const { shown, asked, pass } = rigOf(() => ({ bytes: 100, version: 'the same' }));
  await pass(200, [cameraOf('a', true), cameraOf('away', 'unknown', false)]);
  expect(shown).toEqual([['a', 100]]);
  await pass(1, []);
  await pass(1, [cameraOf('a')]);
  expect(shown).toHaveLength(2);
  expect(asked.length).toBeLessThan(25);
});

it('makes a picture that is too large smaller, and gives up one that still is', async () => {
  const { shown, asked, pass } = rigOf((camera, width) => ({
    bytes: camera === 'noisy' ? width * 600 : 10_000_000,
    version: String(width),
  }));
  await pass(5, [cameraOf('noisy'), cameraOf('hopeless')]);
  expect(asked.slice(0, 4)).toEqual([640, 320, 640, 320]);
  expect(shown).toEqual([['noisy', 192_000]]);
});

it('asks again in ten seconds where there is none yet, and serves every camera meanwhile', async () => {
  let there = false;
  const { shown, pass } = rigOf((camera) => (camera === 'new' && !there ? undefined : { bytes: 1, version: '1' }));
  await pass(5, [cameraOf('new'), cameraOf('old')]);
  expect(shown).toEqual([['old', 1]]);
  there = true;
  await pass(10, [cameraOf('new'), cameraOf('old')]);
  expect(shown).toEqual([
    ['old', 1],
    ['new', 1],
  ]);
});
