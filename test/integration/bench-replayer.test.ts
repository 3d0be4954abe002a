import { describe, expect, it, onTestFinished } from 'vitest';
import { type Reel, reelOf } from '../../bench/many/reel.js';
import { type Movement, pathOfCamera, startReplayer } from '../../bench/many/replayer.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { encodeRaw } from '../kit/raw-stream.js';

const GOP = 10;
/** A recording is over after 1.6 s, and one with movement after 1.2 s. */
const QUIET = 4 * GOP;
const MOVING = 3 * GOP;
const FRAME_MICROS = 40_000;

/** @param lead pictures that are encoded in front and left out */
const recorded = (pictures: number, lead: number): Reel => {
  const settings = `-g ${GOP} -keyint_min ${GOP} -sc_threshold 0 -bf 0`;
  const nals = encodeRaw({ frames: lead + pictures, settings }).flat();
  return reelOf(Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal])), lead);
};

/** Of each picture its last bytes, which are the same in packets and out of them. */
const endsOf = (pictures: readonly Uint8Array[]): string =>
  pictures.map((bytes) => Buffer.from(bytes.subarray(-16)).toString('hex')).join(' ');

describe('replayed cameras', () => {
  it.each(['gstreamer', 'direct'] as const)(
    'are received without loss over the end of a recording and a movement: %s',
    async (path) => {
      const movements: Movement[] = [];
      const clients: number[] = [];
      const moving = recorded(MOVING, 4 * GOP);
      const replayer = await startReplayer({
        cameras: 3,
        quiet: [recorded(QUIET, 2 * GOP)],
        moving: [{ reel: moving, begins: 0.2, ends: 1 }],
        ...{ fps: 25, picturesInGop: GOP, movingSeconds: MOVING / 25 },
        onMoved: (movement) => movements.push(movement),
        onClients: (count) => clients.push(count),
      });
      onTestFinished(() => replayer.close());
      const { bridge } = testBridge();
      const url = `rtsp://127.0.0.1:${replayer.port}${pathOfCamera(1)}`;
      const camera = recordIngest(bridge, { url, transport: 'tcp', path });
      await camera.count(QUIET + 5);
      replayer.move(0.5);
      // The turn of this camera comes within 7.2 s, and its movement ends with the recording.
      while (!movements.some((movement) => movement.camera === 1)) await camera.count(camera.units.length + 1);
      await camera.count(camera.units.length + MOVING + QUIET);
      await camera.ingest.stop();

      expect(camera.losses).toEqual([]);
      expect(camera.strays()).toBe(0);
      const { units } = camera;
      expect(units[0]!.key).toBe(true);
      expect(units.slice(1).filter(({ discont }) => discont)).toHaveLength(0);
      const steps = units.slice(1).map(({ pts }, at) => pts! - units[at]!.pts!);
      expect(Math.max(...steps.map((step) => Math.abs(step - FRAME_MICROS)))).toBeLessThan(30);
      expect(units.filter(({ key }) => key)).toHaveLength(Math.ceil(units.length / GOP));
      // What it has received when something moved is what was recorded of that.
      expect(endsOf(units.map(({ payload }) => payload))).toContain(endsOf(moving.units.map(({ bytes }) => bytes)));
      expect(movements.find((movement) => movement.camera === 1)!.ends).toBeGreaterThan(Date.now() - 20_000);
      expect(clients[0]).toBe(1);
    },
    30_000,
  );
});
