import { beforeEach, describe, expect, it } from 'vitest';
import type { PictureFeed, PictureRequest } from '../../../../engine/camera/pictures/types.js';
import { FoundPictures } from '../../../../engine/nodes/found-pictures.js';
import { FoundCamera } from '../../../kit/found-camera.js';

const REQUEST: PictureRequest = { width: 320, format: 'i420', policy: { kind: 'fps', fps: 10 } };
const CAR = { type: 'entity', entity: { tag: { value: 'car', confidence: 0.9 } } };
const MOTION = { type: 'motion', motion: {} };

describe('the pictures behind an extension', () => {
  let camera: FoundCamera;
  let pictures: FoundPictures;
  let seen: string[];
  let feed: PictureFeed;
  const open = (): PictureFeed =>
    pictures.open(REQUEST, {
      onPicture: ({ pts, data }, { inferences, asked }) => {
        expect(data[0]).toBe(pts & 255);
        seen.push(`${pts}:${asked ? 'asked' : ''}${inferences.map(({ type }) => ` ${type}`).join('')}`);
      },
      onSkipped: (pts) => seen.push(`${pts} skipped`),
    });
  beforeEach(() => {
    camera = new FoundCamera();
    pictures = new FoundPictures(() => camera);
    seen = [];
    feed = open();
  });

  it('are asked of the camera as the consumer wants them', () => {
    expect(camera.opened.map(({ request }) => request)).toEqual([REQUEST]);
    feed.close();
    expect(camera.closed).toBe(1);
  });

  it('wait until it is known whether the server is asked, and then for its answer', () => {
    camera.show([10]);
    expect(seen).toEqual([]);
    pictures.asked(10);
    expect(seen).toEqual([]);
    pictures.answered(10, [CAR]);
    expect(seen).toEqual(['10:asked entity']);
  });

  it('come in order: those behind one that waits wait as well', () => {
    for (const pts of [10, 20, 30, 40]) {
      if (pts === 20) pictures.asked(pts);
      else pictures.notAsked(pts);
      camera.show([pts]);
    }
    expect(seen).toEqual(['10:']);
    pictures.answered(20, []);
    expect(seen).toEqual(['10:', '20:asked', '30:', '40:']);
  });

  it('come whether the decoder gives them before or after the one that the server gets', () => {
    camera.show([10]);
    pictures.notAsked(10);
    pictures.notAsked(20);
    camera.show([20]);
    expect(seen).toEqual(['10:', '20:']);
  });

  it('carry what the nodes before have found', () => {
    pictures.asked(10);
    camera.show([10], { inferences: [MOTION] });
    pictures.answered(10, [CAR]);
    expect(seen).toEqual(['10:asked motion entity']);
  });

  it('come without an answer where none comes', () => {
    pictures.asked(10);
    pictures.asked(20);
    camera.show([10, 20]);
    pictures.answered(20, [CAR]);
    pictures.answered(10, undefined);
    expect(seen).toEqual(['10:', '20:asked entity']);
  });

  it('say in their place which do not come', () => {
    pictures.asked(10);
    camera.show([10]);
    camera.skip(20);
    pictures.notAsked(20);
    expect(seen).toEqual([]);
    pictures.answered(10, []);
    expect(seen).toEqual(['10:asked', '20 skipped']);
  });

  it('are given up, oldest first and counted, when too many wait', () => {
    const bytes = 8 * 1024 * 1024;
    pictures.asked(1);
    for (const pts of [1, 2, 3, 4, 5, 6]) camera.show([pts], { bytes });
    expect(camera.missed).toEqual(['notAnswered', 'notAnswered']);
    expect(seen).toEqual(['1 skipped', '2 skipped']);
    pictures.notAsked(6);
    pictures.answered(1, [CAR]);
    expect(seen.slice(2)).toEqual(['3:', '4:', '5:', '6:']);
  });

  it('reach each consumer by itself', () => {
    const [first] = camera.opened;
    open();
    pictures.asked(10);
    camera.show([10], { to: [first!] });
    pictures.answered(10, [CAR]);
    expect(seen).toEqual(['10:asked entity']);
    camera.show([10], { to: camera.opened.slice(1) });
    // The answer was forgotten with the last picture that waited for it, since a consumer's pictures come at once.
    expect(seen).toHaveLength(2);
  });

  it('need no memory while nobody takes them', () => {
    feed.close();
    for (let pts = 0; pts < 5_000; pts++) pictures.asked(pts);
    open();
    camera.show([6_000]);
    pictures.notAsked(6_000);
    expect(seen).toEqual([`6000:`]);
  });
});
