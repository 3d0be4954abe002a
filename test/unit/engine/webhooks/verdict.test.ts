import { expect, it } from 'vitest';
import { utcMicros } from '../../../../engine/core/time.js';
import { verdictOn, verdictOnError } from '../../../../engine/webhooks/verdict.js';

const NOW = utcMicros(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000);
const kindOf = (status: number) => verdictOn(status, {}, NOW).kind;

it('tells what is wrong with an event from what is wrong with the server', () => {
  for (const status of [200, 201, 202, 204, 299]) expect([status, kindOf(status)]).toEqual([status, 'taken']);
  for (const status of [400, 413, 415, 422]) expect([status, kindOf(status)]).toEqual([status, 'refused']);
  for (const status of [301, 307, 401, 403, 404, 405, 408, 409, 429, 500, 502, 503, 504]) {
    expect([status, kindOf(status)]).toEqual([status, 'failed']);
  }
  expect(kindOf(410)).toBe('gone');
  expect(verdictOn(302, { location: 'https://elsewhere/?key=1' }, NOW)).toEqual({
    kind: 'failed',
    why: 'the server answers 302: redirects are not followed',
  });
});

it('grants what a server asks for, up to an hour', () => {
  const after = (value: string) => verdictOn(503, { 'retry-after': value }, NOW);
  expect(after('7')).toMatchObject({ afterMs: 7000 });
  expect(after('Fri, 02 Jan 2026 03:05:05 GMT')).toMatchObject({ afterMs: 60_000 });
  expect(after('86400')).toMatchObject({ afterMs: 3_600_000 });
  expect(verdictOn(503, {}, NOW)).not.toHaveProperty('afterMs');
});

it('says what the network said, without credentials', () => {
  const cause = new Error('connect ECONNREFUSED https://u:secret@10.0.0.1:443');
  const verdict = verdictOnError(new TypeError('fetch failed', { cause }), 'https://hooks.example');
  expect(verdict).toEqual({
    kind: 'failed',
    why: 'https://hooks.example cannot be reached: connect ECONNREFUSED https://10.0.0.1:443',
  });
});
