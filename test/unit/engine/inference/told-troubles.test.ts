import { describe, expect, it } from 'vitest';
import { ToldTroubles } from '../../../../engine/inference/told-troubles.js';
import type { Trouble } from '../../../../engine/inference/types.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const setUp = (): { clock: FakeClock; told: string[]; troubles: ToldTroubles; fail: (code: string) => void } => {
  const clock = new FakeClock();
  const told: string[] = [];
  const troubles = new ToldTroubles(clock, {
    onTrouble: ({ code }: Trouble) => told.push(code),
    onRecovered: () => told.push('well'),
  });
  return { clock, told, troubles, fail: (code) => troubles.failed({ kind: 'protocol', code, message: '' }) };
};

describe('troubles', () => {
  it('are told once, and their end at the first answer', () => {
    const { told, troubles, fail } = setUp();
    troubles.answered();
    fail('500');
    fail('500');
    troubles.answered();
    troubles.answered();
    expect(told).toEqual(['500', 'well']);
  });

  it('are told when they are others, and again only after a while', () => {
    const { told, fail, clock } = setUp();
    for (const code of ['a', 'b', 'a', 'b']) fail(code);
    expect(told).toEqual(['a', 'b']);
    clock.advance(60_000);
    fail('a');
    fail('a');
    expect(told).toEqual(['a', 'b', 'a']);
  });

  it('that come back are over after longer and longer times without one', () => {
    const { told, troubles, fail, clock } = setUp();
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      fail('500');
      let waited = 0;
      while (told.at(-1) !== 'well') {
        troubles.answered();
        clock.advance(500);
        waited += 500;
      }
      waits.push(waited - 500);
    }
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    clock.advance(60_000);
    fail('500');
    troubles.answered();
    expect(told.slice(-2)).toEqual(['500', 'well']);
  });

  it('are not over while they come in between', () => {
    const { told, troubles, fail, clock } = setUp();
    fail('500');
    troubles.answered();
    for (let n = 0; n < 1_000; n++) {
      if (n % 4 === 0) fail('500');
      else troubles.answered();
      clock.advance(200);
    }
    expect(told).toEqual(['500', 'well', '500']);
  });
});
