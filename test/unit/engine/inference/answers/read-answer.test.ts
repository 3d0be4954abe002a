import { describe, expect, it } from 'vitest';
import { isNestedDeeply, readAnswer } from '../../../../../engine/inference/answers/read-answer.js';
import type { Inference } from '../../../../../engine/inference/types.js';

const BOX = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
const ENTITY = { type: 'entity', entity: { tag: { value: 'person', confidence: 0.9 }, box: BOX } };

/** The inference that `item` is read as; undefined if it is not in AVA's schema. */
const read = (item: unknown): Inference | undefined => {
  const answer = readAnswer({ inferences: [item] });
  expect(answer.inferences).toHaveLength(answer.foreign ? 0 : 1);
  return answer.inferences[0];
};

describe('an answer in AVA’s schema', () => {
  it.each([
    ENTITY,
    {
      type: 'entity',
      entity: { id: 'a', tag: { value: 'car' }, attributes: [{ name: 'colour', value: 'red' }], box: BOX },
    },
    { type: 'classification', subtype: 'light', classification: { tag: { value: 'night', confidence: 1 } } },
    { type: 'motion', motion: { box: BOX }, inferenceId: '1', relatedInferences: ['2'], sequenceId: '3' },
    { type: 'motion', motion: {} },
    { type: 'event', event: { name: 'fall', properties: { where: 'stairs' } }, extensions: { a: 'b' } },
    { type: 'text', text: { value: 'AB 123', language: 'en', startTimestamp: 1, endTimestamp: 2 } },
    { type: 'other', other: { contentType: 'text/plain', contentBytes: 'YQ==' } },
  ])('is taken as it is: %j', (item) => {
    expect(read(item)).toBe(item);
  });

  it('may have found nothing', () => {
    for (const nothing of [{ inferences: [] }, { inferences: null }, {}, [], null]) {
      expect(readAnswer(nothing)).toEqual({ inferences: [] });
    }
  });

  it('may have more beside the inferences', () => {
    expect(readAnswer({ timestamp: 1, model: 'x', inferences: [ENTITY] })).toEqual({ inferences: [ENTITY] });
  });
});

describe('what is nearly in the schema', () => {
  it('is mended where only one thing can be meant', () => {
    expect(
      read({
        type: ' ENTITY',
        subtype: ' objectDetection ',
        inferenceId: 7,
        relatedInferences: [1, '2'],
        extensions: { speed: 3.5, path: [1, 2], none: null },
        entity: {
          id: 12,
          tag: { value: 3, confidence: '0.87' },
          attributes: [{ name: 'moving', value: true, confidence: 1.00000012 }],
          box: { l: '0.1', t: '.2', w: '3e-1', h: 0.4 },
        },
      }),
    ).toEqual({
      type: 'entity',
      subtype: 'objectDetection',
      inferenceId: '7',
      relatedInferences: ['1', '2'],
      extensions: { speed: '3.5', path: '[1,2]' },
      entity: {
        id: '12',
        tag: { value: '3', confidence: 0.87 },
        attributes: [{ name: 'moving', value: 'true', confidence: 1 }],
        box: BOX,
      },
    });
  });

  it('may write null for what is absent, and a blank subtype', () => {
    const given = {
      ...ENTITY,
      subtype: '',
      extensions: null,
      entity: { ...ENTITY.entity, id: null, attributes: null },
    };
    expect(read(given)).toEqual(ENTITY);
    expect(given.subtype).toBe('');
  });

  it('may leave out the type where the payload says it', () => {
    expect(read({ entity: ENTITY.entity })).toEqual(ENTITY);
    expect(read({ entity: ENTITY.entity, motion: {} })).toBeUndefined();
  });

  it('may have members that AVA does not know, which are kept', () => {
    const given = { ...ENTITY, track: { age: 3 }, entity: { ...ENTITY.entity, mask: [[1, 2]] } };
    expect(read(given)).toBe(given);
  });

  it('may have boxes of any size, in pixels for example', () => {
    const given = { type: 'motion', motion: { box: { l: 10, t: -2, w: 100, h: 50 } } };
    expect(read(given)).toBe(given);
  });
});

describe('what is not in the schema', () => {
  it.each([
    [{}],
    [null],
    ['person'],
    [[ENTITY]],
    [{ type: 'entity' }],
    [{ type: 'entity', entity: { tag: { value: 'a' } } }],
    [{ type: 'entity', entity: { tag: {}, box: BOX } }],
    [{ type: 'entity', entity: { tag: { value: 'a' }, box: { l: 0, t: 0, w: 1 } } }],
    [{ type: 'entity', entity: { tag: { value: 'a' }, box: { ...BOX, l: 'left' } } }],
    [{ type: 'entity', entity: { tag: { value: 'a', confidence: 87 }, box: BOX } }],
    [{ type: 'entity', entity: { tag: { value: 'a' }, box: BOX, attributes: [{ name: 'x' }] } }],
    [{ type: 'entity', entity: { tag: { value: 'a' }, box: BOX, attributes: [null] } }],
    [{ type: 'constructor', constructor: {} }],
    [{ type: 'dog', dog: {} }],
    [{ type: 3, motion: {} }],
    [{ type: 'event', event: { name: 'x' } }],
    [{ type: 'event', event: { name: 'x', properties: [] } }],
  ])('is forwarded untouched: %j', (item) => {
    const given = { inferences: [item], also: 1 };
    expect(readAnswer(given)).toEqual({ inferences: [], foreign: given });
    expect(readAnswer(given).foreign).toBe(given);
  });

  it('may be the whole answer', () => {
    for (const given of [{ predictions: [] }, { inferences: 'none' }, { inferences: null, error: 'x' }]) {
      expect(readAnswer(given)).toEqual({ inferences: [], foreign: given });
    }
  });

  it('does not take good inferences with it', () => {
    expect(readAnswer({ model: 'x', inferences: [ENTITY, { type: 'dog' }, { type: 'motion', motion: {} }] })).toEqual({
      inferences: [ENTITY, { type: 'motion', motion: {} }],
      foreign: { model: 'x', inferences: [{ type: 'dog' }] },
    });
  });

  it('travels inside an inference when it is no object', () => {
    expect(readAnswer([1, 2])).toEqual({
      inferences: [{ type: 'other', other: { contentType: 'application/json', contentBytes: btoa('[1,2]') } }],
    });
  });

  it('changes no prototype', () => {
    const given = JSON.parse(
      '{"inferences":[{"type":"MOTION","motion":{},"__proto__":{"x":1},"extensions":{"__proto__":1}}]}',
    ) as unknown;
    const [inference] = readAnswer(given).inferences;
    expect(Object.getPrototypeOf(inference)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(inference?.['extensions'])).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('nesting', () => {
  const nested = (levels: number): unknown => JSON.parse('{"a":['.repeat(levels) + ']}'.repeat(levels));

  it('is told of before it takes the stack', () => {
    expect(isNestedDeeply(nested(30))).toBe(false);
    expect(isNestedDeeply(nested(33))).toBe(true);
    expect(isNestedDeeply(nested(100_000))).toBe(true);
    expect(isNestedDeeply('text')).toBe(false);
  });
});
