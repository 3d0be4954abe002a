import { describe, expect, it } from 'vitest';
import { type Placement, placeBoxes } from '../../../../engine/inference/boxes.js';
import type { Inference } from '../../../../engine/inference/types.js';

/** 16:9 in a square: 640×360 with 140 rows of border above and below. */
const PADDED: Placement = {
  sent: { width: 640, height: 640 },
  content: { left: 0, top: 140, width: 640, height: 360 },
};
const WHOLE: Placement = { sent: { width: 640, height: 360 }, content: { left: 0, top: 0, width: 640, height: 360 } };

const entity = (box: unknown): Inference => ({ type: 'entity', entity: { tag: { value: 'person' }, box } });
const box = (l: number, t: number, w: number, h: number) => ({ l, t, w, h });

const placed = (given: unknown, placement = PADDED): unknown => {
  const result = placeBoxes([entity(given)], placement);
  if (result.outside + result.unreadable > 0) return result.outside > 0 ? 'outside' : 'unreadable';
  return (result.inferences[0] as { entity: { box: unknown } }).entity.box;
};

describe('boxes of a server', () => {
  it('are turned from the picture that was sent into that of the camera', () => {
    expect(placed(box(0.25, 0.5, 0.5, 0.28125))).toEqual(box(0.25, 0.5, 0.5, 0.5));
    expect(placed(box(0, 0.21875, 1, 0.5625))).toEqual(box(0, 0, 1, 1));
  });

  it('stay as they are without borders, with six decimals', () => {
    expect(placed(box(0.1234567, 0.2, 1 / 3, 0.5), WHOLE)).toEqual(box(0.123457, 0.2, 0.333333, 0.5));
  });

  it('are cut at the edges of the picture', () => {
    expect(placed(box(-0.1, 0, 0.5, 0.5))).toEqual(box(0, 0, 0.4, 0.5));
    expect(placed(box(0.9, 0.9, 0.4, 0.4), WHOLE)).toEqual(box(0.9, 0.9, 0.1, 0.1));
  });

  it('take their inference with them when nothing of them is in the picture', () => {
    expect(placed(box(0.1, 0.05, 0.2, 0.1))).toBe('outside');
    expect(placed(box(0.1, 0.5, 0, 0.1))).toBe('outside');
    expect(placed(box(0.2, 0.5, 1e-9, 0.1))).toBe('outside');
  });

  it('may count in pixels', () => {
    expect(placed(box(160, 320, 320, 180))).toEqual(box(0.25, 0.5, 0.5, 0.5));
    expect(placed(box(-16, 0, 80, 90), WHOLE)).toEqual(box(0, 0, 0.1, 0.25));
  });

  it.each([
    ['not a number', box(Number.NaN, 0, 1, 1)],
    ['infinite', box(0, 0, Number.POSITIVE_INFINITY, 1)],
    ['negative in size', box(0.5, 0.5, -0.1, 0.1)],
    ['incomplete', { l: 0, t: 0, w: 1 }],
    ['a text', 'everywhere'],
  ])('are unreadable when they are %s', (_, given) => {
    expect(placed(given)).toBe('unreadable');
  });

  it('are never beyond the picture, whatever the numbers', () => {
    for (const huge of [Number.MAX_VALUE, -Number.MAX_VALUE, 1e300, -1e300]) {
      for (const given of [box(huge, 0, 1, 1), box(0, huge, huge < 0 ? 1 : huge, 1), box(0, 0, 1, Math.abs(huge))]) {
        const result = placed(given);
        if (typeof result === 'string') continue;
        for (const value of Object.values(result as object)) expect(value).toSatisfy((n: number) => n >= 0 && n <= 1);
      }
    }
  });

  it('are found in motion and events too, and what has none passes', () => {
    const given: Inference[] = [
      { type: 'motion', motion: { box: box(0, 0.5, 0.5, 0.28125) } },
      { type: 'event', event: { name: 'fall', properties: {}, box: box(0, 0.5, 0.5, 0.28125) } },
      { type: 'event', event: { name: 'fall', properties: {} } },
      { type: 'motion', motion: {} },
      { type: 'motion', motion: { box: null } },
      { type: 'classification', classification: { tag: { value: 'night' } } },
    ];
    const before = structuredClone(given);
    const { inferences, outside, unreadable } = placeBoxes(given, PADDED);
    expect([outside, unreadable]).toEqual([0, 0]);
    expect(inferences.slice(0, 2)).toEqual([
      { type: 'motion', motion: { box: box(0, 0.5, 0.5, 0.5) } },
      { type: 'event', event: { name: 'fall', properties: {}, box: box(0, 0.5, 0.5, 0.5) } },
    ]);
    expect(inferences.slice(2)).toEqual(given.slice(2));
    expect(given).toEqual(before);
  });

  it('keep what else their inference says, and count what is left out', () => {
    const kept = { ...entity(box(0.1, 0.4, 0.1, 0.1)), sequenceId: '7', inferenceId: 'a' };
    const { inferences, outside, unreadable } = placeBoxes(
      [entity(box(0, 0, 1, 0.1)), kept, entity({}), entity(box(0, 0.9, 1, 0.1))],
      PADDED,
    );
    expect(inferences).toMatchObject([{ sequenceId: '7', inferenceId: 'a', entity: { tag: { value: 'person' } } }]);
    expect([outside, unreadable]).toEqual([2, 1]);
  });
});
