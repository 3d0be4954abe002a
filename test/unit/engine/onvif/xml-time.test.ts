import { describe, expect, it } from 'vitest';
import { parseXmlEnd, parseXmlTime, utcOf } from '../../../../engine/onvif/xml-time.js';

const iso = (micros: number | undefined): string | undefined =>
  micros === undefined ? undefined : new Date(micros / 1000).toISOString();

describe('xs:dateTime', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    [' 2026-01-02T03:04:05Z\n', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.5Z', '2026-01-02T03:04:05.500Z'],
    [`2026-01-02T03:04:05.${'1'.repeat(400)}Z`, '2026-01-02T03:04:05.111Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02T03:04:05.25-05:30', '2026-01-02T08:34:05.250Z'],
    ['2026-01-02T03:04:05+0200', '2026-01-02T01:04:05.000Z'],
    ['2026-01-01T00:30:00+14:00', '2025-12-31T10:30:00.000Z'],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(parseXmlTime(text))).toBe(expected);
  });

  it('keeps microseconds', () => {
    expect(parseXmlTime('1970-01-01T00:00:01.290001Z')).toBe(1_290_001);
  });

  it.each([
    undefined,
    '',
    'never',
    '-2026-01-02T03:04:05Z',
    '12026-01-02T03:04:05Z',
    '026-01-02T03:04:05Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-02T24:00:01Z',
    '2026-01-02T24:00:00.5Z',
    '2026-01-02T25:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04:61Z',
    '2026-01-02T03:04Z',
    '2026-01-02T03:04:05.Z',
    '2026-01-02T03:04:05+15:00',
    '2026-01-02T03:04:05+02:60',
    '2026-01-02',
    'Fri, 02 Jan 2026 03:04:05 GMT',
    '1767323045',
  ])('%s is no time that could be believed', (text) => {
    expect(parseXmlTime(text)).toBeUndefined();
  });
});

describe('the end of a subscription', () => {
  const current = parseXmlTime('2026-01-02T03:04:05Z');

  it.each([
    ['2026-01-02T03:06:05Z', '2026-01-02T03:06:05.000Z'],
    ['PT2M', '2026-01-02T03:06:05.000Z'],
    ['P0Y0M0DT0H2M0.000S', '2026-01-02T03:06:05.000Z'],
    ['P1DT1H', '2026-01-03T04:04:05.000Z'],
    ['P1M', '2026-02-01T03:04:05.000Z'],
    ['P1Y', '2027-01-02T03:04:05.000Z'],
    ['-PT5S', '2026-01-02T03:04:00.000Z'],
    ['P', undefined],
    ['PT', undefined],
    ['P999999Y', undefined],
    ['later', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, expected) => {
    expect(iso(parseXmlEnd(text, current))).toBe(expected);
  });

  it('is unknown as a duration from nowhere', () => {
    expect(parseXmlEnd('PT2M', undefined)).toBeUndefined();
  });
});

describe('a clock in parts', () => {
  it('is a time only if the calendar has it', () => {
    const parts = { year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5 };
    expect(iso(utcOf(parts))).toBe('2026-01-02T03:04:05.000Z');
    expect(utcOf({ ...parts, month: Number.NaN })).toBeUndefined();
    expect(utcOf({ ...parts, day: 31, month: 4 })).toBeUndefined();
    expect(utcOf({ ...parts, second: 1.5 })).toBeUndefined();
  });
});
