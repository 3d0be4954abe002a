/**
 * The page in Debian's Chromium, on videos that were stored before: how far apart nine videos are that play in step, how long a
 * step from picture to picture takes, and how long the picture of a moment that the hand has let go of. The engine runs in this
 * process; decoding and drawing take the same processors, as no GPU is used.
 */
import { join } from 'node:path';
import { atMost, type BenchOptions, type BenchResult } from '../common/result.js';
import { percentile } from '../latency/percentile.js';
import { measureReleases, measureSteps, pause, picturesShown } from './by-hand.js';
import { measureInStep } from './in-step.js';
import { FPS, PICTURE_MS, writeNumbered } from './numbered-media.js';
import { FIND, servePage, watching } from './served-page.js';
import { type StoredVideo, utcOf } from './stored-video.js';

const MOST_APART_MS = 40;
/** The start is told of by itself. */
const START_MS = 3000;
const MOST_STEP_MS = 50;
const MOST_RELEASE_MS = 300;
const BEGIN = Date.UTC(2026, 0, 2, 3, 0, 0);

/** `--cameras 9 --seconds 60 --size 640x360 --hand-size 1920x1080 --only step|hand` */
export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const cameras = Number(args.get('cameras') ?? 9);
  const seconds = Number(args.get('seconds') ?? (quick ? 15 : 60));
  const size = args.get('size') ?? '640x360';
  const only = args.get('only');
  return [
    ...(only === 'hand' ? [] : await inStep(cameras, seconds, size)),
    ...(only === 'step' ? [] : await byHand(quick ? 30 : 100, args.get('hand-size') ?? '1920x1080')),
  ];
};

/** No two cameras take their pictures at the same moments, or have their keyframes beside each other. */
const startOf = (camera: number): number => BEGIN - 233.3 * camera;

const inStep = async (cameras: number, seconds: number, size: string): Promise<BenchResult[]> => {
  const names = Array.from({ length: cameras }, (_, index) => `camera-${index + 1}`);
  const lengthMs = (seconds + 30) * 1000;
  const served = await servePage((dir): StoredVideo[] => {
    const file = join(dir, 'media.mp4');
    writeNumbered(file, { pictures: (lengthMs / 1000) * FPS, size, gop: 50 });
    return names.map((name, index) => ({ name, segments: [{ start: utcOf(startOf(index)), file }] }));
  });
  try {
    await served.open(watching(names, BEGIN + 3000));
    const { began, distances, presented } = await measureInStep(served.page, cameras, seconds + START_MS / 1000);
    await pause(served.page);
    const wrong = (await picturesShown(served.page)).filter(
      ({ number, moment }, index) => number !== Math.floor((moment - startOf(index)) / PICTURE_MS),
    );
    const of = (part: 'clocks' | 'pictures', isStart: boolean): number[] =>
      distances.filter(({ at }) => at < START_MS === isStart).map((each) => each[part]);
    const clocks = of('clocks', false);
    const pictures = of('pictures', false);
    const apart = distances.filter((each) => each.at < START_MS && each.clocks > MOST_APART_MS);
    const worst = Math.max(...clocks);
    const name = `${cameras} videos of ${size} in step, ${seconds} s`;
    return [
      atMost({ name, metric: 'distance of two elements, worst', value: worst, unit: 'ms' }, MOST_APART_MS),
      { name, metric: 'distance of two elements, 95 %', value: percentile(clocks, 0.95), unit: 'ms' },
      { name, metric: 'distance of two elements, median', value: percentile(clocks, 0.5), unit: 'ms' },
      { name, metric: 'from the opening until all move', value: Math.round(began), unit: 'ms' },
      { name, metric: 'at the start: distance, worst', value: Math.max(...of('clocks', true)), unit: 'ms' },
      { name, metric: 'at the start: in step after', value: Math.round(apart.at(-1)?.at ?? 0), unit: 'ms' },
      {
        name,
        metric: 'lateness of two presented pictures, difference, 95 %',
        value: percentile(pictures, 0.95),
        unit: 'ms',
      },
      { name, metric: 'elements with another picture than they say', value: wrong.length, unit: '' },
      { name, metric: 'pictures that were presented', value: presented, unit: '%' },
    ];
  } finally {
    await served.close();
  }
};

/** A video of ten minutes is the same twenty seconds again and again. */
const [PART_SECONDS, PARTS] = [20, 30];

const byHand = async (times: number, size: string): Promise<BenchResult[]> => {
  const served = await servePage((dir): StoredVideo[] => {
    const file = join(dir, 'media.mp4');
    writeNumbered(file, { pictures: PART_SECONDS * FPS, size, gop: 50 });
    const starts = Array.from({ length: PARTS }, (_, part) => utcOf(BEGIN + part * PART_SECONDS * 1000));
    return [{ name: 'camera', segments: starts.map((start) => ({ start, file })) }];
  });
  try {
    const { page } = served;
    await served.open(watching(['camera'], BEGIN + 30_000));
    await pause(page);
    const forwards = await measureSteps(page, times, 1);
    const backwards = await measureSteps(page, times, -1);
    const tenMinutes = `{ start: ${BEGIN}, end: ${BEGIN + PART_SECONDS * PARTS * 1000} }`;
    await page.evaluate(`${FIND}('time-line').dispatchEvent(new CustomEvent('span', { detail: ${tenMinutes} }))`);
    const places = Array.from({ length: Math.ceil(times / 3) }, (_, index) => 0.1 + ((index * 0.381966) % 0.8));
    const releases = await measureReleases(page, places);
    return [
      ...timed(`a picture forwards, ${size}`, forwards.times, MOST_STEP_MS),
      ...timed(`a picture backwards, ${size}`, backwards.times, MOST_STEP_MS),
      { name: 'steps', metric: 'not to the picture beside', value: forwards.wrong + backwards.wrong, unit: '' },
      ...timed(`the picture after letting go, ${size}`, releases, MOST_RELEASE_MS),
    ];
  } finally {
    await served.close();
  }
};

const timed = (name: string, times: readonly number[], most: number): BenchResult[] =>
  ([0.5, 0.95, 1] as const).map((share) => {
    const value = percentile(times, share);
    const what = share === 0.5 ? 'median' : share === 1 ? 'worst' : '95 %';
    const row = { name, metric: what, value, unit: 'ms' };
    return share === 1 ? row : atMost(row, most);
  });
