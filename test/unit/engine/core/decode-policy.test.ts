import { describe, expect, it } from 'vitest';
import { decodePolicyText, parseDecodePolicy, strongestPolicy } from '../../../../engine/core/decode-policy.js';

describe('decode policies', () => {
  it.each(['keyframes', 'full', 'fps:5', ' FPS:120 '])('%s is known', (text) => {
    expect(decodePolicyText(parseDecodePolicy(text)!)).toBe(text.trim().toLowerCase());
  });

  it.each(['', 'fps:0', 'fps:121', 'fps:x', 'all', 'keyframe'])('%j is refused', (text) => {
    expect(parseDecodePolicy(text)).toBeUndefined();
  });

  it('rank by what they show', () => {
    const policies = ['keyframes', 'fps:10', 'fps:5'].map((text) => parseDecodePolicy(text)!);
    expect(strongestPolicy(policies)).toEqual({ kind: 'fps', fps: 10 });
    expect(strongestPolicy([{ kind: 'keyframes' }, { kind: 'full' }])).toEqual({ kind: 'full' });
    expect(strongestPolicy([])).toBeUndefined();
  });
});
