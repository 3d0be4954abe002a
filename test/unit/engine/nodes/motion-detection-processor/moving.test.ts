import { describe, expect, it } from 'vitest';
import { type MediaTime, seconds } from '../../../../../engine/core/time.js';
import { MotionNodeRig as Rig } from '../../../../kit/motion-node-rig.js';

const BOX = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
const POLICY = { kind: 'adaptive', fps: 5, every: 1 } as const;
const LONG = seconds(600) as MediaTime;

/** Something moves in each picture that comes out of the decoder. */
async function started(covers: MediaTime | undefined) {
  const rig = await Rig.started({}, { decodePolicy: POLICY });
  rig.outlet.covers = covers;
  /** Keyframes that were judged while nothing else was decoded. */
  const glanced: number[] = [];
  let shown = 0;
  const show = ({ pts }: { pts: number | null }): void => {
    const before = rig.detector.seen.length;
    rig.decoder.picture(pts!);
    if (rig.detector.seen.length === before) return;
    if (rig.session.pictures.glances) glanced.push(pts!);
    rig.detector.verdict(pts!, { motion: true, score: 0.9, boxes: [BOX], changedCells: 40 });
  };
  const stream = async (units: number): Promise<void> => {
    for (let i = 0; i < units; i++) {
      await rig.stream(1);
      while (shown < rig.decoder.fed.length) show(rig.decoder.fed[shown++]!);
    }
  };
  return { rig, stream, glanced };
}

describe('a motion detector while something moves', () => {
  it('leaves pictures out where one event stands for many, and emits one for each keyframe', async () => {
    const { rig, stream, glanced } = await started(LONG);
    await stream(25 * 20);
    expect(glanced.length).toBeGreaterThanOrEqual(8);
    const times = rig.outlet.emitted.map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    // The rig's keyframes are a second apart, as is the window of aggregation.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(seconds(2));
    expect(times.filter((at) => glanced.includes(at)).length).toBeGreaterThan(glanced.length / 2);
    expect(rig.detector.rewinds).toBe(0);
  });

  it('leaves none out where each event counts', async () => {
    const { rig, stream } = await started(undefined);
    await stream(25 * 20);
    expect(rig.session.pictures.glances).toBe(false);
  });

  it('leaves none out while others want the pictures with motion', async () => {
    const { rig, stream } = await started(LONG);
    rig.node.pictures.open({ width: 320, format: 'i420', policy: POLICY }, { onPicture: () => {} });
    await stream(25 * 20);
    expect(rig.session.pictures.glances).toBe(false);
  });
});
