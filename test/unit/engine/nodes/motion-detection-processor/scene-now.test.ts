import { describe, expect, it } from 'vitest';
import { SceneNow } from '../../../../../engine/nodes/motion-detection-processor/scene-now.js';
import type { SceneChange } from '../../../../../wasm/types.js';
import { MotionNodeRig } from '../../../../kit/motion-node-rig.js';

const at = (seconds: number, motion = false, scene: SceneChange[] = []) => ({ pts: seconds * 1e6, motion, scene });
const change = (kind: SceneChange['kind'], began: boolean): SceneChange => ({ kind, began, cause: 'test' });

describe('the scene as it is now', () => {
  it('is unknown until a picture was judged', () => {
    const now = new SceneNow();
    expect([now.motion, now.tampered]).toEqual(['unknown', 'unknown']);
    now.add(at(1));
    expect([now.motion, now.tampered]).toEqual([false, false]);
  });

  it('moves from the first picture with motion until five seconds have been without, at any rate of pictures', () => {
    for (const step of [0.2, 1, 4]) {
      const now = new SceneNow();
      now.add(at(10, true));
      expect(now.motion).toBe(true);
      for (let time = 10 + step; time < 15; time += step) {
        now.add(at(time));
        expect(now.motion).toBe(true);
      }
      now.add(at(16));
      expect(now.motion).toBe(false);
    }
  });

  it('is tampered with while something of that kind holds; a change of the light is none', () => {
    const now = new SceneNow();
    now.add(at(1, false, [change('lightingChanged', true)]));
    expect(now.tampered).toBe(false);
    now.add(at(2, false, [change('tampered', true)]));
    now.add(at(3, false, [change('frozen', true)]));
    now.add(at(4, false, [change('tampered', false)]));
    expect(now.tampered).toBe(true);
    now.add(at(5, false, [change('frozen', false)]));
    expect(now.tampered).toBe(false);
  });
});

it('a detector that is blind says that it is, and nothing else', async () => {
  const rig = await MotionNodeRig.started();
  expect(rig.node.scene).toEqual({ motion: 'unknown', tampered: 'unknown', degraded: 'unknown' });
  await rig.stream(1);
  rig.detector.verdict(rig.newest, { motion: true });
  expect(rig.node.scene).toEqual({ motion: true, tampered: false, degraded: false });
  // The camera streams, and nothing is judged.
  await rig.stream(25 * 15);
  expect(rig.node.scene).toEqual({ motion: 'unknown', tampered: 'unknown', degraded: true });
});
