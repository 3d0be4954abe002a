import { describe, expect, it } from 'vitest';
import type { MediaTime } from '../../../../engine/core/time.js';
import type { Inference } from '../../../../engine/inference/types.js';
import { ObjectTrackingNode } from '../../../../engine/nodes/object-tracking-processor/node.js';
import { FoundCamera } from '../../../kit/found-camera.js';
import { FakeOutlet, NodeRig } from '../../../kit/node-rig.js';

const BOX = { l: 0.1, t: 0.2, w: 0.1, h: 0.2 };
const entity = (value: string, inferenceId?: string): Inference => ({
  ...{ type: 'entity', subtype: 'objectDetection', ...(inferenceId ? { inferenceId } : {}) },
  entity: { tag: { value, confidence: 0.7 }, attributes: [{ name: 'colour', value: 'red' }], box: BOX },
});

class Rig extends NodeRig {
  readonly camera = new FoundCamera();
  readonly outlet = new FakeOutlet(this.context('tracker'));
  readonly node = new ObjectTrackingNode(
    { accuracy: 'high' },
    this.context('tracker'),
    this.links({ pictures: [this.camera], events: this.outlet }),
  );

  constructor() {
    super();
    this.node.start();
  }

  get following() {
    return this.tracker.trackers[0]!;
  }

  /** A picture that the server was asked about, with what it has found. */
  asked(pts: number, ...inferences: Inference[]): void {
    for (const { handlers } of this.camera.opened) {
      handlers.onPicture(pictureAt(pts), { inferences, asked: true });
    }
  }
}

const pictureAt = (pts: number) => ({
  ...{ pts, width: 640, height: 360, format: 'i420' as const, caps: '', data: new Uint8Array(1) },
  ...{ strides: [640, 320, 320] as const, offsets: [0, 0, 0] as const },
  content: { left: 0, top: 0, width: 640, height: 360 },
});

describe('an object tracker', () => {
  it('asks for pictures and a tracker as its accuracy says', () => {
    const rig = new Rig();
    expect(rig.following.settings).toEqual({ accuracy: 'high' });
    expect(rig.camera.opened[0]?.request).toMatchObject({
      width: 640,
      format: 'i420',
      policy: { kind: 'fps', fps: 15 },
    });
  });

  it('tells the tracker what was found, by class, and where the server was not asked', () => {
    const rig = new Rig();
    rig.asked(1, entity('car'), { type: 'motion', motion: {} }, entity('dog'), entity('car'));
    rig.camera.show([2]);
    rig.asked(3);
    const at = { box: BOX, score: 0.7 };
    expect(rig.following.submitted).toEqual([
      {
        pts: 1,
        detections: [
          { ...at, kind: 0 },
          { ...at, kind: 1 },
          { ...at, kind: 0 },
        ],
      },
      { pts: 2, detections: null },
      { pts: 3, detections: [] },
    ]);
  });

  it('publishes each object under one id, as the server described it, where it is now', () => {
    const rig = new Rig();
    rig.asked(10, entity('car', 'first'));
    rig.camera.show([20]);
    rig.following.tracks(10, [{ id: 7, box: BOX, detection: 0 }]);
    const moved = { ...BOX, l: 0.15 };
    rig.following.tracks(20, [{ id: 7, box: moved }]);
    const told = rig.outlet.emitted.map(({ at, data }) => [at, (data['inferences'] as Inference[])[0]!] as const);
    expect(told).toMatchObject([
      [10, { subtype: 'objectDetection', relatedInferences: ['first'], entity: { tag: { value: 'car' }, box: BOX } }],
      [20, { subtype: 'objectDetection', entity: { attributes: [{ value: 'red' }], box: moved } }],
    ]);
    expect(told[1]?.[1]).not.toHaveProperty('relatedInferences');
    const ids = told.map(([, inference]) => inference['sequenceId']);
    expect(ids[0]).toMatch(/-7$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(told.map(([, inference]) => inference['inferenceId'])).size).toBe(2);
  });

  it('publishes nothing where there is nothing, and forgets objects that are gone', () => {
    const rig = new Rig();
    rig.asked(10, entity('car'));
    rig.following.tracks(10, [{ id: 1, detection: 0 }]);
    rig.following.tracks(20, [], [1]);
    rig.following.tracks(30, [{ id: 1 }]);
    expect(rig.outlet.emitted.map(({ at }) => at as MediaTime)).toEqual([10]);
  });

  it('counts pictures that the tracker does not take', () => {
    const rig = new Rig();
    rig.following.answer = 'replaced';
    rig.camera.show([1]);
    rig.following.answer = new Error('too small');
    rig.asked(2, entity('car'));
    rig.following.handlers.onError(new Error('trap'));
    expect(rig.camera.missed).toEqual(['trackerBusy', 'trackerError', 'trackerError']);
  });

  it('has let go of everything when it has stopped', async () => {
    const rig = new Rig();
    await rig.node.stop();
    await rig.node.stop();
    rig.following.tracks(10, []);
    expect([rig.camera.closed, rig.following.closed]).toEqual([1, true]);
  });
});
