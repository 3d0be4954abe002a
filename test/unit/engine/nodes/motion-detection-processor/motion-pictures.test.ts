import { beforeEach, describe, expect, it } from 'vitest';
import type { PictureFeed, PictureRequest } from '../../../../../engine/camera/pictures/types.js';
import { type DecodePolicy, parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';
import type { MediaTime } from '../../../../../engine/core/time.js';
import type { Found } from '../../../../../engine/nodes/links.js';
import { MotionPictures } from '../../../../../engine/nodes/motion-detection-processor/motion-pictures.js';
import type { Verdict } from '../../../../../wasm/types.js';
import { FoundCamera } from '../../../../kit/found-camera.js';

const REQUEST: PictureRequest = { width: 640, format: 'rgb', policy: { kind: 'fps', fps: 2 } };

const verdict = (pts: number, motion: boolean): Verdict => ({
  pts,
  motion,
  score: 0.25,
  boxes: motion ? [{ l: 0, t: 0, w: 0.5, h: 0.5 }] : [],
  scene: [],
  insensitive: 0,
  changedCells: 0,
  detectMicros: 0,
  latencyMicros: 0,
});

describe('the pictures behind a motion detector', () => {
  let camera: FoundCamera;
  let pictures: MotionPictures;
  let seen: Array<{ pts: number; byte: number | undefined; found: Found }>;
  let blind: Array<string | null>;
  let feed: PictureFeed;
  let policy: DecodePolicy;
  beforeEach(() => {
    camera = new FoundCamera();
    policy = { kind: 'fps', fps: 5 };
    pictures = new MotionPictures(
      () => camera,
      () => policy,
    );
    seen = [];
    blind = [];
    feed = pictures.open(REQUEST, {
      onPicture: ({ pts, data }, found) => seen.push({ pts, byte: data[0], found }),
      onBlind: (cause) => blind.push(cause),
    });
  });
  const times = () => seen.map(({ pts }) => pts);

  it('are asked of the camera in the size and at the rate that the consumer wants', () => {
    expect(camera.opened.map(({ request }) => request)).toEqual([REQUEST]);
    expect(pictures.toUtc(5 as never)).toBe(1_005);
  });

  it('come only where there is motion, with what was found and with their own bytes', () => {
    camera.show([10]);
    expect(seen).toEqual([]);
    camera.show([20]);
    pictures.verdict(verdict(10, false));
    expect(seen).toEqual([]);
    pictures.verdict(verdict(20, true));
    const box = { l: 0, t: 0, w: 0.5, h: 0.5 };
    const inferences = [{ type: 'motion', motion: { box }, extensions: { score: '0.250' } }];
    const found = { inferences, asked: true };
    expect(seen).toEqual([{ pts: 20, byte: 20, found }]);
  });

  it('come with what nodes in front have found as well', () => {
    const earlier = [{ type: 'entity', entity: { tag: { value: 'car' } } }];
    camera.show([10]);
    camera.show([20], { inferences: earlier });
    pictures.verdict(verdict(20, true));
    expect(seen.map(({ found }) => found.inferences.map(({ type }) => type))).toEqual([
      ['motion'],
      ['entity', 'motion'],
    ]);
  });

  it('share the verdict of the first judged picture that is not before them', () => {
    camera.show([10, 20, 30, 40]);
    pictures.verdict(verdict(5, true));
    expect(times()).toEqual([]);
    pictures.verdict(verdict(25, true));
    expect(times()).toEqual([10, 20]);
    pictures.verdict(verdict(35, false));
    pictures.verdict(verdict(45, true));
    expect(times()).toEqual([10, 20, 40]);
  });

  it('wait for a verdict 32 at a time, and the oldest are counted as not judged', () => {
    camera.show(Array.from({ length: 35 }, (_, index) => index + 1));
    expect(camera.missed).toEqual(['notJudged', 'notJudged', 'notJudged']);
    pictures.verdict(verdict(35, true));
    expect(times()).toEqual(Array.from({ length: 32 }, (_, index) => index + 4));
  });

  it.each([
    ['fps:2', 2],
    ['full', 0],
    ['keyframes', 5],
  ])('are no reason to decode what the detector leaves out: %s', (asked, fps) => {
    policy = { kind: 'adaptive', fps: 5, every: 3 };
    pictures.open({ ...REQUEST, policy: parseDecodePolicy(asked)! }, { onPicture: () => {} });
    expect(camera.opened[1]!.request.policy).toEqual({ kind: 'adaptive', fps, every: 3 });
  });

  it('come again when the detector goes back', () => {
    camera.show([10, 30]);
    pictures.rewind(10 as MediaTime);
    expect(camera.rewound).toEqual([10]);
    camera.show([20, 30]);
    pictures.verdict(verdict(30, true));
    expect(times()).toEqual([10, 20, 30]);
  });

  it('leave a consumer seeing while nothing moves, and say so to no one whose pictures still wait', () => {
    camera.show([10]);
    pictures.verdict(verdict(10, false));
    expect(camera.judged).toBe(1);
    pictures.verdict(verdict(11, false));
    camera.show([20]);
    pictures.verdict(verdict(15, false));
    expect(camera.judged).toBe(1);
    pictures.verdict(verdict(20, true));
    // That it has dealt with this one is the consumer's to say.
    expect(camera.judged).toBe(1);
    feed.judged();
    expect(camera.judged).toBe(2);
  });

  it('tell of blindness as the camera does', () => {
    camera.opened[0]!.handlers.onBlind?.('no picture');
    expect(blind).toEqual(['no picture']);
    pictures.open(REQUEST, { onPicture: () => {} });
    expect(camera.opened[1]!.handlers.onBlind).toBeUndefined();
  });

  it('go to each consumer, and no longer to one that has closed', () => {
    const others: number[] = [];
    pictures.open({ ...REQUEST, width: 320 }, { onPicture: ({ pts }) => others.push(pts) });
    camera.show([10]);
    feed.close();
    expect(camera.closed).toBe(1);
    pictures.verdict(verdict(10, true));
    expect([times(), others]).toEqual([[], [10]]);
  });
});
