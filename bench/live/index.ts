/**
 * The live view: how soon the first picture is there, how old pictures are when they come to the screen, what becomes of that
 * on a narrow connection, and what many viewers of one camera cost. `sluice serve` runs in a process of its own, the page in
 * Debian's Chromium, which decodes and draws on the same processors.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../engine/simulator/index.js';
import { hasChromium, startChromium } from '../common/chromium.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { record } from '../common/topology.js';
import { measure } from '../density/sampling.js';
import { activateAll, pipelineName, type Service, startServe } from '../density/service.js';
import { processesOf } from '../density/sluice.js';
import type { Sample } from '../density/subject.js';
import { bound, median, perCamera } from '../density/summary.js';
import { percentile } from '../latency/percentile.js';
import { narrowLink } from './narrow-link.js';
import { type NumberedCamera, numberedCamera } from './numbered-camera.js';
import { Viewer } from './viewers.js';
import { type Opening, type Shown, WatchedCamera } from './watched.js';

const MOST_FIRST_MS = 200;
const MOST_AGE_MS = 300;
const MOST_BEHIND_MS = 1000;
const MOST_PERCENT = 15;
const VIEWERS = 20;
const CAMERA = pipelineName(0);
/** Of what the camera sends. */
const NARROW = 0.7;
/** A jump leaves out at least this much. In seconds. */
const JUMP = 0.5;
const LATELY_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Stage {
  quick: boolean;
  args: ReadonlyMap<string, string>;
  /** An empty folder, removed afterwards. */
  dir: string;
}

const PARTS = { first: firstPictures, screen: unitToScreen, narrow: narrowConnection, viewers: manyViewers };

/** `--openings 40`, `--seconds 60`, `--minutes 10`, `--rounds 4`, `--only first|screen|narrow|viewers`. */
export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const load = loadavg()[0]!;
  const results: BenchResult[] = [];
  for (const [part, measured] of Object.entries(PARTS)) {
    if ((args.get('only') ?? part) !== part) continue;
    const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
    process.stderr.write(`${part}\n`);
    try {
      results.push(...(await measured({ quick, args, dir })));
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  const [now] = loadavg();
  return [
    ...results,
    line('machine', 'load average before the run', load, ''),
    line('machine', 'and after it', now!, ''),
  ];
};

const line = (name: string, metric: string, value: number, unit: string): BenchResult => ({
  ...{ name, metric, value: Number(value.toPrecision(4)), unit },
});

const spread = (name: string, what: string, values: readonly number[], most: number): BenchResult[] => [
  bound(name, `${what}, p95`, percentile(values, 0.95), most, 'ms'),
  line(name, `${what}, p50`, percentile(values, 0.5), 'ms'),
  line(name, `${what}, worst of ${values.length}`, percentile(values, 1), 'ms'),
];

const told = (name: string, what: string, values: readonly number[]): BenchResult[] =>
  [0.95, 0.5].map((part) => line(name, `${what}, p${part * 100}`, percentile(values, part), 'ms'));

const of = (openings: readonly Opening[], what: keyof Opening): number[] => openings.map((each) => each[what]);

/** An engine that receives these cameras. */
const serving = async <T>(dir: string, urls: readonly string[], work: (service: Service) => Promise<T>): Promise<T> => {
  const service = await startServe(dir);
  try {
    await activateAll(service, record({ decodePolicy: 'none', preRollSeconds: 5 }), urls);
    while (((await service.metrics()).get('sluice_units_total') ?? 0) < 50) await pause(100);
    return await work(service);
  } finally {
    await service.stop();
  }
};

const watched = async <T>(
  { dir }: Stage,
  stream: { size: string; gop: number },
  work: (view: WatchedCamera, service: Service, camera: NumberedCamera) => Promise<T>,
): Promise<T> => {
  if (!hasChromium) throw new Error('there is no /usr/bin/chromium; SLUICE_CHROMIUM names another one');
  const camera = await numberedCamera(dir, stream);
  try {
    return await serving(dir, [camera.url], async (service) => {
      const browser = await startChromium();
      try {
        return await work(await WatchedCamera.in(browser), service, camera);
      } finally {
        await browser.close();
      }
    });
  } finally {
    await camera.stop();
  }
};

const LONG_GOP = { size: '1920x1080', gop: 250 };

async function firstPictures(stage: Stage): Promise<BenchResult[]> {
  const openings = numberOf(stage.args, 'openings') ?? (stage.quick ? 10 : 40);
  return watched(stage, LONG_GOP, async (view, { url }) => {
    const [atSocket, chosen, opened]: [number[], Opening[], Opening[]] = [[], [], []];
    for (let n = 0; n < openings; n++) {
      // So that each comes at another moment of the GOP.
      await pause(Math.random() * 2000);
      const viewer = new Viewer(url, CAMERA);
      atSocket.push(await viewer.first());
      viewer.close();
      chosen.push(await view.choose(url, CAMERA));
      await view.leave();
      opened.push(await view.open(url, CAMERA));
      await view.leave();
    }
    const name = 'first picture, 1920x1080, 10 s between keyframes';
    return [
      ...spread(name, 'at the socket', atSocket, MOST_FIRST_MS),
      ...spread(name, 'in Chromium, from the click on a camera', of(chosen, 'askedMs'), MOST_FIRST_MS),
      ...spread(
        name,
        'in Chromium, from the opening of the socket',
        of([...chosen, ...opened], 'socketMs'),
        MOST_FIRST_MS,
      ),
      ...told(name, 'in Chromium, from the navigation to the address of the view', of(opened, 'askedMs')),
    ];
  });
}

const agesOf = (shown: readonly Shown[], camera: NumberedCamera): number[] =>
  shown.flatMap(({ number, at }) => (number === undefined ? [] : [camera.age(number, at)]));

async function unitToScreen(stage: Stage): Promise<BenchResult[]> {
  const seconds = numberOf(stage.args, 'seconds') ?? (stage.quick ? 15 : 60);
  return watched(stage, LONG_GOP, async (view, { url }, camera) => {
    await view.open(url, CAMERA);
    // What was there before has to be decoded first.
    await pause(5000);
    const shown = await view.shown(seconds, 100);
    const name = 'live, 1920x1080, camera to screen';
    return [
      ...spread(name, 'age of pictures', agesOf(shown, camera), MOST_AGE_MS),
      line(name, 'pictures shown per second', shown.length / seconds, '1/s'),
    ];
  });
}

async function narrowConnection(stage: Stage): Promise<BenchResult[]> {
  const minutes = Number(stage.args.get('minutes') ?? (stage.quick ? 0.5 : 10));
  return watched(stage, { size: '1280x720', gop: 25 }, async (view, service, camera) => {
    const link = await narrowLink(Number(new URL(service.url).port), camera.bytesPerSecond * NARROW);
    try {
      await view.open(`http://127.0.0.1:${link.port}`, CAMERA);
      const shown = await view.shown(minutes * 60, 0);
      const end = Date.now();
      const last = shown.at(-1);
      const onScreen = last?.number === undefined ? Number.NaN : camera.age(last.number, end);
      const lately = shown.filter(({ at }) => at > end - LATELY_MS);
      const jumps = shown.filter(
        ({ mediaTime }, index) => mediaTime - (shown[index - 1]?.mediaTime ?? mediaTime) > JUMP,
      );
      const name = `${minutes} min on a connection for ${NARROW * 100} % of the ${((camera.bytesPerSecond * 8) / 1e6).toFixed(1)} Mb/s, 1 s between keyframes`;
      const skipped = (await service.metrics()).get('sluice_live_pictures_skipped_total') ?? Number.NaN;
      return [
        ...spread(
          name,
          'age of pictures when they are shown, in the last 10 s',
          agesOf(lately, camera),
          MOST_BEHIND_MS,
        ),
        ...spread(name, 'the same, all the time', agesOf(shown, camera), MOST_BEHIND_MS),
        line(name, 'age of what is on the screen at the end, while the next keyframe is waited for', onScreen, 'ms'),
        line(name, 'jumps per minute', jumps.length / minutes, '1/min'),
        line(name, 'pictures shown per second', shown.length / minutes / 60, '1/s'),
        line(name, 'pictures left out by the engine', skipped, 'pictures'),
      ];
    } finally {
      await link.stop();
    }
  });
}

async function manyViewers({ quick, args, dir }: Stage): Promise<BenchResult[]> {
  const rounds = numberOf(args, 'rounds') ?? (quick ? 1 : 4);
  const measureSeconds = quick ? 8 : 20;
  const simulator = await startSimulator({
    ...{ scenes: ['quiet'], count: 1, fps: 25, size: '1920x1080', bitrate: 4_000_000, gop: 2 },
  });
  const audience = { urls: simulator.cameras.map(({ url }) => url), clients: () => 1 };
  try {
    return await serving(dir, audience.urls, async (service) => {
      const take = () => measure({ name: '' }, { processes: () => processesOf(service) }, audience, { measureSeconds });
      // Once without counting, so that the code is warm.
      await withViewers(service.url, () => pause(5000));
      const samples: Sample[] = [await take()];
      let bytes = 0;
      for (let n = 0; n < rounds; n++) {
        await withViewers(service.url, async (viewers) => {
          const before = bytesOf(viewers);
          samples.push(await take());
          bytes += bytesOf(viewers) - before;
        });
        samples.push(await take());
      }
      const added = samples.flatMap((sample, index) => {
        const [before, after] = [samples[index - 1], samples[index + 1]];
        return index % 2 === 1 && before && after
          ? [perCamera(sample) - (perCamera(before) + perCamera(after)) / 2]
          : [];
      });
      const name = `${VIEWERS} viewers of one camera, 1920x1080, 4 Mb/s`;
      return [
        bound(name, 'added, all processes, median', median(added), MOST_PERCENT, '% of a core'),
        line(name, 'least of the windows', Math.min(...added), '% of a core'),
        line(name, 'most of the windows', Math.max(...added), '% of a core'),
        line(name, 'received by each', (bytes * 8) / VIEWERS / rounds / measureSeconds / 1e6, 'Mb/s'),
      ];
    });
  } finally {
    await simulator.stop();
  }
}

const bytesOf = (viewers: readonly Viewer[]): number => viewers.reduce((sum, { bytes }) => sum + bytes, 0);

/** Everybody has got a picture before the work begins. */
const withViewers = async (url: string, work: (viewers: readonly Viewer[]) => Promise<void>): Promise<void> => {
  const viewers = Array.from({ length: VIEWERS }, () => new Viewer(url, CAMERA));
  try {
    await Promise.all(viewers.map((viewer) => viewer.first()));
    await pause(1000);
    await work(viewers);
  } finally {
    for (const viewer of viewers) viewer.close();
  }
};
