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
  const all = () => Object.values(patience.limits);
  patience.failed(failure());
  expect(all()).toEqual([1000, 2000, 3000]);
  patience.failed(failure('answer'));
  patience.failed(failure('media'));
  patience.failed(failure('tls'));
  expect(all()).toEqual([2000, 4000, 6000]);
  for (let n = 0; n < 5; n++) patience.failed(failure('media'));
  expect(all()).toEqual([2000, 4000, 10_000]);
});

it('gives a camera that has streamed as long as it needed then, and longer every third time', () => {
  const patience = new Patience({ ...DEFAULT_PATIENCE, answerMs: 4000, mostMs: 60_000 });
  patience.failed(failure('answer'));
  patience.succeeded();
  const given = Array.from({ length: 7 }, () => {
    const { answerMs } = patience.limits;
    patience.failed(failure('answer'));
    patience.failed(failure());
    return answerMs;
  });
  expect(given).toEqual([8000, 8000, 16_000, 8000, 8000, 32_000, 8000]);
  patience.succeeded();
  expect(patience.limits.answerMs).toBe(8000);
});

it('never gives less than what is set, although the limit is below that', () => {
  const patience = new Patience({ ...DEFAULT_PATIENCE, answerMs: 9000, mostMs: 5000 });
  patience.failed(failure('answer'));
  expect(patience.limits.answerMs).toBe(9000);
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
