import { beforeEach, describe, expect, it } from 'vitest';
import type { Picture, PictureFormat } from '../../../../../bridge/index.js';
import { GopRing } from '../../../../../engine/camera/gop-ring.js';
import { CameraPictures } from '../../../../../engine/camera/pictures/pictures.js';
import type { PictureFeed } from '../../../../../engine/camera/pictures/types.js';
import { type DecodePolicy, parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';
import { silentLogger } from '../../../../../engine/core/log.js';
import { seconds } from '../../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../../engine/metrics/metrics.js';
import { FakeBridge, type FakeDecode, H264_CAPS, latest } from '../../../../kit/fake-bridge.js';
import { FakeClock } from '../../../../kit/fake-clock.js';
import { FRAME, unitAt } from '../../../../kit/units.js';

class Rig {
  readonly clock = new FakeClock();
  readonly ring = new GopRing({ spanMicros: seconds(5) });
  readonly bridge = new FakeBridge();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly camera = this.metrics.camera('camera');
  readonly blind: Array<string | null> = [];
  readonly feeds: PictureFeed[] = [];
  #frame = 0;
  readonly pictures = new CameraPictures({
    bridge: this.bridge,
    clock: this.clock,
    log: silentLogger(),
    ring: this.ring,
    capsOf: () => H264_CAPS,
    onLate: () => {},
    owner: 'a camera',
    blindAfter: seconds(5),
    metrics: this.camera,
    timings: this.metrics,
  });

  get decoder(): FakeDecode {
    return latest(this.bridge.decodes);
  }

  watch(policy: string): () => void {
    return this.want(parseDecodePolicy(policy)!);
  }

  want(policy: DecodePolicy): () => void {
    const feed = this.pictures.open(
      { width: 320, format: 'i420', policy },
      { onPicture: () => {}, onBlind: (cause) => this.blind.push(cause) },
    );
    this.feeds.push(feed);
    return () => feed.close();
  }

  /** Pictures of a size, as they come. */
  look(width: number, policy: string, format: PictureFormat = 'i420'): Picture[] {
    const seen: Picture[] = [];
    this.pictures.open({ width, format, policy: parseDecodePolicy(policy)! }, { onPicture: (one) => seen.push(one) });
    return seen;
  }

  /** Frames at 25 a second, a keyframe every `gop`. */
  stream(count: number, gop = 25, epoch = 1, more: { settling?: number } = {}): void {
    for (let i = 0; i < count; i++) {
      this.clock.advance(FRAME / 1000);
      const unit = unitAt(this.#frame++, { gop, bytes: 8, epoch, at: this.clock.monotonic() });
      this.pictures.unit(this.ring.push({ ...unit, ...more }));
    }
  }

  judge(): void {
    for (const feed of this.feeds) feed.judged();
  }
}

describe('CameraPictures', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('decodes nothing while nobody watches', () => {
    rig.stream(50);
    expect(rig.bridge.decodes).toEqual([]);
  });

  it('feeds every unit with fps and full, and lets the decoder thin for fps', () => {
    rig.watch('fps:5');
    rig.stream(50);
    expect(rig.decoder.fed).toHaveLength(50);
    expect(rig.decoder.spec).toMatchObject({ pictures: [{ width: 320, format: 'i420' }], maxFps: 5 });
  });

  it('feeds keyframes alone with keyframes', () => {
    rig.watch('keyframes');
    rig.stream(100);
    expect(rig.decoder.fed.map((unit) => unit.key)).toEqual([true, true, true, true]);
  });

  it('feeds five keyframes a second with keyframes where every picture is one', () => {
    rig.watch('keyframes');
    rig.stream(100, 1);
    expect(rig.decoder.fed).toHaveLength(20);
  });

  it.each([
    ['a picture in five seconds', 0.2, 300, 25, 3],
    ['a picture a second, a keyframe a second', 1, 250, 25, 10],
    ['five a second, where every picture is a keyframe', 5, 250, 1, 50],
  ])('feeds nothing but keyframes, and few of them, for %s', (_what, fps, frames, gop, most) => {
    rig.want({ kind: 'fps', fps });
    rig.stream(frames, gop);
    // How far keyframes are apart shows with the second.
    const sparse = rig.decoder.fed.slice(gop);
    expect(sparse.every(({ key }) => key)).toBe(true);
    expect(sparse.length).toBeLessThanOrEqual(most);
    expect(sparse.length).toBeGreaterThanOrEqual(most - 2);
  });

  it('feeds every unit again when keyframes become rarer than the pictures that are wanted', () => {
    rig.want({ kind: 'fps', fps: 1 });
    rig.stream(75, 25);
    rig.stream(25, 1_000);
    const before = rig.decoder.fed.length;
    rig.stream(900 + 1_000, 1_000);
    expect(rig.decoder.fed.length - before).toBeGreaterThan(900);
  });

  it('calls nobody blind who wants a picture in ten seconds', () => {
    rig.want({ kind: 'fps', fps: 0.1 });
    for (let second = 0; second < 20; second++) rig.stream(25, 50);
    expect(rig.blind).toEqual([]);
    for (let second = 0; second < 20; second++) rig.stream(25, 50);
    expect(rig.blind).toHaveLength(1);
  });

  it('starts at the newest keyframe of the ring when somebody joins between keyframes', () => {
    rig.stream(60);
    rig.watch('full');
    expect(rig.decoder.fed).toHaveLength(10);
    expect(rig.decoder.fed[0]?.key).toBe(true);
  });

  it('takes the strongest policy of all watchers, and the weaker one again when that is gone', () => {
    rig.watch('keyframes');
    const stop = rig.watch('full');
    rig.stream(1);
    expect(rig.pictures.policy).toEqual({ kind: 'full' });
    stop();
    expect(rig.pictures.policy).toEqual({ kind: 'keyframes' });
  });

  it('feeds keyframes alone of a camera that is reduced, whoever asks for more, until it no longer is', () => {
    const stop = rig.watch('full');
    rig.watch('adaptive');
    rig.stream(30);
    rig.pictures.decodeLess('decoderBehind');
    expect(rig.pictures.reduction).toEqual({ cause: 'decoderBehind', since: rig.clock.utc() });
    // It begins at once, with the newest keyframe.
    expect(rig.decoder.fed).toHaveLength(1);
    rig.stream(70);
    expect(rig.decoder.fed.map(({ key }) => key)).toEqual([true, true, true]);
    stop();
    rig.watch('fps:10');
    expect(rig.pictures.policy).toEqual({ kind: 'keyframes' });
    expect(rig.pictures.askedPolicy).toEqual({ kind: 'fps', fps: 10 });
    expect(rig.pictures.glances).toBe(true);
    rig.pictures.decodeAsAsked();
    expect([rig.pictures.policy, rig.pictures.reduction]).toEqual([{ kind: 'fps', fps: 10 }, undefined]);
    const before = rig.decoder.fed.length;
    rig.stream(25);
    expect(rig.decoder.fed).toHaveLength(before + 25);
  });

  it('feeds one keyframe a second of a reduced camera whose pictures are all keyframes', () => {
    rig.watch('fps:5');
    rig.stream(10, 1);
    rig.pictures.decodeLess('detectorBusy');
    rig.stream(100, 1);
    expect(rig.decoder.fed).toHaveLength(5);
  });

  it('takes nobody for blind who has the keyframes of a reduced camera', () => {
    rig.watch('fps:5');
    for (let n = 0; n < 1_200; n++) {
      if (n === 450) rig.pictures.decodeLess('decoderBehind');
      rig.stream(1, 200);
      if (n < 450 || n % 200 === 100) rig.judge();
    }
    expect(rig.blind).toEqual([]);
    // That none is judged is missed all the same.
    rig.stream(400, 200);
    expect(rig.blind).toHaveLength(1);
  });

  it.each<[string, string, number, { settling?: number }, boolean]>([
    ['all is decoded', 'fps:5', 50, {}, true],
    ['keyframes alone are', 'keyframes', 50, {}, false],
    ['keyframes are more than eight seconds apart', 'fps:5', 201, {}, false],
    ['keyframes are eight seconds apart', 'fps:5', 200, {}, true],
    ['pictures become right bit by bit', 'fps:5', 50, { settling: 400_000 }, false],
  ])('says whether a camera could be reduced, where %s', (_what, policy, gop, more, reducible) => {
    rig.watch(policy);
    rig.stream(450, gop, 1, more);
    expect(rig.pictures.takeLoad()).toMatchObject({ reducible, cost: 450 * 640 * 360 });
    expect(rig.pictures.takeLoad().cost).toBe(0);
    rig.pictures.decodeLess('decoderBehind');
    expect(rig.pictures.takeLoad().reducible).toBe(false);
  });

  it('tells whoever watches over the load what was lost since it was asked, by those who are at work', () => {
    rig.watch('full');
    const lose = (): void => {
      rig.decoder.accepts = false;
      rig.stream(3);
      rig.decoder.accepts = true;
      latest(rig.feeds).missed('detectorBusy', 'busy');
      latest(rig.feeds).missed('detectorError', 'failed');
    };
    rig.stream(225);
    rig.decoder.picture();
    lose();
    const nothing = { decoderBehind: 0, detectorBusy: 0 };
    expect(rig.pictures.takeLoad().lost).toEqual(nothing);
    rig.stream(30);
    rig.decoder.picture();
    lose();
    expect(rig.pictures.takeLoad().lost).toEqual({ decoderBehind: 3, detectorBusy: 1 });
    expect(rig.pictures.takeLoad().lost).toEqual(nothing);
    // No picture has come for longer than a slow decoder takes.
    rig.stream(100);
    rig.pictures.takeLoad();
    lose();
    expect(rig.pictures.takeLoad().lost).toEqual(nothing);
  });

  it('skips to the next keyframe when the decoder is behind, and counts every unit left out', () => {
    rig.watch('full');
    rig.stream(10);
    rig.decoder.accepts = false;
    rig.stream(1);
    rig.decoder.accepts = true;
    rig.stream(20);
    const fed = rig.decoder.fed;
    expect(fed).toHaveLength(10 + 6);
    expect(fed[10]?.key).toBe(true);
    expect(rig.camera.dropped('decoderBehind').value).toBe(1 + 14);
  });

  it('starts anew for a new epoch, at its keyframe', () => {
    rig.watch('full');
    rig.stream(25);
    rig.stream(5, 25, 2);
    expect(rig.bridge.decodes).toHaveLength(2);
    expect(rig.bridge.decodes[0]?.over).toBe(true);
    expect(rig.decoder.fed).toHaveLength(5);
  });

  it('replaces none while the bridge would refuse it', async () => {
    const rig = new Rig();
    rig.watch('full');
    rig.stream(1);
    rig.decoder.end({ kind: 'hostLost', message: 'killed', retryInMs: 16_000 });
    await rig.clock.run(15_500, 500);
    rig.stream(1);
    expect(rig.bridge.decodes).toHaveLength(1);
    await rig.clock.run(1_000, 500);
    rig.stream(1);
    expect(rig.bridge.decodes).toHaveLength(2);
    expect(rig.decoder.spec.owner).toBe('a camera');
  });

  it('replaces a decoder that is lost and catches up from the last keyframe', () => {
    rig.watch('full');
    rig.stream(30);
    rig.decoder.end({ kind: 'hostLost', message: 'killed' });
    rig.stream(10);
    expect(rig.bridge.decodes).toHaveLength(2);
    expect(rig.decoder.fed[0]?.key).toBe(true);
    expect(rig.decoder.fed.at(-1)?.pts).toBe(rig.ring.newest?.pts);
    expect(rig.camera.dropped('decoderLost').value).toBe(1);
  });

  it('leaves what is past in the ring until the decoder has room, and loses none of it', () => {
    rig.bridge.room = 0;
    rig.stream(20);
    rig.watch('full');
    rig.stream(5);
    expect(rig.decoder.fed).toEqual([]);
    rig.decoder.room = 8;
    rig.decoder.picture(-1);
    expect(rig.decoder.fed).toHaveLength(25);
    // Units that are not past are not kept waiting: one that does not fit is lost.
    Object.assign(rig.decoder, { room: 0, accepts: false });
    rig.stream(1);
    expect(rig.camera.dropped('decoderBehind').value).toBe(1);
  });

  it('says which pictures come faster than they were taken, also when all of them have been fed', () => {
    rig.stream(20);
    const past = rig.ring.newest!.pts;
    rig.watch('full');
    const [feed] = rig.feeds;
    expect(rig.decoder.fed.at(-1)?.pts).toBe(past);
    rig.stream(1);
    expect([feed!.isOfThePast(past), feed!.isOfThePast(rig.ring.newest!.pts)]).toEqual([true, false]);
  });

  it('waits no longer for a decoder that falls further behind while it catches up', () => {
    rig.bridge.room = 0;
    rig.stream(20);
    rig.watch('full');
    rig.stream(25);
    expect([rig.decoder.fed.length, rig.camera.dropped('decoderBehind').value]).toEqual([0, 0]);
    rig.decoder.accepts = false;
    rig.stream(50);
    expect(rig.camera.dropped('decoderBehind').value).toBe(95);
    Object.assign(rig.decoder, { room: 1000, accepts: true });
    rig.stream(25);
    expect(rig.decoder.fed[0]?.key).toBe(true);
    expect(rig.decoder.fed.at(-1)?.pts).toBe(rig.ring.newest?.pts);
  });

  it('tells the decoder behind which keyframes nothing follows', () => {
    rig.watch('keyframes');
    rig.stream(60);
    expect(rig.decoder.alone).toEqual(rig.decoder.fed.map(({ pts }) => pts));
    rig.watch('fps:5');
    rig.stream(60);
    expect(rig.decoder.alone).toEqual([]);
  });

  it('says once that it is blind when no verdict comes while units do, and once that it sees again', () => {
    rig.watch('fps:5');
    rig.stream(25 * 4);
    expect(rig.blind).toEqual([]);
    rig.stream(25 * 10);
    expect(rig.blind).toHaveLength(1);
    expect(rig.blind[0]).toMatch(/decoder/);
    rig.judge();
    expect(rig.blind.at(-1)).toBeNull();
    expect(rig.blind).toHaveLength(2);
  });

  it('is blind when every decoder dies before its first picture, however often another is started', () => {
    rig.watch('fps:5');
    for (let second = 0; second < 8; second++) {
      rig.stream(25);
      rig.decoder.end({ kind: 'hostLost', message: 'it died' });
    }
    expect(rig.bridge.decodes.length).toBeGreaterThan(2);
    expect(rig.blind).toEqual([expect.stringContaining('it died')]);
  });

  it('is not blind because the camera is away', () => {
    rig.watch('fps:5');
    rig.stream(25);
    rig.judge();
    rig.clock.advance(60_000);
    expect(rig.blind).toEqual([]);
  });

  it('has more patience with keyframes of a long GOP, up to a limit', () => {
    rig.watch('keyframes');
    rig.stream(75 * 3, 75);
    rig.judge();
    rig.stream(25 * 8, 75);
    expect(rig.blind).toEqual([]);
    rig.stream(25 * 8, 75);
    expect(rig.blind).toHaveLength(1);
  });

  it('of keyframes want nothing else, whoever joins when', () => {
    rig.stream(30);
    rig.watch('keyframes');
    rig.stream(10);
    expect(rig.decoder.fed).toHaveLength(1);
    expect(rig.decoder.fed[0]?.key).toBe(true);
  });

  describe('of several sizes', () => {
    it('come out of one decoder, each to those who asked for it', () => {
      const small = rig.look(320, 'full');
      const large = rig.look(640, 'full', 'rgb');
      const alsoSmall = rig.look(320, 'full');
      rig.stream(3);
      expect(rig.bridge.decodes.filter(({ over }) => !over)).toHaveLength(1);
      expect(rig.decoder.spec.pictures).toEqual([
        { width: 320, format: 'i420' },
        { width: 640, format: 'rgb' },
      ]);
      rig.decoder.picture();
      expect(small.map(({ width, height }) => [width, height])).toEqual([[320, 180]]);
      expect(alsoSmall).toHaveLength(1);
      expect(large.map(({ width, format }) => [width, format])).toEqual([[640, 'rgb']]);
      expect(rig.camera.decoded.value).toBe(1);
    });

    it('begin with the newest keyframe again when a size joins or leaves', () => {
      rig.watch('full');
      rig.stream(30);
      const feed = rig.pictures.open({ width: 640, format: 'i420', policy: { kind: 'full' } }, { onPicture: () => {} });
      expect(rig.bridge.decodes).toHaveLength(2);
      expect(rig.decoder.fed).toHaveLength(5);
      feed.close();
      expect(rig.bridge.decodes).toHaveLength(3);
      expect(rig.decoder.spec.pictures).toEqual([{ width: 320, format: 'i420' }]);
    });

    it('are refused beyond four, with what to do', () => {
      for (const width of [160, 320, 640, 1280]) rig.look(width, 'full');
      expect(() => rig.look(1920, 'full')).toThrow(/at most 4 sizes/);
      rig.look(640, 'full');
    });
  });

  it('come at the rate that a consumer asks for, however many are decoded for others', () => {
    const all = rig.look(320, 'full');
    const few = rig.look(320, 'fps:5');
    for (let i = 0; i < 50; i++) {
      rig.stream(1);
      rig.decoder.picture();
    }
    expect(all).toHaveLength(50);
    expect(few).toHaveLength(10);
  });

  describe('of keyframes, for those who stand by', () => {
    /** Times of the pictures that somebody has got who wants each keyframe that is at least so far from the one before. */
    const standBy = (width = 320, apart = 0): { got: { at: number; width: number }[]; leave: () => void } => {
      const got: { at: number; width: number }[] = [];
      let last = Number.NEGATIVE_INFINITY;
      const leave = rig.pictures.standBy({
        width,
        wants: ({ pts }) => {
          if (pts - last < apart) return false;
          last = pts;
          return true;
        },
        onPicture: (picture, key) => {
          expect(picture.pts).toBe(key.pts);
          got.push({ at: key.pts, width: picture.width });
        },
      });
      return { got, leave };
    };
    const streamAndShow = (count: number): void => {
      for (let i = 0; i < count; i++) {
        rig.stream(1);
        if (rig.bridge.decodes.length > 0 && !rig.decoder.over) rig.decoder.picture();
      }
    };

    it('are not decoded for them', () => {
      const { got } = standBy();
      streamAndShow(60);
      expect(rig.bridge.decodes).toHaveLength(0);
      const stop = rig.watch('full');
      rig.decoder.picture(rig.decoder.fed[0]?.pts ?? undefined);
      streamAndShow(50);
      stop();
      streamAndShow(50);
      expect(rig.bridge.decodes.filter(({ over }) => !over)).toHaveLength(0);
      // The one in the ring with which it begins, and those that came.
      expect(got).toHaveLength(3);
    });

    it.each(['fps:5', 'full', 'keyframes'])('come out with %s, those that are wanted and no others', (policy) => {
      rig.watch(policy);
      const { got, leave } = standBy(320, seconds(2));
      for (let i = 0; i < 6; i++) {
        rig.stream(1);
        rig.decoder.picture();
        rig.stream(24);
        // What a decoder shows without being asked.
        rig.decoder.picture(rig.ring.newest!.pts);
      }
      expect(rig.decoder.wanted).toHaveLength(3);
      expect(got.map(({ at }) => at)).toEqual(rig.decoder.wanted);
      leave();
      streamAndShow(100);
      expect(rig.decoder.wanted).toHaveLength(3);
    });

    it('are of the size that is next to theirs', () => {
      for (const width of [160, 640, 1280]) rig.look(width, 'full');
      const seen = [100, 320, 640, 2000].map((width) => standBy(width));
      rig.stream(1);
      rig.decoder.picture();
      expect(seen.map(({ got }) => got.map(({ width }) => width))).toEqual([[160], [640], [640], [1280]]);
    });

    it('do not come to those who have left meanwhile, nor of a decoder that was lost', () => {
      rig.watch('full');
      const { got, leave } = standBy();
      const other = standBy();
      rig.stream(1);
      leave();
      rig.decoder.end({ kind: 'hostLost', message: 'the host died' });
      rig.clock.advance(1000);
      rig.stream(1);
      rig.decoder.picture();
      expect(got).toEqual([]);
      expect(other.got.length).toBeLessThanOrEqual(1);
      for (const { at } of other.got) expect(rig.decoder.wanted).toContain(at);
    });

    it('are not wanted of a camera that refreshes bit by bit before they are right', () => {
      const { got } = standBy();
      rig.watch('full');
      const settling = seconds(1.5);
      const stream = (count: number, options: { settling: number }): void => {
        for (let i = 0; i < count; i++) {
          rig.stream(1, 25, 1, options);
          rig.decoder.picture();
        }
      };
      stream(75, { settling });
      // Of three keyframes, a second apart, the third is behind what the first needs.
      expect(got).toHaveLength(1);
      expect(got[0]?.at).toBe(rig.decoder.fed[50]?.pts);
    });

    it('come to them though a consumer fails', () => {
      const { got } = standBy();
      rig.pictures.open(
        { width: 320, format: 'i420', policy: { kind: 'full' } },
        {
          onPicture: () => {
            throw new Error('broken');
          },
        },
      );
      rig.stream(1);
      expect(() => rig.decoder.picture()).toThrow('broken');
      expect(got).toHaveLength(1);
    });
  });

  it('counts pictures that a consumer has missed, and names the cause when that makes it blind', () => {
    rig.watch('full');
    for (let second = 0; second < 8; second++) {
      rig.stream(25);
      latest(rig.feeds).missed('detectorBusy', 'the detector cannot keep up');
    }
    expect(rig.camera.dropped('detectorBusy').value).toBe(8);
    expect(rig.blind).toEqual(['the detector cannot keep up']);
  });

  it('leaves nothing running when it is closed', () => {
    rig.watch('full');
    rig.stream(10);
    rig.pictures.close();
    expect(rig.bridge.decodes.every(({ over }) => over)).toBe(true);
    expect(rig.clock.pendingTimers).toBe(0);
  });
});
