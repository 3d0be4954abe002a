import { describe, expect, it } from 'vitest';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import type { CameraSession } from '../../../../engine/camera/session.js';
import type { SoundFormat } from '../../../../engine/camera/sound.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import { Clip } from '../../../../engine/recording/clip.js';
import { AAC as AUDIO, FakeBridge, H264_CAPS, latest } from '../../../kit/fake-bridge.js';
import { FRAME, unitAt } from '../../../kit/units.js';

const SOUND_FRAME = 20_000;

class Rig {
  readonly ring = new GopRing({ spanMicros: seconds(60) });
  readonly bridge = new FakeBridge();
  sound: SoundFormat | undefined = { caps: AUDIO, epoch: 7 };
  #pictures = 0;
  clip: Clip | undefined;

  begin(tracks: ReadonlySet<'video' | 'audio'> = new Set(['video', 'audio'])): Clip {
    const session = {
      ring: this.ring,
      address: { owner: 'a camera' },
      capsOf: () => H264_CAPS,
      toUtc: (at: number) => at,
      sound: this.sound,
    } as unknown as CameraSession;
    const first = this.ring.lastKeyframe()!;
    this.clip = new Clip({ session, muxes: this.bridge, first, path: '/nowhere/clip', tracks });
    return this.clip;
  }

  /** Pictures up to `to` seconds, with sound of this epoch around them; null: without. */
  stream(to: number, epoch: number | null = 7): void {
    while (this.#pictures * FRAME < seconds(to)) {
      const at = (this.#pictures * FRAME) as MediaTime;
      this.ring.push(unitAt(this.#pictures++, { bytes: 10, at }));
      for (let pts = at; epoch !== null && pts < at + FRAME; pts = (pts + SOUND_FRAME) as MediaTime) {
        this.ring.push({ ...unitAt(0, { bytes: 10, at: pts, epoch }), track: 'audio', duration: SOUND_FRAME });
      }
      this.clip?.pump(null);
    }
  }

  written(track: string): number[] {
    return latest(this.bridge.muxes).written.flatMap((unit) => (unit.track === track ? [unit.pts!] : []));
  }
}

it('counts pictures and sound apart when the ring has let them go before a slow muxer took them', async () => {
  const rig = new Rig();
  rig.stream(1.5);
  const clip = rig.begin();
  latest(rig.bridge.muxes).backlogBytes = 100 * 1024 * 1024;
  rig.stream(20.5);
  rig.ring.setSpan(seconds(2));
  latest(rig.bridge.muxes).backlogBytes = 0;
  rig.stream(22);
  const { units, lostUnits, lostSound } = await clip.finish(null);
  expect(lostUnits).toBeGreaterThan(300);
  expect(units + lostUnits).toBe(21 * 25);
  expect(lostSound).toBeGreaterThan(600);
  expect(rig.written('audio').length + lostSound).toBe(2 * 21 * 25);
});

describe('the sound of a clip', () => {
  it('is written beside the pictures, at its place from the first of them on, up to the end', async () => {
    const rig = new Rig();
    rig.stream(1.5);
    const clip = rig.begin();
    rig.clip = undefined;
    rig.stream(3);
    const end = await clip.finish(seconds(2.5) as MediaTime);
    expect(latest(rig.bridge.muxes).spec.tracks).toEqual([H264_CAPS, AUDIO]);
    expect(rig.written('audio').slice(0, 3)).toEqual([0, SOUND_FRAME, 2 * SOUND_FRAME]);
    expect(rig.written('audio').at(-1)).toBe(seconds(1.5));
    expect(rig.written('video').at(-1)).toBe(seconds(1.48));
    expect(end).toMatchObject({ lostUnits: 0, lostSound: 0, units: 38 });
  });

  it('of the first picture is in the file, though it came before it', async () => {
    const rig = new Rig();
    rig.stream(1);
    const key = rig.ring.lastKeyframe()!;
    // As of a camera that takes its time to encode pictures.
    const early = { ...unitAt(0, { bytes: 10, epoch: 7 }), track: 'audio' as const, duration: SOUND_FRAME };
    const first = 1.04;
    for (const at of [0.9, 1.04, 1.06])
      rig.ring.push({ ...early, pts: seconds(at) as MediaTime, cadence: seconds(at) });
    rig.ring.push(unitAt(0, { bytes: 10, at: seconds(first) as MediaTime }));
    const clip = rig.begin();
    expect(clip.first.index).toBeGreaterThan(key.index);
    expect(rig.written('audio')).toEqual([0, seconds(0.02)]);
    await clip.finish(null);
  });

  it('is not in the clips of a sink that does not want it, nor counted', async () => {
    const rig = new Rig();
    rig.stream(1);
    const clip = rig.begin(new Set(['video']));
    rig.stream(2);
    expect(await clip.finish(null)).toMatchObject({ lostSound: 0 });
    expect([latest(rig.bridge.muxes).spec.tracks, rig.written('audio')]).toEqual([[H264_CAPS], []]);
  });

  it('goes on where it comes back', async () => {
    const rig = new Rig();
    rig.stream(1);
    const clip = rig.begin();
    rig.stream(2);
    rig.stream(4, null);
    rig.stream(5);
    const end = await clip.finish(null);
    expect(end).toMatchObject({ lostUnits: 0, lostSound: 0 });
    expect(rig.written('audio')).toHaveLength(150);
  });

  it('that begins late, or changes its format, is counted and not in the file; the pictures are', async () => {
    const late = new Rig();
    late.sound = undefined;
    late.stream(1, null);
    const silent = late.begin();
    late.stream(2);
    expect(await silent.finish(null)).toMatchObject({ ok: true, lostSound: 50 });
    const rig = new Rig();
    rig.stream(1);
    const clip = rig.begin();
    rig.stream(2);
    rig.stream(3, 8);
    const end = await clip.finish(null);
    expect(end).toMatchObject({ ok: true, lostUnits: 0, lostSound: 50 });
    expect(rig.written('audio')).toHaveLength(100);
  });
});
