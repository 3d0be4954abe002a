import { describe, expect, it } from 'vitest';
import { Owners } from '../../../../engine/fleet/owners.js';
import { namesOnEach } from '../../../kit/engine-fleet.js';

const [[ofFirst], [ofSecond]] = namesOnEach(2, 1) as [[string], [string]];
const uses = (camera: string, ...videos: string[]) => ({ cameras: [camera], videos });

const known = (): Owners => {
  const owners = new Owners(2);
  owners.learn(1, { pipelines: new Map([['p1', uses('rtsp://a', 'yard')]]), videos: ['old'] });
  owners.learn(2, { pipelines: new Map([['p2', uses('rtsp://b', 'door')]]), videos: [] });
  return owners;
};

describe('who has what', () => {
  it('is what the engines say, and is complete when all have', () => {
    const owners = new Owners(2);
    owners.learn(2, { pipelines: new Map([[ofFirst, uses('rtsp://a')]]), videos: ['v'] });
    expect([owners.complete, owners.ofPipeline(ofFirst), owners.ofVideo('v')]).toEqual([false, 2, 2]);
    owners.learn(1, { pipelines: new Map(), videos: [] });
    expect(owners.complete).toBe(true);
    owners.learn(2, { pipelines: new Map(), videos: [] });
    expect([owners.ofPipeline(ofFirst), owners.ofVideo('v'), owners.hasPipelines]).toEqual([1, undefined, false]);
  });

  it('puts a new live pipeline where its video is, else where its camera is, else by its name', () => {
    const owners = known();
    expect(owners.placeOf(ofSecond, uses('rtsp://x', 'old'))).toBe(1);
    expect(owners.placeOf(ofFirst, uses('rtsp://b', 'new'))).toBe(2);
    expect([owners.placeOf(ofFirst, uses('rtsp://x')), owners.placeOf(ofSecond, undefined)]).toEqual([1, 2]);
  });

  it('leaves a live pipeline where it is, whatever its name, camera and videos say', () => {
    const owners = known();
    owners.put(ofSecond, 1, uses('rtsp://b'));
    expect(owners.placeOf(ofSecond, uses('rtsp://b', 'new'))).toBe(1);
    owners.remove(ofSecond);
    expect(owners.ofPipeline(ofSecond)).toBe(2);
  });

  it('lets nobody write to a video of another engine', () => {
    const owners = known();
    const elsewhere = expect.objectContaining({ code: 'VideoElsewhere', kind: 'conflict' });
    expect(() => owners.placeOf('p1', uses('rtsp://a', 'door'))).toThrow(elsewhere);
    expect(() => owners.placeOf('p3', uses('rtsp://c', 'yard', 'door'))).toThrow(elsewhere);
    expect(owners.placeOf('p3', uses('rtsp://c', 'yard', 'new'))).toBe(1);
  });
});
