import { describe, expect, it } from 'vitest';
import { combinedPolicy, decodePolicyText, parseDecodePolicy } from '../../../../engine/core/decode-policy.js';

describe('decode policies', () => {
  it.each(['adaptive', 'Adaptive:1/5', 'keyframes', 'full', 'fps:5', ' FPS:120 '])('%s is known', (text) => {
    expect(decodePolicyText(parseDecodePolicy(text)!)).toBe(text.trim().toLowerCase());
  });

  it.each(['', 'fps:0', 'fps:121', 'fps:x', 'all', 'keyframe', 'adaptive:5', 'adaptive:1/6', 'adaptive:1/1'])(
    '%j is refused',
    (text) => {
      expect(parseDecodePolicy(text)).toBeUndefined();
    },
  );

  it.each([
    ['keyframes fps:10 fps:5', { kind: 'fps', fps: 10 }],
    ['keyframes full', { kind: 'full' }],
    ['keyframes', { kind: 'keyframes' }],
    ['adaptive fps:2', { kind: 'fps', fps: 5 }],
    ['adaptive full', { kind: 'full' }],
    ['adaptive:1/4 adaptive:1/2', { kind: 'adaptive', fps: 5, every: 2 }],
    ['adaptive:1/4 keyframes', { kind: 'adaptive', fps: 5, every: 1 }],
    ['', undefined],
  ])('"%s" are satisfied together by one', (texts, combined) => {
    const policies = texts
      .split(' ')
      .filter(Boolean)
      .map((text) => parseDecodePolicy(text)!);
    expect(combinedPolicy(policies)).toEqual(combined);
  });

  it('leave no picture out where one wants all of them', () => {
    const all = { kind: 'adaptive', fps: 0, every: 1 } as const;
    expect(combinedPolicy([all, { kind: 'adaptive', fps: 5, every: 1 }])).toEqual(all);
    expect(combinedPolicy([all, { kind: 'fps', fps: 5 }])).toEqual({ kind: 'full' });
  });
});
