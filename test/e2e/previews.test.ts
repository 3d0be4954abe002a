import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Stills } from '../../bridge/filters/stills.js';
import type { StoredPreview } from '../../engine/archive/preview-file.js';
import type { Micros, UtcMicros } from '../../engine/core/time.js';
import { withFile } from '../../engine/mp4/boxes.js';
import { readKeyframes } from '../../engine/mp4/keyframes.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { allToVideo, allToVideoWatched, livePipeline } from '../kit/evr.js';
import { difference } from '../kit/grey-frames.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { jpegSize, rgbOfJpeg } from '../kit/stills.js';
import { until } from '../kit/until.js';

const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
/** µs from keyframe to keyframe: none but the first is among every fifth picture, which are decoded for a detector. */
const GOP: Micros = 960_000;
const [WIDTH, HEIGHT] = [320, 180];
/** Levels of brightness by which a JPEG and what it was made of differ at most. */
const SAME = 6;

interface Key {
  utc: UtcMicros;
  rgb: Buffer;
}

describe('previews', () => {
  let camera: TestCamera;
  let test: TestEngine;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['busy'], gop: GOP / 1_000_000 });
  }, 60_000);
  afterEach(async () => {
    vi.restoreAllMocks();
    await test?.remove();
  });
  afterAll(() => camera?.stop());

  const record = async (topology: ReturnType<typeof allToVideo>): Promise<void> => {
    test = await openTestEngine({ settings: { 'videos.previewEvery': 'PT1S' } });
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('p1', topology.name, { rtspUrl: camera.url, video: 'front' }));
    await test.engine.pipelines.activate('p1');
  };
  const segments = () => test.engine.archive.segments.between('front', ALWAYS);
  const recordedMicros = (): Micros => {
    const [first] = segments();
    return first ? test.engine.clock.utc() - first.startUtc : 0;
  };
  /** The one that is nearer to this keyframe than to any other. */
  const near = (at: UtcMicros): Promise<StoredPreview | undefined> => {
    const { previews, segments: index } = test.engine.archive;
    return previews.nearest(index.video('front')!, at, GOP / 2);
  };

  /** The keyframes of what was recorded, as ffmpeg decodes them. */
  const keysOf = async (): Promise<Key[]> => {
    await test.engine.pipelines.deactivate('p1');
    await until('the segments are over', () => segments().every(({ state }) => state === 'finished'), 30_000);
    await test.engine.archive.previews.written();
    return segments().flatMap(({ path, startUtc }) => {
      const file = test.engine.archive.media.absolute(path);
      const all = execFileSync(
        'ffmpeg',
        [
          ...['-v', 'error', '-skip_frame', 'nokey', '-i', file, '-fps_mode', 'passthrough'],
          ...['-vf', `scale=${WIDTH}:${HEIGHT}:flags=area+accurate_rnd`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
        ],
        { maxBuffer: 1 << 29 },
      );
      const size = WIDTH * HEIGHT * 3;
      return withFile(file, readKeyframes)!.keyframes.map(({ seconds }, n) => ({
        utc: (startUtc + Math.round(seconds * 1_000_000)) as UtcMicros,
        rgb: all.subarray(n * size, (n + 1) * size),
      }));
    });
  };

  /** Which keyframe a picture shows. */
  const shownIn = (jpeg: Buffer, keys: readonly Key[]): Key => {
    const picture = rgbOfJpeg(jpeg, WIDTH, HEIGHT);
    const [best] = keys
      .map((key) => ({ key, apart: difference(picture, key.rgb) }))
      .sort((one, other) => one.apart - other.apart);
    expect(best!.apart).toBeLessThan(SAME);
    return best!.key;
  };

  it.each(['fps:5', 'keyframes', 'full'])(
    'are kept of keyframes that a detector with %s has decoded, and show their times',
    async (decodePolicy) => {
      const stills = vi.spyOn(Stills.prototype, 'make');
      await record(allToVideoWatched({ decodePolicy }));
      await until('some are made', () => stills.mock.calls.length >= 4, 90_000);
      const keys = await keysOf();
      // Nothing was decoded for them.
      expect(new Set(stills.mock.calls.map(([{ caps }]) => caps.mediaType))).toEqual(new Set(['video/x-raw']));
      const kept = (await Promise.all(keys.map(({ utc }) => near(utc)))).filter((one) => one !== undefined);
      expect(kept.length).toBeGreaterThanOrEqual(3);
      for (const { utc, jpeg, width, height } of kept) {
        expect([width, height]).toEqual([WIDTH, HEIGHT]);
        expect(jpegSize(jpeg)).toEqual({ width, height });
        // Segments follow the camera's clock.
        expect(Math.abs(shownIn(jpeg, keys).utc - utc)).toBeLessThan(GOP / 4);
      }
      const times = kept.map(({ utc }) => utc);
      for (const [n, utc] of times.slice(1).entries()) expect(utc - times[n]!).toBeGreaterThan(950_000);
      // Who asks for one gets it, and nothing is made for it.
      const made = stills.mock.calls.length;
      const { jpeg } = await test.engine.pictures.preview('front', times[1]!, { width: 192 });
      expect(jpeg.equals(kept[1]!.jpeg)).toBe(true);
      expect(stills.mock.calls.length).toBe(made);
    },
    150_000,
  );

  it('are made on demand where nobody has the camera decoded', async () => {
    const stills = vi.spyOn(Stills.prototype, 'make');
    await record(allToVideo());
    await until('some seconds', () => recordedMicros() > 5_000_000, 90_000);
    const keys = await keysOf();
    expect(stills).not.toHaveBeenCalled();
    expect(keys.length).toBeGreaterThan(3);
    for (const { utc } of keys) {
      expect(await near(utc)).toBeUndefined();
      const at = (utc + GOP / 3) as UtcMicros;
      const { jpeg, time, width } = await test.engine.pictures.preview('front', at, { width: WIDTH });
      expect(width).toBe(WIDTH);
      expect(Math.abs(Date.parse(time) * 1000 - utc)).toBeLessThan(2000);
      expect(shownIn(jpeg, keys).utc).toBe(utc);
    }
    expect(stills).toHaveBeenCalledTimes(keys.length);
  }, 150_000);
});
