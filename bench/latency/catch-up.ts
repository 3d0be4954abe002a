/**
 * How soon what was not decoded is, once somebody suspects that something has happened in front of a camera of which keyframes alone
 * are decoded: from the suspicion to the first picture of the GOP before, and to its last. The engine's own code decides, and the
 * decoder is a real one; what is made up is who suspects, and when.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bridge, openBridge, type Picture } from '../../bridge/index.js';
import type { EncodedUnit, StreamCaps } from '../../bridge/types.js';
import { GopRing } from '../../engine/camera/gop-ring.js';
import { CameraPictures } from '../../engine/camera/pictures/pictures.js';
import { systemClock } from '../../engine/core/clock.js';
import { parseDecodePolicy } from '../../engine/core/decode-policy.js';
import { silentLogger } from '../../engine/core/log.js';
import { type MediaTime, seconds } from '../../engine/core/time.js';
import { EngineMetrics } from '../../engine/metrics/metrics.js';
import { sceneNamed, sceneRenderer } from '../../engine/simulator/scenes.js';
import { encodeH264, readH264 } from '../common/h264-file.js';
import { atMost, type BenchResult } from '../common/result.js';
import { percentile } from './percentile.js';

const FPS = 25;
const GOP_SECONDS = 2;
const CAMERAS = [
  { width: 640, height: 360, bitsPerSecond: 800_000 },
  { width: 1920, height: 1080, bitsPerSecond: 4_000_000 },
];
const MOST_FIRST_MS = 100;
const MOST_ALL_MS = 250;
/** A camera's time goes by so much faster, so that there is less to wait for; no faster than 1080p is decoded. */
const FASTER = 4;
/** Keyframes without anything, before something is suspected. */
const QUIET_KEYFRAMES = 3;
const PATIENCE_MS = 60_000;

interface Stream {
  caps: StreamCaps;
  units: readonly EncodedUnit[];
}

/** From a suspicion on. */
interface CatchUp {
  firstMs: number;
  allMs: number;
}

export const catchUps = async (rounds: number): Promise<BenchResult[]> => {
  const bridge = openBridge();
  try {
    const rows: BenchResult[] = [];
    for (const camera of CAMERAS) {
      const size = `${camera.width}x${camera.height}`;
      process.stderr.write(`${size}: decodes what it has not\n`);
      const taken = await suspect(bridge, await encoded(camera), rounds);
      rows.push(...rowsOf(`${size}, a GOP of ${GOP_SECONDS} s`, taken));
    }
    return rows;
  } finally {
    await bridge.close();
  }
};

const rowsOf = (name: string, taken: readonly CatchUp[]): BenchResult[] => {
  const row = (metric: string, value: number): BenchResult => ({ name, metric, value, unit: 'ms' });
  const [first, all] = [taken.map(({ firstMs }) => firstMs), taken.map(({ allMs }) => allMs)];
  return [
    atMost(row('suspicion to the first picture, p50', percentile(first, 0.5)), MOST_FIRST_MS),
    row('suspicion to the first picture, worst', Math.max(...first)),
    atMost(row('suspicion to the last picture, p50', percentile(all, 0.5)), MOST_ALL_MS),
    row('suspicion to the last picture, worst', Math.max(...all)),
  ];
};

/** A loop in which something moves all the time. */
const encoded = async ({ width, height, bitsPerSecond }: (typeof CAMERAS)[number]): Promise<Stream> => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const render = sceneRenderer(sceneNamed('busy')!, width, height, FPS);
  const pictures = function* () {
    for (let index = 0; index < 5 * GOP_SECONDS * FPS; index++) yield Uint8Array.from(render(index));
  };
  try {
    const file = join(dir, 'busy.h264');
    const coding = { distance: GOP_SECONDS * FPS, rate: { bitsPerSecond } };
    await encodeH264(file, { width, height, fps: FPS }, pictures(), coding);
    return readH264(file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

const suspect = async (bridge: Bridge, { caps, units }: Stream, rounds: number): Promise<CatchUp[]> => {
  const metrics = new EngineMetrics({ clock: systemClock });
  const ring = new GopRing({ spanMicros: 0 });
  const camera = metrics.camera('camera');
  const pictures = new CameraPictures({
    ...{ bridge, clock: systemClock, ring, metrics: camera, timings: metrics, log: silentLogger(), owner: 'camera' },
    capsOf: () => caps,
    onLate: (most) => ring.setSpan(most),
    blindAfter: seconds(5),
  });
  const taken: CatchUp[] = [];
  let quiet = 0;
  /** The suspicion that is being followed. */
  let since: { at: number; keyframe: number; firstMs?: number } | undefined;
  const follow = (pts: number): void => {
    if (!since) return;
    const ms = performance.now() - since.at;
    since.firstMs ??= ms;
    if (pts < since.keyframe) return;
    taken.push({ firstMs: since.firstMs, allMs: ms });
    since = undefined;
  };
  const onPicture = ({ pts }: Picture): void => {
    const at = pts as MediaTime;
    follow(pts);
    quiet = feed.leadsBack ? quiet + 1 : 0;
    const differs = quiet > QUIET_KEYFRAMES;
    // What is true of it from now on has to be there before the camera is told.
    if (differs) since = { at: performance.now(), keyframe: pts };
    feed.judged({ pts: at, moves: false, differs, slightly: false, coversUntil: undefined });
  };
  const policy = parseDecodePolicy('adaptive')!;
  const feed = pictures.open({ width: 320, format: 'i420', policy }, { onRewind: () => true, onPicture });
  const until = performance.now() + rounds * PATIENCE_MS;
  for (let n = 0; taken.length < rounds; n++) {
    if (performance.now() > until) throw new Error(`only ${taken.length} of ${rounds} suspicions were followed`);
    const at = Math.round((n / FPS) * 1e6) as MediaTime;
    const unit = units[n % units.length]!;
    const times = { pts: at, cadence: at, duration: seconds(1 / FPS), arrival: systemClock.monotonic() };
    pictures.unit(ring.push({ ...unit, ...times, epoch: 1 }));
    // The core is idle otherwise.
    do await pause(1000 / FPS / FASTER);
    while (since && performance.now() < until);
  }
  feed.close();
  pictures.close();
  metrics.close();
  return taken;
};
