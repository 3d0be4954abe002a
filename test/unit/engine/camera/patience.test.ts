import { expect, it } from 'vitest';
import { DEFAULT_PATIENCE, Patience, patienceOf } from '../../../../engine/camera/patience.js';
import { seconds } from '../../../../engine/core/time.js';

const failure = (slowAt?: 'tls' | 'answer' | 'media') => ({
  ...({ kind: 'network', code: 'timeout', message: '' } as const),
  ...(slowAt ? { slowAt } : {}),
});

it('doubles what a camera that is there was too slow for, up to a limit', () => {
  const patience = new Patience({
    ...DEFAULT_PATIENCE,
    connectMs: 1000,
    answerMs: 2000,
    firstMediaMs: 3000,
    mostMs: 10_000,
  });
  const all = () => [patience.connectMs, patience.answerMs, patience.firstMediaMs];
  patience.failed(failure());
  expect(all()).toEqual([1000, 2000, 3000]);
  patience.failed(failure('answer'));
  patience.failed(failure('media'));
  patience.failed(failure('tls'));
  expect(all()).toEqual([2000, 4000, 6000]);
  for (let n = 0; n < 5; n++) patience.failed(failure('media'));
  expect(all()).toEqual([2000, 4000, 10_000]);
});

it('never gives less than what is set, although the limit is below that', () => {
  const patience = new Patience({ ...DEFAULT_PATIENCE, answerMs: 9000, mostMs: 5000 });
  patience.failed(failure('answer'));
  expect(patience.answerMs).toBe(9000);
});

it('is read from the settings', () => {
  const settings = {
    connectTimeout: seconds(1),
    answerTimeout: seconds(2),
    firstMediaTimeout: seconds(3),
    patience: seconds(4),
  };
  expect(patienceOf(settings)).toEqual({
    ...DEFAULT_PATIENCE,
    connectMs: 1000,
    answerMs: 2000,
    firstMediaMs: 3000,
    mostMs: 4000,
  });
});
