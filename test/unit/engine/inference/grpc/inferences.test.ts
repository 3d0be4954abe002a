import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type WireInference } from '../../../../../engine/inference/grpc/contract.js';
import { inferencesOf } from '../../../../../engine/inference/grpc/inferences.js';

/** As it comes over the wire. */
const received = (inference: WireInference) =>
  inferencesOf(decodeMessage(encodeMessage({ mediaSample: { inferences: [inference] } })).mediaSample!.inferences!);

describe('inferences', () => {
  it('are said in AVA’s JSON, with numbers as they were meant', () => {
    const { inferences, bad } = received({
      type: 3,
      subtype: 'detection',
      inferenceId: 'i1',
      relatedInferences: ['i0'],
      sequenceId: 's1',
      entity: {
        id: 'e1',
        tag: { value: 'person', confidence: 0.1 },
        attributes: [{ name: 'colour', value: 'red', confidence: 0.75 }],
        box: { t: 0.2, w: 0.333333333, h: 640 },
      },
      extensions: { camera: 'front' },
    });
    expect(bad).toBe(0);
    expect(inferences).toEqual([
      {
        type: 'entity',
        subtype: 'detection',
        inferenceId: 'i1',
        relatedInferences: ['i0'],
        sequenceId: 's1',
        entity: {
          id: 'e1',
          tag: { value: 'person', confidence: 0.1 },
          attributes: [{ name: 'colour', value: 'red', confidence: 0.75 }],
          box: { l: 0, t: 0.2, w: 0.333333, h: 640 },
        },
        extensions: { camera: 'front' },
      },
    ]);
  });

  it.each<[string, WireInference, unknown]>([
    [
      'classification',
      { classification: { tag: { value: 'dark', confidence: 1 } } },
      { tag: { value: 'dark', confidence: 1 } },
    ],
    [
      'motion',
      { motion: { box: { l: 0.5, t: 0.5, w: 0.25, h: 0.125 } } },
      { box: { l: 0.5, t: 0.5, w: 0.25, h: 0.125 } },
    ],
    [
      'text',
      { text: { value: 'AB 12', language: 'en', startTimestamp: 145805956115743 } },
      { value: 'AB 12', language: 'en', startTimestamp: 145805956115743 },
    ],
    [
      'event',
      { event: { name: 'crossing', properties: { total: '38' } } },
      { name: 'crossing', properties: { total: '38' } },
    ],
    [
      'other',
      { other: { contentType: 'text/plain', contentBytes: Buffer.from('hello') } },
      { contentType: 'text/plain', contentBytes: 'aGVsbG8=' },
    ],
  ])('of type AUTO are what their value is: %s', (type, wire, value) => {
    expect(received(wire).inferences).toEqual([{ type, [type]: value }]);
  });

  it('are of the type of their value if the type says something else', () => {
    expect(received({ type: 99, motion: {} }).inferences).toEqual([{ type: 'motion', motion: {} }]);
    expect(received({ type: 15, entity: { tag: { value: 'car' } } }).inferences[0]).toMatchObject({ type: 'entity' });
  });

  it('that say nothing are counted and left out', () => {
    expect(received({ type: 3, subtype: 'x' })).toEqual({ inferences: [], bad: 1 });
    expect(received({ entity: { tag: { value: 'car' }, box: { l: Number.NaN, t: 0, w: 1, h: 1 } } }).bad).toBe(1);
    expect(received({ motion: { box: { l: 0, t: 0, w: Number.POSITIVE_INFINITY, h: 1 } } }).bad).toBe(1);
  });

  it('leave out empty strings, except where the schema asks for them', () => {
    expect(
      received({ subtype: '', entity: { id: '', tag: { value: '' }, attributes: [{ name: 'a' }] } }).inferences,
    ).toEqual([{ type: 'entity', entity: { tag: { value: '' }, attributes: [{ name: 'a', value: '' }] } }]);
  });
});
