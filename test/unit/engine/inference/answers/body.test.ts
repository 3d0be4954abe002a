import { describe, expect, it } from 'vitest';
import { type BodyReading, readBody } from '../../../../../engine/inference/answers/body.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const FOUND = { inferences: [{ type: 'motion', motion: {} }] };
const read = (body: string | Buffer, contentType?: string): BodyReading => readBody(Buffer.from(body), contentType);

describe('the body of an answer', () => {
  it('is JSON', () => {
    for (const type of [JSON_TYPE, 'application/problem+json', 'text/html', 'text/plain', undefined]) {
      expect(read(`\ufeff\n ${JSON.stringify(FOUND)}\n`, type)).toEqual({ kind: 'answer', answer: FOUND });
    }
  });

  it('is empty or blank when nothing was found', () => {
    for (const body of ['', ' \r\n\t', '\ufeff']) {
      expect(read(body, JSON_TYPE)).toEqual({ kind: 'answer', answer: { inferences: [] } });
    }
  });

  it('is passed on as bytes when it is no JSON', () => {
    const bytes = Buffer.from([0xff, 0xd8, 0, 1]);
    expect(readBody(bytes, 'image/jpeg')).toEqual({
      kind: 'answer',
      answer: { inferences: [{ type: 'other', other: { contentType: 'image/jpeg', contentBytes: '/9gAAQ==' } }] },
    });
    expect(read('[not JSON', 'text/plain')).toMatchObject({ answer: { inferences: [{ type: 'other' }] } });
    expect(read('hello')).toMatchObject({
      answer: { inferences: [{ other: { contentType: 'application/octet-stream' } }] },
    });
  });

  it('is limited when it is no JSON', () => {
    expect(read('x'.repeat(128 * 1024), 'text/plain').kind).toBe('answer');
    expect(read('x'.repeat(128 * 1024 + 1), 'text/plain')).toEqual({
      kind: 'tooLarge',
      why: 'is no JSON and 131073 bytes long, more than 131072',
    });
  });

  it('is bad when it only says that it is JSON, or is nested without end', () => {
    expect(read('{"inferences": [NaN]}', JSON_TYPE)).toMatchObject({
      kind: 'bad',
      why: expect.stringMatching(/^is no valid JSON \(/),
    });
    expect(read('x', JSON_TYPE).kind).toBe('bad');
    expect(read(`${'['.repeat(1e6)}${']'.repeat(1e6)}`).kind).toBe('bad');
    expect(read(`${'['.repeat(1e6)}`, JSON_TYPE).kind).toBe('bad');
  });
});
