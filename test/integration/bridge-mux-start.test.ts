import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bridge, EncodedUnit } from '../../bridge/types.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { testBridge } from '../kit/bridge.js';
import { type EncodedClip, encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { judgeClip } from '../kit/judge-clip.js';
import { onDisk, secondsOnDisk } from '../kit/media-waits.js';
import { processState } from '../kit/processes.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

/** Units that the muxer holds back: it knows a unit's duration when the next comes, and ends a fragment then. */
const HELD_BACK = 2;

const muxHosts = (bridge: Bridge) => bridge.stats().filter(({ role, pid }) => role === 'mux' && pid !== undefined);
const gone = (pid: number): boolean => ['Z', undefined].includes(processState(pid));

/** A loop of the clip that never ends. */
function* looped({ units }: EncodedClip): Generator<EncodedUnit, never> {
  for (let round = 0; ; round++) {
    for (const unit of units) yield { ...unit, pts: unit.pts! + round * units.length * FRAME_MICROS };
  }
}

describe('the beginning of a clip', () => {
  it.each([
    ['that ends in mid-GOP', 135],
    ['that is short', 7],
  ])('is on disk with all of the pre-roll %s, though no later unit has come', async (_what, count) => {
    const { bridge } = testBridge();
    const clip = encodeClip({ frames: 150, gop: 50, picture: 'test' });
    const path = join(tempDir(), 'clip.mp4');
    const mux = bridge.mux({ tracks: [clip.caps], path });
    for (const unit of clip.units.slice(0, count)) mux.write(unit);
    await secondsOnDisk(path, ((count - HELD_BACK) * FRAME_MICROS) / 1_000_000 - 0.001);
    process.kill(muxHosts(bridge)[0]!.pid!, 'SIGKILL');
    expect(await mux.failed).toMatchObject({ kind: 'hostLost' });
    expect(repairMp4(path)).toMatchObject({ outcome: 'repaired' });
    const { frames, complaints } = await judgeClip(path);
    expect(complaints).toBe('');
    expect(frames).toBeGreaterThanOrEqual(count - HELD_BACK);
  });

  it('has long fragments behind it once the clip is live, and ends as a plain MP4', async () => {
    const { bridge } = testBridge();
    const clip = encodeClip({ frames: 250, gop: 250, picture: 'test' });
    const path = join(tempDir(), 'clip.mp4');
    const mux = bridge.mux({ tracks: [clip.caps], path });
    const units = looped(clip);
    let written = 0;
    const write = (count: number) => {
      for (let n = 0; n < count; n++, written++) mux.write(units.next().value);
    };
    write(60);
    await secondsOnDisk(path, 2.2);
    expect(onDisk(path).fragments).toBeGreaterThan(50);
    let before = onDisk(path);
    await until(
      'a fragment of more than half a second',
      () => {
        write(1);
        const now = onDisk(path);
        const [seconds, fragments] = [now.seconds - before.seconds, now.fragments - before.fragments];
        before = now;
        return fragments > 0 && seconds / fragments > 0.5;
      },
      60_000,
    );
    expect(await mux.finish()).toEqual({ ok: true, bytes: statSync(path).size });
    const facts = await judgeClip(path);
    expect(facts).toMatchObject({ frames: written, complaints: '' });
    expect(facts.boxes).not.toContain('moof');
  });
});

describe('a muxer that is kept ready', () => {
  it('is one process for everybody, and it is there before the clip is', async () => {
    const { bridge } = testBridge();
    const clip = encodeClip({ frames: 25 });
    const dir = tempDir();
    expect(muxHosts(bridge)).toEqual([]);
    const releases = [1, 2].map(() => bridge.keepMuxReady({ tracks: [clip.caps] }, dir));
    await until('it has begun', () => muxHosts(bridge).some(({ pid }) => pid !== undefined));
    const [host, ...others] = muxHosts(bridge);
    expect(others).toEqual([]);
    for (let n = 0; n < 3; n++) {
      const mux = bridge.mux({ tracks: [clip.caps], path: join(dir, `${n}.mp4`) });
      for (const unit of clip.units) mux.write(unit);
      expect(await mux.finish()).toMatchObject({ ok: true });
    }
    expect(muxHosts(bridge).map(({ pid }) => pid)).toEqual([host!.pid]);

    process.kill(host!.pid!, 'SIGKILL');
    await until('another', () => muxHosts(bridge).some(({ pid }) => pid !== undefined && pid !== host!.pid));
    const { pid } = muxHosts(bridge)[0]!;
    for (const release of releases) release();
    expect(muxHosts(bridge)).toEqual([]);
    await until('the process is gone', () => gone(pid!));
  });

  it('cannot be for what has no clip', () => {
    const { bridge } = testBridge();
    bridge.keepMuxReady({ tracks: [] }, tempDir())();
    expect(bridge.stats()).toEqual([]);
  });
});
