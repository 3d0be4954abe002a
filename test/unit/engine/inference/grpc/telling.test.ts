import { describe, expect, it } from 'vitest';
import { Drains } from '../../../../../engine/inference/grpc/drains.js';
import { Telling } from '../../../../../engine/inference/grpc/telling.js';
import type { Trouble } from '../../../../../engine/inference/types.js';

const begin = () => {
  const told: string[] = [];
  const telling = new Telling({ onTrouble: ({ code }) => told.push(code), onRecovered: () => told.push('recovered') });
  const trouble = (code: string, phase: 'connect' | 'stream', message = ''): void =>
    telling.trouble({ kind: 'network', code, message } satisfies Trouble, phase);
  return { told, telling, trouble };
};

describe('troubles', () => {
  it('are told once each, whatever their words, until there are answers', () => {
    const { told, telling, trouble } = begin();
    trouble('A', 'stream', 'picture 1');
    trouble('B', 'stream');
    trouble('A', 'stream', 'picture 2');
    telling.answered();
    telling.answered();
    trouble('A', 'stream');
    expect(told).toEqual(['A', 'B', 'recovered', 'A']);
  });

  it('of connecting are over with a connection, but not if streams have failed', () => {
    const { told, telling, trouble } = begin();
    trouble('A', 'connect');
    telling.connected();
    telling.connected();
    trouble('B', 'stream');
    trouble('A', 'connect');
    telling.connected();
    expect(told).toEqual(['A', 'recovered', 'B', 'A']);
    telling.answered();
    expect(told.at(-1)).toBe('recovered');
  });
});

describe('asking for what is held back', () => {
  it('becomes rare if it is of no use, and is as before when it was', () => {
    const drains = new Drains(2_000);
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      waits.push(drains.idleAfter(0) / 1e6);
      drains.ended(false);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60]);
    drains.ended(true);
    expect(drains.idleAfter(0)).toBe(2e6);
  });

  it('waits for as long as the server is silent as a rule', () => {
    expect(new Drains(2_000).idleAfter(9e6)).toBe(9e6);
  });
});
