import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, readDuration } from '../../../../engine/core/duration.js';

describe('durations', () => {
  it.each([
    ['PT1S', 1_000_000],
    ['PT0S', 0],
    ['-PT0S', 0],
    ['-PT5S', -5_000_000],
    ['+PT5S', 5_000_000],
    ['PT1.0S', 1_000_000],
    ['PT0.25S', 250_000],
    ['PT0,25S', 250_000],
    ['PT0.0000004S', 0],
    ['PT0.0000005S', 1],
    ['PT1M30S', 90_000_000],
    ['PT90S', 90_000_000],
    ['PT0.5H', 1_800_000_000],
    ['P1DT2H3M4.5S', 93_784_500_000],
    ['P30D', 2_592_000_000_000],
    ['P1W', 604_800_000_000],
    ['pt10s', 10_000_000],
    [' PT10S ', 10_000_000],
  ])('reads %s', (text, micros) => {
    expect(parseDuration(text)).toBe(micros);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '1S',
    'PT1',
    'PTS',
    'T1S',
    'P1S',
    'PT1D',
    'P1Y',
    'P1M',
    'PT1S1M',
    'PT1S2S',
    'PT1.5M30S',
    'PT-5S',
    '--PT5S',
    'PT1.S',
    'PT.5S',
    'PT1e3S',
    'PT1S PT1S',
    'PT9999999999999S',
    `PT${'9'.repeat(400)}S`,
    `P${'1D'.repeat(40)}`,
    'PT１S',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, 'PT0S'],
    [1, 'PT0.000001S'],
    [-1, '-PT0.000001S'],
    [1_000_000, 'PT1S'],
    [90_000_000, 'PT1M30S'],
    [3_600_000_000, 'PT1H'],
    [86_400_000_000, 'P1D'],
    [90_061_500_000, 'P1DT1H1M1.5S'],
    [-5_000_000, '-PT5S'],
    [Number.MAX_SAFE_INTEGER, 'P104249DT23H47M34.740991S'],
  ])('prints %d µs as %s', (micros, text) => {
    // 9007199254 s are 104249 days and 85654.740991 s.
    expect(formatDuration(micros)).toBe(text);
  });
});

describe('durations as people write them', () => {
  it.each([
    ['30s', 30e6],
    ['2m', 120e6],
    ['1h30m', 5_400e6],
    ['1d 2h 3m 4s 5ms', 93_784_005_000],
    [' 1.5 h ', 5_400e6],
    ['500ms', 500e3],
    ['0s', 0],
    ['PT30S', 30e6],
    ['pt1h', 3_600e6],
    ['P1D', 86_400e6],
  ])('reads %j', (text, micros) => {
    expect(readDuration(text)).toBe(micros);
  });

  it.each([
    '',
    '30',
    's',
    '1m1h',
    '1s1s',
    '-30s',
    '-PT30S',
    '30 seconds',
    '1h30',
    'PT',
    '1e3s',
    '1,5h',
    `${'9'.repeat(60)}d`,
    '1s'.repeat(40),
  ])('refuses %j', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});
