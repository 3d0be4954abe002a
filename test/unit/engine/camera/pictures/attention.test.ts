import { beforeEach, describe, expect, it } from 'vitest';
import { GopRing } from '../../../../../engine/camera/gop-ring.js';
import { CameraPictures } from '../../../../../engine/camera/pictures/pictures.js';
import type { PictureFeed } from '../../../../../engine/camera/pictures/types.js';
import { parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';
import { silentLogger } from '../../../../../engine/core/log.js';
import { type MediaTime, seconds } from '../../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../../engine/metrics/metrics.js';
import { FakeBridge, type FakeDecode, H264_CAPS, latest } from '../../../../kit/fake-bridge.js';
import { FakeClock } from '../../../../kit/fake-clock.js';
import { FRAME, unitAt } from '../../../../kit/units.js';

const GOP = 50;

/** A consumer that judges each picture at once, and sees what the test tells it to. */
class Judge {
  readonly feed: PictureFeed;
  /** Media times of what it has judged for good, and of the pictures that came again. */
  readonly judged: number[] = [];
  readonly again: number[] = [];
  readonly rewoundTo: number[] = [];
  slightly = false;
  differs = false;
  moves = false;
  /** If it moves: how long one picture counts for all, in µs. */
  covers: number | undefined;
  /** False: pictures wait for `judge`. */
  prompt = true;
  canRewind = true;
  readonly #waiting: number[] = [];

  constructor(pictures: CameraPictures, policy = 'adaptive') {
    this.feed = pictures.open(
      { width: 320, format: 'i420', policy: parseDecodePolicy(policy)! },
      {
        onPicture: ({ pts }) => {
          this.#waiting.push(pts);
          if (this.prompt) this.judge();
        },
        onRewind: (to) => {
          if (this.canRewind) this.rewoundTo.push(to);
          return this.canRewind;
        },
      },
    );
  }

  judge(): void {
    for (const pts of this.#waiting.splice(0)) {
      const { slightly, differs, moves, covers } = this;
      const coversUntil = moves && covers !== undefined ? ((pts + covers) as MediaTime) : undefined;
      if (this.feed.judged({ pts, slightly, differs: differs || moves, moves, coversUntil })) this.again.push(pts);
      else this.judged.push(pts);
    }
  }
}

class Rig {
  readonly clock = new FakeClock();
  readonly ring = new GopRing({ spanMicros: 0 });
  readonly bridge = new FakeBridge();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly camera = this.metrics.camera('camera');
  late: number | undefined;
  readonly pictures = new CameraPictures({
    ...{ bridge: this.bridge, clock: this.clock, log: silentLogger(), ring: this.ring, owner: 'a camera' },
    ...{ blindAfter: seconds(5), metrics: this.camera, timings: this.metrics },
    capsOf: () => H264_CAPS,
    onLate: (most) => {
      this.late = most;
      this.ring.setSpan(most);
    },
  });
  gop = GOP;
  bytes = 1000;
  #frame = 0;
  #shown = 0;
  #decoder: FakeDecode | undefined;

  get decoder(): FakeDecode {
    return latest(this.bridge.decodes);
  }

  /** Fed to the decoder since this was last asked, in seconds. */
  fed(): number[] {
    return this.decoder.fed.splice(0).map(({ pts }) => (pts ?? Number.NaN) / 1e6);
  }

  get promotions(): Record<string, number> {
    const causes = ['keyframe', 'size', 'unseen', 'joined', 'check'];
    return Object.fromEntries(causes.map((cause) => [cause, this.camera.promotions(cause).value]));
  }

  /** 25 units a second; the decoder gives the picture of every unit at once. */
  stream(count: number, more: { settling?: number } = {}): void {
    for (let i = 0; i < count; i++) {
      this.clock.advance(FRAME / 1000);
      const bytes = this.#frame % this.gop === 0 ? 8000 : this.bytes + (this.#frame % 7);
      const unit = unitAt(this.#frame++, { gop: this.gop, bytes, at: this.clock.monotonic() });
      this.pictures.unit(this.ring.push({ ...unit, ...more }));
      this.show();
    }
  }

  /** Pictures of what has been fed and not been shown come out. */
  show(): void {
    const { decoder } = this;
    if (decoder !== this.#decoder) this.#shown = 0;
    this.#decoder = decoder;
    for (; this.#shown < decoder.fed.length; this.#shown++) decoder.picture(decoder.fed[this.#shown]!.pts!);
  }

  /** Until keyframes alone are decoded, and one has been looked at. */
  calm(): void {
    for (let i = 0; i < 1000 && !this.pictures.glances; i++) this.stream(1);
    expect(this.pictures.glances).toBe(true);
    this.forget();
  }

  forget(): void {
    this.decoder.fed.length = 0;
    this.#shown = 0;
  }
}

describe('a camera in front of which nothing moves', () => {
  let rig: Rig;
  let judge: Judge;
  beforeEach(() => {
    rig = new Rig();
    judge = new Judge(rig.pictures);
  });

  it('is watched at first, and glanced at from a keyframe on', () => {
    rig.stream(5 * 25);
    expect(rig.decoder.fed).toHaveLength(125);
    rig.calm();
    rig.stream(4 * GOP);
    expect(rig.decoder.fed.map(({ key }) => key)).toEqual([true, true, true, true]);
    // Thinning would leave out one that comes soon after another picture.
    expect(rig.decoder.wanted.slice(-4)).toEqual(rig.decoder.fed.map(({ pts }) => pts));
    expect(rig.promotions).toEqual({ keyframe: 0, size: 0, unseen: 0, joined: 0, check: 0 });
  });

  it('is watched on where its keyframes are far apart', () => {
    rig.gop = 125;
    rig.stream(25 * 20);
    expect([rig.pictures.glances, rig.decoder.fed.length]).toEqual([false, 500]);
  });

  it('is watched on where pictures become right bit by bit', () => {
    rig.stream(25 * 20, { settling: FRAME * 10 });
    expect(rig.pictures.glances).toBe(false);
  });

  it('is watched on while nothing is judged', () => {
    judge.prompt = false;
    rig.stream(25 * 20);
    expect(rig.pictures.glances).toBe(false);
    judge.judge();
    rig.stream(GOP);
    expect(rig.pictures.glances).toBe(true);
  });

  it('is glanced at although judging is seconds late, and watched again if one of the pictures before has moved', () => {
    rig.stream(5 * 25);
    judge.prompt = false;
    for (let i = 0; i < 200 && !rig.pictures.glances; i++) rig.stream(1);
    expect(rig.pictures.glances).toBe(true);
    judge.moves = true;
    judge.judge();
    expect(rig.pictures.glances).toBe(false);
  });

  it('is glanced at about once a second where every picture is a keyframe', () => {
    rig.gop = 1;
    rig.calm();
    rig.stream(25 * 10);
    expect(rig.decoder.fed.length).toBeGreaterThanOrEqual(9);
    expect(rig.decoder.fed.length).toBeLessThanOrEqual(11);
  });

  it('is glanced at less often if the user wants that, and no less than every ten seconds', () => {
    judge.feed.close();
    judge = new Judge(rig.pictures, 'adaptive:1/3');
    rig.calm();
    rig.stream(6 * GOP);
    expect(rig.decoder.fed).toHaveLength(2);
    judge.feed.close();
    judge = new Judge(rig.pictures, 'adaptive:1/5');
    rig.gop = 75;
    rig.calm();
    rig.stream(9 * 75);
    expect(rig.decoder.fed).toHaveLength(3);
  });

  it('has all of its past since the keyframe before in the ring', () => {
    rig.calm();
    rig.stream(10 * GOP);
    expect(rig.late).toBeGreaterThanOrEqual(seconds(4.5));
    expect(rig.late).toBeLessThan(seconds(6));
    judge.feed.close();
    expect(rig.late).toBe(0);
  });

  it('is behind by what has not been looked at', () => {
    rig.calm();
    rig.stream(GOP + 25);
    expect(judge.feed.lag()).toBe(rig.ring.newest!.pts - judge.judged.at(-1)!);
    expect(judge.feed.lag()).toBeGreaterThan(seconds(0.9));
  });
});

describe('when a keyframe differs', () => {
  let rig: Rig;
  let judge: Judge;
  beforeEach(() => {
    rig = new Rig();
    judge = new Judge(rig.pictures);
    rig.calm();
    rig.stream(2 * GOP);
    rig.forget();
    judge.judged.length = 0;
    judge.differs = true;
    // Up to the next keyframe.
    rig.stream(GOP);
  });

  it('every unit is decoded from the keyframe before on, and pictures come in order', () => {
    const times = rig.decoder.fed.map(({ pts }) => pts!);
    const [glance, before] = times;
    expect(glance! - before!).toBe(GOP * FRAME);
    expect(times.slice(1, 1 + GOP)).toEqual(Array.from({ length: GOP }, (_, i) => before! + i * FRAME));
    expect(judge.again).toEqual([glance]);
    expect(judge.rewoundTo).toEqual([before]);
    expect(judge.judged).toEqual(judge.judged.toSorted((a, b) => a - b));
    expect(judge.judged[0]).toBeGreaterThan(before!);
    expect(rig.promotions).toEqual({ keyframe: 1, size: 0, unseen: 0, joined: 0, check: 0 });
  });

  it('and the one before it did slightly, units are decoded from before that on', () => {
    const rig = new Rig();
    const judge = new Judge(rig.pictures);
    rig.calm();
    rig.stream(2 * GOP);
    const before = judge.judged.at(-1)!;
    expect(judge.feed.leadsBack).toBe(true);
    judge.slightly = true;
    rig.stream(GOP);
    const slight = judge.judged.at(-1)!;
    // It may be judged anew, so that nothing after the one before is known for good.
    expect(judge.feed.lag()).toBe(rig.ring.newest!.pts - before);
    rig.forget();
    judge.differs = true;
    const [{ length: judged }] = [judge.judged];
    rig.stream(GOP);
    expect([slight - before, judge.rewoundTo]).toEqual([GOP * FRAME, [before]]);
    expect(rig.decoder.fed[1]?.pts).toBe(before);
    expect(judge.judged[judged]).toBeGreaterThan(before);
    expect(judge.judged[judged]).toBeLessThanOrEqual(before + 5 * FRAME);
  });

  it('slightly, and the next one not more, nobody looks, and the next but one leads back no further', () => {
    const rig = new Rig();
    const judge = new Judge(rig.pictures);
    rig.calm();
    judge.slightly = true;
    const seen: boolean[] = [];
    for (let n = 0; n < 4; n++) {
      rig.stream(GOP);
      seen.push(judge.feed.leadsBack);
    }
    expect([rig.pictures.glances, rig.promotions['keyframe']]).toEqual([true, 0]);
    expect(seen).toEqual([true, false, true, false]);
    judge.differs = true;
    const newest = judge.judged.at(-1)!;
    rig.stream(GOP);
    expect(judge.rewoundTo).toEqual([newest]);
  });

  it('five pictures a second come, as with fps:5', () => {
    const apart = judge.judged.map((pts, i) => pts - (judge.judged[i - 1] ?? pts)).slice(1);
    expect(new Set(apart)).toEqual(new Set([5 * FRAME]));
  });

  it('it is watched for as long as something moves, and two seconds more', () => {
    judge.moves = true;
    rig.stream(5 * GOP);
    expect(rig.pictures.glances).toBe(false);
    judge.moves = false;
    judge.differs = false;
    const [{ pts: before }] = [rig.ring.newest!];
    for (let i = 0; i < 500 && !rig.pictures.glances; i++) rig.stream(1);
    expect(rig.ring.newest!.pts - before).toBeGreaterThan(seconds(1.7));
    expect(rig.ring.newest!.pts - before).toBeLessThan(seconds(4.1));
  });

  it('nothing is behind once it has caught up', () => {
    judge.differs = false;
    rig.stream(5);
    expect(judge.feed.lag()).toBe(0);
  });
});

describe('where nothing is judged in time', () => {
  let rig: Rig;
  let judge: Judge;
  beforeEach(() => {
    rig = new Rig();
    judge = new Judge(rig.pictures);
    rig.calm();
    rig.stream(2 * GOP);
    rig.forget();
  });

  it('other consumers are waited for before pictures come again', () => {
    const rig = new Rig();
    const prompt = new Judge(rig.pictures);
    const slow = new Judge(rig.pictures);
    rig.calm();
    rig.stream(2 * GOP);
    slow.prompt = false;
    prompt.differs = true;
    rig.stream(GOP);
    expect([prompt.again.length, prompt.rewoundTo.length, slow.rewoundTo.length]).toEqual([1, 0, 0]);
    slow.judge();
    expect([slow.again.length, prompt.rewoundTo.length, slow.rewoundTo.length]).toEqual([1, 1, 1]);
    expect(rig.pictures.glances).toBe(false);
  });

  it('a picture that could not be judged is no picture in which nothing moves', () => {
    judge.prompt = false;
    rig.stream(GOP);
    const before = judge.judged.at(-1)!;
    judge.feed.missed('detectorError', 'it failed');
    // The next may tell of both.
    expect([rig.pictures.glances, judge.feed.lag()]).toEqual([true, rig.ring.newest!.pts - before]);
    rig.stream(GOP);
    judge.feed.missed('detectorError', 'it failed again');
    expect(rig.pictures.glances).toBe(false);
    expect(rig.promotions['keyframe']).toBe(1);
    expect(judge.rewoundTo).toEqual([before]);
  });

  it('a keyframe whose picture never comes is given up after a few more', () => {
    judge.prompt = false;
    rig.stream(5 * GOP);
    expect(rig.promotions['unseen']).toBe(1);
    expect(rig.pictures.glances).toBe(false);
  });

  it('a consumer that leaves is not waited for', () => {
    const other = new Judge(rig.pictures);
    rig.calm();
    other.prompt = false;
    judge.differs = true;
    rig.stream(GOP);
    expect(rig.pictures.glances).toBe(true);
    other.feed.close();
    expect(rig.pictures.glances).toBe(false);
  });

  it('a consumer that cannot go back goes on from where it is', () => {
    judge.canRewind = false;
    judge.differs = true;
    const newest = judge.judged.at(-1)!;
    rig.stream(GOP + 25);
    expect(judge.judged.filter((pts) => pts > newest).every((pts) => pts > judge.again[0]!)).toBe(true);
    expect(rig.pictures.glances).toBe(false);
  });

  it('a decoder that replaces a lost one begins where judging has ended', () => {
    const settled = judge.judged.at(-1)!;
    judge.prompt = false;
    rig.stream(GOP);
    rig.decoder.end({ kind: 'hostLost', message: 'it died' });
    rig.clock.advance(300);
    rig.stream(1);
    expect(rig.decoder.fed[0]?.pts).toBe(settled);
    expect(rig.decoder.fed.at(-1)?.pts).toBe(rig.ring.newest!.pts);
  });

  it('keyframes that stop coming are no reason to wait', () => {
    rig.gop = 100_000;
    rig.stream(25 * 6);
    expect(rig.promotions['unseen']).toBe(1);
  });
});

describe('when units grow', () => {
  it('they are decoded from the last keyframe on, and what moved between two keyframes is seen', () => {
    const rig = new Rig();
    const judge = new Judge(rig.pictures);
    rig.calm();
    rig.stream(8 * GOP + 10);
    rig.forget();
    const key = judge.judged.at(-1)!;
    rig.bytes = 2500;
    rig.stream(15);
    expect(rig.promotions).toEqual({ keyframe: 0, size: 1, unseen: 0, joined: 0, check: 0 });
    expect(rig.decoder.fed[0]?.pts).toBe(key);
    expect(judge.rewoundTo).toEqual([]);
    expect(judge.judged.at(-1)).toBeGreaterThan(key);
    expect(judge.judged).toEqual([...new Set(judge.judged)]);
  });

  it('for good, that becomes usual', () => {
    const rig = new Rig();
    new Judge(rig.pictures);
    rig.calm();
    rig.stream(8 * GOP);
    rig.bytes = 2500;
    rig.stream(60 * GOP);
    const { size } = rig.promotions;
    rig.stream(20 * GOP);
    expect([rig.promotions['size'], rig.pictures.glances]).toEqual([size, true]);
  });
});

describe('of several consumers', () => {
  it('one that wants pictures at any time has them decoded for all', () => {
    const rig = new Rig();
    new Judge(rig.pictures);
    const other = new Judge(rig.pictures, 'fps:2');
    rig.stream(25 * 20);
    expect(rig.pictures.policy).toEqual({ kind: 'fps', fps: 5 });
    expect(rig.pictures.glances).toBe(false);
    other.feed.close();
    rig.forget();
    rig.stream(25 * 20);
    expect(rig.pictures.glances).toBe(true);
  });

  it('one that joins does not know the place, so that all is decoded for it', () => {
    const rig = new Rig();
    new Judge(rig.pictures);
    rig.calm();
    const late = new Judge(rig.pictures);
    expect([rig.pictures.glances, rig.promotions['joined']]).toEqual([false, 1]);
    rig.stream(2 * GOP);
    expect(late.feed.lag()).toBe(0);
    expect(late.judged.length).toBeGreaterThan(15);
    rig.stream(3 * GOP);
    expect(rig.pictures.glances).toBe(true);
  });

  it('those that do not judge get no picture twice', () => {
    const rig = new Rig();
    const judge = new Judge(rig.pictures);
    const seen: number[] = [];
    rig.pictures.open(
      { width: 320, format: 'i420', policy: { kind: 'keyframes' } },
      { onPicture: ({ pts }) => seen.push(pts) },
    );
    rig.calm();
    rig.stream(2 * GOP);
    judge.differs = true;
    rig.stream(2 * GOP);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  });
});

describe('while something moves', () => {
  let rig: Rig;
  let judge: Judge;
  beforeEach(() => {
    rig = new Rig();
    judge = new Judge(rig.pictures);
    judge.moves = true;
    judge.covers = seconds(10);
    // The place is known by then.
    rig.stream(4 * GOP);
    rig.forget();
  });

  /** Of the units of ten groups of pictures, those that were decoded. */
  const share = (): number => rig.decoder.fed.length / (10 * GOP);

  it('everything is decoded where each picture counts', () => {
    judge.covers = undefined;
    rig.stream(GOP);
    rig.forget();
    rig.stream(10 * GOP);
    expect(share()).toBe(1);
  });

  it('keyframes alone tell that it still does, and a closer look every eight seconds', () => {
    rig.stream(10 * GOP);
    expect(rig.pictures.glances).toBe(true);
    expect(share()).toBeGreaterThan(0.15);
    expect(share()).toBeLessThan(0.35);
    expect(rig.promotions).toEqual({ keyframe: 0, size: 0, unseen: 0, joined: 0, check: 2 });
    expect(judge.again).toEqual([]);
    expect(judge.judged).toEqual(judge.judged.toSorted((a, b) => a - b));
    // Never further apart than keyframes.
    expect(Math.max(...judge.judged.slice(1).map((pts, i) => pts - judge.judged[i]!))).toBeLessThanOrEqual(GOP * FRAME);
  });

  it('everything is decoded before the place is known', () => {
    const fresh = new Rig();
    const other = new Judge(fresh.pictures);
    Object.assign(other, { moves: true, covers: seconds(10) });
    fresh.stream(3 * GOP);
    expect(fresh.decoder.fed).toHaveLength(3 * GOP);
  });

  it('everything is decoded where one picture does not count until the next keyframe', () => {
    judge.covers = seconds(1.9);
    rig.stream(GOP);
    rig.forget();
    rig.stream(10 * GOP);
    expect(share()).toBe(1);
  });

  it('and a keyframe says that it does no longer, the pictures since the one before tell when it stopped', () => {
    rig.stream(2 * GOP);
    expect(rig.pictures.glances).toBe(true);
    const before = judge.judged.at(-1)!;
    judge.moves = false;
    rig.stream(GOP);
    expect(judge.again).toEqual([before + GOP * FRAME]);
    expect(judge.rewoundTo).toEqual([before]);
    expect(judge.judged[judge.judged.indexOf(before) + 1]).toBeLessThanOrEqual(before + 5 * FRAME);
    expect(rig.promotions['keyframe']).toBe(1);
    rig.stream(3 * GOP);
    expect(rig.pictures.glances).toBe(true);
  });

  it('and a picture stops to count for what comes after it, everything is decoded from that on', () => {
    rig.stream(2 * GOP);
    const before = judge.judged.at(-1)!;
    judge.covers = seconds(1);
    rig.stream(GOP);
    expect(rig.pictures.glances).toBe(false);
    expect([judge.again, rig.promotions['check']]).toEqual([[], 1]);
    expect(judge.judged.slice(judge.judged.indexOf(before), -1)[1]).toBe(before + GOP * FRAME);
  });

  it('units that cost much say nothing new', () => {
    rig.bytes = 4000;
    rig.stream(4 * GOP);
    expect([rig.promotions['size'], share() < 0.3]).toEqual([0, true]);
  });

  it('everything is decoded where two detectors judge', () => {
    const other = new Judge(rig.pictures);
    Object.assign(other, { moves: true, covers: seconds(10) });
    rig.stream(4 * GOP);
    rig.forget();
    rig.stream(10 * GOP);
    expect(share()).toBe(1);
  });
});
