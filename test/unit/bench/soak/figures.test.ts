import { expect, it } from 'vitest';
import { resultsOf, type Sample } from '../../../../bench/soak/figures.js';

/** Four samples a minute. */
const samples = (minutes: number, memory: (minute: number) => number): Sample[] =>
  Array.from({ length: minutes * 4 + 1 }, (_, n) => {
    const minute = n / 4;
    const rest = { hosts: 1, hostRestarts: 0, reconnects: 0, clips: 0, events: 0, walMiB: 1 };
    const engine = { engineRssMiB: memory(minute) + (n % 2), engineThreads: 12, engineFds: 40 };
    return { minute, ...engine, hostsRssMiB: 90, hostsThreads: 30, hostsFds: 50, ...rest };
  });

const verdict = (given: Sample[]): string | undefined =>
  resultsOf(given, 0, 'a run').find(({ metric }) => metric === 'engine memory, growth')?.limit?.verdict;

it('tells growth of a long run, and of a short one nothing, for that is all warm-up', () => {
  expect(verdict(samples(60, () => 200))).toBe('met');
  expect(verdict(samples(60, (minute) => 200 + minute))).toBe('MISSED');
  expect(verdict(samples(20, (minute) => 200 + minute))).toBe('MISSED');
  expect(verdict(samples(3, (minute) => 200 + minute))).toBe('undecided');
  expect(verdict(samples(3, () => 200))).toBe('undecided');
});
