import { beforeEach, describe, expect, it } from 'vitest';
import type { TrackKind } from '../../../../bridge/types.js';
import { GopRing } from '../../../../engine/camera/gop-ring.js';
import type { CameraSession } from '../../../../engine/camera/session.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import type { OpenAction } from '../../../../engine/gate/actions.js';
import { ActivationRecorder, type RecordingKeeper } from '../../../../engine/recording/activation-recorder.js';
import { Clip } from '../../../../engine/recording/clip.js';
import type { ClipEnd } from '../../../../engine/recording/clip-end.js';
import type { PreRoll } from '../../../../engine/recording/recording-events.js';
import { AAC, FakeBridge, type FakeMux } from '../../../kit/fake-bridge.js';
import { FakeClock, settle } from '../../../kit/fake-clock.js';
import { FRAME, unitAt } from '../../../kit/units.js';

const at = (s: number) => seconds(s) as MediaTime;

class Rig implements RecordingKeeper {
  readonly clock = new FakeClock();
  readonly ring = new GopRing({ spanMicros: seconds(10) });
  readonly bridge = new FakeBridge();
  readonly begun: Array<{ clip: Clip; preRoll: PreRoll | null }> = [];
  readonly over: Array<{ clip: Clip; end: ClipEnd; reason: string }> = [];
  refuses = false;
  tracks: readonly TrackKind[] = ['video'];
  #recorder: ActivationRecorder | null = null;
  #epoch = 1;
  #sinceKey = 0;
  readonly #session = {
    ring: this.ring,
    address: { owner: 'a camera' },
    toUtc: (time: number) => time,
    capsOf: (epoch: number, track: string) => ({ track, text: `caps ${epoch}`, mediaType: 'video/x-h264' }),
    sound: { caps: AAC, epoch: 1 },
  } as unknown as CameraSession;

  /** Units up to `s` seconds, a keyframe each second. */
  stream(s: number): void {
    while (this.clock.monotonic() + FRAME <= seconds(s)) {
      this.clock.advance(FRAME / 1000);
      this.ring.push(unitAt(this.#sinceKey++, { bytes: 10, epoch: this.#epoch, at: this.clock.monotonic() }));
      this.#recorder?.unit();
    }
  }

  /** As `stream`, without telling the recorder: the gate closes with the first of these units. */
  pushOnly(s: number): void {
    const recorder = this.#recorder;
    this.#recorder = null;
    this.stream(s);
    this.#recorder = recorder;
  }

  reconnect(): void {
    this.#epoch++;
    this.#sinceKey = 0;
  }

  open(start: number, trigger = start): ActivationRecorder {
    const action: OpenAction = {
      type: 'open',
      activation: 1,
      start: at(start),
      trigger: at(trigger),
      signalId: 'signal',
      requestedPreRoll: seconds(trigger - start),
    };
    this.#recorder = new ActivationRecorder(action, this.#session, this.clock, this);
    this.#recorder.unit();
    return this.#recorder;
  }

  begin(...[first, , preRoll, lost]: Parameters<RecordingKeeper['begin']>): Clip | null {
    if (this.refuses) return null;
    // There is no such folder: nothing is to be synced.
    const path = `/nowhere/clip-${this.bridge.muxes.length + 1}`;
    const tracks = new Set(this.tracks);
    const clip = new Clip({ session: this.#session, muxes: this.bridge, first, path, tracks, lost });
    this.begun.push({ clip, preRoll });
    return clip;
  }

  /** How many pictures of a file that has failed are on the disk; by itself that cannot be seen. */
  onDisk: number | undefined;
  ended(clip: Clip, end: ClipEnd, reason: string): number | undefined {
    this.over.push({ clip, end, reason });
    return end.ok ? end.units : this.onDisk;
  }

  lostPictures = 0;
  lost(_: Clip, __: OpenAction, pictures: number): void {
    this.lostPictures += pictures;
  }

  /** Records from 4.04 s to 9 s, and finishing the file fails. By default all of it is on the disk. */
  async loseMuxerAtEnd(onDisk?: number): Promise<void> {
    this.stream(4.04);
    const recorder = this.open(4.04);
    this.stream(9);
    const [mux] = this.bridge.muxes;
    mux!.finishing = settle().then(() => mux!.fail({ kind: 'hostLost', message: 'killed' }));
    this.onDisk = onDisk ?? mux!.written.length;
    await recorder.close(at(9), 'minimum');
  }

  /** When activations ended that had nothing to record. */
  readonly empty: MediaTime[] = [];
  nothing(_: OpenAction, end: MediaTime): void {
    this.empty.push(end);
  }

  /** Why each file ended, in the order in which they began: a later one may be on the disk first. */
  reasons(): Array<string | undefined> {
    return this.begun.map(({ clip }) => this.over.find((each) => each.clip === clip)?.reason);
  }

  /** Presentation times in a file, in seconds of media time. */
  times(file: number): number[] {
    const start = this.begun[file]?.clip.start ?? 0;
    return (this.bridge.muxes[file]?.written ?? []).map((unit) => ((unit.pts ?? 0) + start) / 1e6);
  }
}

describe('ActivationRecorder', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('begins on the keyframe at or before the start and ends at the end, with every unit between', async () => {
    rig.stream(8);
    const recorder = rig.open(3.5, 8);
    rig.stream(11);
    await recorder.close(at(11), 'minimum');
    const times = rig.times(0);
    expect(times[0]).toBeCloseTo(3.04);
    expect(times.at(-1)).toBeCloseTo(11);
    expect(times).toHaveLength(Math.round((11 - 3.04) / 0.04) + 1);
    expect(rig.begun[0]?.preRoll).toEqual({ requested: seconds(4.5), actual: seconds(8 - 3.04), truncated: false });
    expect(rig.over).toMatchObject([{ reason: 'minimum', end: { ok: true, lostUnits: 0 } }]);
    expect(rig.bridge.muxes[0]?.written.map((unit) => unit.pts)[0]).toBe(0);
  });

  it('says that the pre-roll is truncated when the ring does not reach back that far', async () => {
    rig.stream(2);
    const recorder = rig.open(-3, 2);
    await recorder.close(at(2), 'flushed');
    expect(rig.begun[0]?.preRoll).toMatchObject({ truncated: true, actual: seconds(2 - 0.04) });
  });

  it('waits for the first keyframe when there is none yet', async () => {
    const recorder = rig.open(0);
    expect(rig.begun).toEqual([]);
    rig.stream(1);
    expect(rig.begun).toHaveLength(1);
    await recorder.close(at(1), 'flushed');
  });

  it('says when there was nothing to record, and only then', async () => {
    await rig.open(0).close(at(5), 'minimum');
    expect([rig.begun, rig.empty]).toEqual([[], [at(5)]]);
    rig.stream(8);
    await rig.open(6).close(at(8), 'minimum');
    expect([rig.begun.length, rig.empty.length]).toEqual([1, 1]);
  });

  it('goes on in a second file when the camera reconnects, and mixes nothing', async () => {
    rig.stream(4);
    const recorder = rig.open(4);
    rig.stream(6);
    rig.reconnect();
    rig.clock.advance(3_000);
    rig.stream(12);
    await recorder.close(at(11), 'maximum');
    expect(rig.begun.map(({ clip }) => clip.epoch)).toEqual([1, 2]);
    expect(rig.begun[1]?.preRoll).toBeNull();
    expect(rig.reasons()).toEqual(['interrupted', 'maximum']);
    expect(rig.times(0).at(-1)).toBeLessThanOrEqual(6);
    expect(rig.times(1)[0]).toBeGreaterThanOrEqual(9);
  });

  it('makes no empty file of a camera that comes back only after the end', async () => {
    rig.stream(4);
    const recorder = rig.open(4);
    rig.stream(6);
    rig.reconnect();
    rig.clock.advance(3_000);
    rig.pushOnly(10);
    await recorder.close(at(7), 'minimum');
    expect(rig.begun).toHaveLength(1);
    expect(rig.over.map(({ end }) => end.ok)).toEqual([true]);
  });

  it('takes over in a new file when the muxer is lost, without a gap', async () => {
    rig.stream(4);
    const recorder = rig.open(4);
    rig.stream(7);
    rig.bridge.muxes[0]?.fail({ kind: 'hostLost', message: 'killed' });
    await Promise.resolve();
    rig.stream(9);
    await recorder.close(at(9), 'minimum');
    expect(rig.bridge.muxes).toHaveLength(2);
    expect(rig.times(1)[0]).toBeLessThanOrEqual(rig.times(0).at(-1) ?? 0);
    expect(rig.times(1).at(-1)).toBeCloseTo(9);
    expect(rig.over.map(({ end }) => end.ok)).toEqual([false, true]);
  });

  it.each([
    [30, 'the keyframe before what is not on the disk', 5],
    [0, 'the first picture where nothing is on the disk', 4],
    [75, 'the keyframe before what comes next where all is on the disk', 6],
  ])('goes on where a muxer that is lost has left off: %i pictures, %s', async (onDisk, _, first) => {
    rig.stream(4.04);
    const recorder = rig.open(4.04);
    rig.stream(6.96);
    rig.onDisk = onDisk;
    rig.bridge.muxes[0]?.fail({ kind: 'hostLost', message: 'killed' });
    await settle();
    rig.stream(9);
    await recorder.close(at(9), 'minimum');
    expect(rig.times(1)[0]).toBeCloseTo(first + FRAME / 1e6);
    expect([rig.times(1).at(-1), rig.begun.length, rig.lostPictures]).toEqual([9, 2, 0]);
  });

  it('writes what was lost with the muxer at the end of a file, and nothing else', async () => {
    await rig.loseMuxerAtEnd(110);
    expect(rig.reasons()).toEqual(['minimum', 'minimum']);
    expect([rig.times(1)[0], rig.times(1).at(-1)]).toEqual([8.04, 9]);
    expect([rig.begun.length, rig.lostPictures]).toEqual([2, 0]);
  });

  it('begins no other file when all is on the disk of one whose muxer is lost at its end', async () => {
    await rig.loseMuxerAtEnd();
    expect([rig.begun.length, rig.lostPictures]).toEqual([1, 0]);
  });

  it.each([
    { disk: 'still fails', refuses: true, files: 1, lost: 50 },
    { disk: 'works again', refuses: false, files: 2, lost: 0 },
  ])(
    'tries once more at the end, however soon that is, and tells what cannot be written: the disk $disk',
    async (each) => {
      rig.stream(4.04);
      const recorder = rig.open(4.04);
      rig.stream(7);
      rig.onDisk = 50;
      rig.bridge.muxes[0]?.fail({ kind: 'error', failure: 'file', code: 'disk', message: 'full' });
      await settle();
      rig.stream(8);
      rig.refuses = each.refuses;
      await recorder.close(at(8), 'minimum');
      expect([rig.begun.length, rig.lostPictures]).toEqual([each.files, each.lost]);
    },
  );

  it('begins no file while the bridge would refuse it, and then goes on without a gap', async () => {
    rig.stream(4);
    const recorder = rig.open(4);
    rig.stream(7);
    rig.bridge.muxes[0]?.fail({ kind: 'hostLost', message: 'killed', retryInMs: 4_000 });
    await settle();
    rig.stream(10.5);
    expect(rig.bridge.muxes).toHaveLength(1);
    rig.stream(12);
    await recorder.close(at(12), 'minimum');
    expect(rig.bridge.muxes).toHaveLength(2);
    expect(rig.times(1)[0]).toBeLessThanOrEqual(rig.times(0).at(-1) ?? 0);
  });

  it('counts what the ring let go while no file could take over', async () => {
    rig.stream(4);
    const recorder = rig.open(4);
    rig.stream(7);
    rig.refuses = true;
    rig.bridge.muxes[0]?.fail({ kind: 'error', failure: 'file', code: 'disk', message: 'full' });
    await settle();
    rig.stream(40);
    rig.refuses = false;
    rig.stream(44);
    await recorder.close(at(44), 'maximum');
    const [before, after] = [rig.times(0).at(-1) ?? 0, rig.times(1)[0] ?? 0];
    expect(after - before).toBeGreaterThan(10);
    const overlap = 2 * 25;
    expect(rig.over[1]?.end.lostUnits).toBeGreaterThanOrEqual(Math.floor((after - before) * 25) - 1);
    expect(rig.over[1]?.end.lostUnits).toBeLessThanOrEqual(Math.ceil((after - before) * 25) + overlap);
  });

  it('tries again after a while when no file can be made, and not with every unit', async () => {
    rig.refuses = true;
    rig.stream(4);
    let asked = 0;
    const begin = rig.begin.bind(rig);
    rig.begin = (...args) => {
      asked++;
      return begin(...args);
    };
    const recorder = rig.open(4);
    rig.stream(9);
    expect(asked).toBeLessThanOrEqual(3);
    rig.refuses = false;
    rig.stream(13);
    expect(rig.begun).toHaveLength(1);
    await recorder.close(at(13), 'minimum');
  });

  it('reads no further ahead than the muxer keeps up, and catches up at the end', async () => {
    rig.stream(3);
    const recorder = rig.open(3);
    const mux = rig.bridge.muxes[0] as FakeMux;
    const before = mux.written.length;
    mux.backlogBytes = 100 * 1024 * 1024;
    rig.stream(6);
    expect(mux.written).toHaveLength(before);
    await recorder.close(at(6), 'minimum');
    expect(rig.times(0).at(-1)).toBeCloseTo(6);
  });

  it('counts what the ring let go before a slow muxer took it, and goes on at a keyframe', async () => {
    rig.stream(3);
    const recorder = rig.open(3);
    const mux = rig.bridge.muxes[0] as FakeMux;
    mux.backlogBytes = 100 * 1024 * 1024;
    rig.stream(30);
    mux.backlogBytes = 0;
    rig.stream(31);
    await recorder.close(at(31), 'maximum');
    const [over] = rig.over;
    expect(over?.end.lostUnits).toBeGreaterThan(100);
    const jump = mux.written.findIndex(
      (unit, index) => index > 0 && (unit.pts ?? 0) - (mux.written[index - 1]?.pts ?? 0) > seconds(1),
    );
    expect(mux.written[jump]?.key).toBe(true);
  });
});
