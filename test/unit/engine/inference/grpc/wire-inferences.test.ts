import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../../engine/inference/grpc/contract.js';
import { inferencesOf } from '../../../../../engine/inference/grpc/inferences.js';
import { wireInferences } from '../../../../../engine/inference/grpc/wire-inferences.js';
import type { Inference } from '../../../../../engine/inference/types.js';

/** Over the wire and read as we read a server's. */
const readBack = (...given: Inference[]): unknown =>
  inferencesOf(
    decodeMessage(encodeMessage({ mediaSample: { inferences: wireInferences(given) } })).mediaSample?.inferences ?? [],
  ).inferences;

const box = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
const ids = { inferenceId: 'i1', relatedInferences: ['i0'], sequenceId: 's1', subtype: 'detection' };

describe('inferences beside a picture', () => {
  it.each<[string, Inference]>([
    ['motion', { type: 'motion', motion: { box }, extensions: { score: '0.812' } }],
    ['motion without a region', { type: 'motion', motion: {} }],
    [
      'an entity',
      {
        ...{ type: 'entity', ...ids },
        entity: {
          ...{ id: 'e1', box, tag: { value: 'person', confidence: 0.9 } },
          attributes: [{ name: 'colour', value: 'red', confidence: 0.5 }],
        },
      },
    ],
    ['a classification', { type: 'classification', classification: { tag: { value: 'dark', confidence: 1 } } }],
    ['a text', { type: 'text', text: { value: 'AB 12', language: 'en', startTimestamp: 145805956115743 } }],
    ['an event', { type: 'event', event: { name: 'door', properties: { state: 'open' } } }],
    ['something else', { type: 'other', other: { contentType: 'a/b', contentBytes: 'AAEC/w==' } }],
  ])('come as they were: %s', (_, inference) => {
    expect(readBack(inference)).toEqual([inference]);
  });

  it('lose what the contract has no place for', () => {
    const foreign = { type: 'entity', mood: 'good', entity: { tag: { value: 'cat' }, box: { ...box, angle: 3 } } };
    expect(readBack(foreign)).toEqual([{ type: 'entity', entity: { tag: { value: 'cat' }, box } }]);
    expect(readBack({ type: 'toString' }, { type: 'pose', pose: {} })).toEqual([]);
  });
});
