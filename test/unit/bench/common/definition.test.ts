import { describe, expect, it } from 'vitest';
import { fits, labelOf, metricOf } from '../../../../bench/common/definition.js';

describe('names with a *', () => {
  it.each([
    ['p50', 'p50', ''],
    ['p*', 'p99', '99'],
    ['*', '', ''],
    ['CPU per camera, *', 'CPU per camera, engine', 'engine'],
    ['OpenCV *, median', 'OpenCV MOG2, median', 'MOG2'],
    ['* told as *', 'rain told as weather', 'rain'],
    ['* of * told', 'three of five told', 'three'],
  ])('%s fits %s', (glob, text, first) => {
    expect(fits(glob, text)).toBe(first);
  });

  it.each([
    ['p50', 'p500'],
    ['p*', 'maximum'],
    ['CPU per camera, *', 'CPU per camera'],
    // What is before the * and what is behind it cannot share letters.
    ['aba*aba', 'ababa'],
    ['* told as *', 'told as'],
    ['*a*b', 'ba'],
  ])('%s does not fit %s', (glob, text) => {
    expect(fits(glob, text)).toBeUndefined();
  });
});

it('a figure has the first definition whose name and unit fit', () => {
  const metric = (name: string, unit: string) => ({ name, unit, better: 'less' as const, meaning: '' });
  const metrics = [metric('recall, mean', 'of * events'), metric('recall, *', ''), metric('*', 'ms')];
  expect(metricOf({ metrics }, { metric: 'recall, mean', unit: 'of 44 events' })).toBe(metrics[0]);
  expect(metricOf({ metrics }, { metric: 'recall, mean', unit: '' })).toBe(metrics[1]);
  expect(metricOf({ metrics }, { metric: 'anything', unit: 'ms' })).toBe(metrics[2]);
  expect(metricOf({ metrics }, { metric: 'anything', unit: 's' })).toBeUndefined();
});

it('a label takes what its * found in the figure, or in the name', () => {
  const row = { name: 'generated 320x180', metric: 'OpenCV MOG2, median', value: 1, unit: '' };
  expect(labelOf({ label: 'OpenCV *', name: 'generated *', metric: 'OpenCV *, median' }, row, 'x')).toBe('OpenCV MOG2');
  expect(labelOf({ label: 'on *', name: 'generated *' }, row, 'OpenCV MOG2, median')).toBe('on 320x180');
  expect(labelOf({ label: 'x', name: 'real *' }, row, 'OpenCV MOG2, median')).toBeUndefined();
  expect(labelOf({ label: 'x', name: '*' }, row, 'whole detector')).toBeUndefined();
});
