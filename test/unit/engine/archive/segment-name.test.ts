import { expect, it } from 'vitest';
import { dayFolder, segmentStem, startOf } from '../../../../engine/archive/segment-name.js';
import type { UtcMicros } from '../../../../engine/core/time.js';

const at = (iso: string, micros = 0) => (Date.parse(iso) * 1000 + micros) as UtcMicros;

it.each([
  [at('2026-11-27T01:15:54.123Z', 456), '20261127T011554.123456Z', '2026-11-27'],
  [at('2026-01-01T00:00:00Z'), '20260101T000000.000000Z', '2026-01-01'],
  [at('2026-12-31T23:59:59.999Z', 999), '20261231T235959.999999Z', '2026-12-31'],
])('names a segment after the microsecond %d', (start, stem, day) => {
  expect(segmentStem(start)).toBe(stem);
  expect(dayFolder(start)).toBe(day);
  expect(startOf(`${stem}.mp4`)).toBe(start);
  expect(startOf(`${stem}-2.mp4`)).toBe(start);
});

it.each([
  'clip.mp4',
  '20261127T011554.123Z.mp4',
  '20261327T011554.123456Z.mp4',
  '20261127T011554.123456Z.mp4.part',
  '',
])('does not take %j for a segment', (name) => expect(startOf(name)).toBeUndefined());
