import { describe, expect, it } from 'vitest';
import { SoundRate } from '../../../../bridge/rtp/sound-rate.js';

const FRAME = 20_000;
const SECOND = 1_000_000;

/** Sound for a minute: what is told, and at which second. */
const listen = ({
  clock = 1,
  amount = 1,
  arrivalOf = (at: number) => at,
  isOn = (_: number) => true,
}: {
  clock?: number;
  amount?: number;
  arrivalOf?(at: number): number;
  isOn?(at: number): boolean;
}): [second: number, factor: string][] => {
  const rate = new SoundRate();
  const told: [number, string][] = [];
  for (let at = 0; at < 60 * SECOND; at += FRAME) {
    const factor = isOn(at) ? rate.frame(arrivalOf(at), at * clock, FRAME * amount) : undefined;
    if (factor !== undefined) told.push([Math.round(at / SECOND), factor.toFixed(1)]);
  }
  return told;
};

describe('SoundRate', () => {
  it('says nothing of sound as it should be, with gaps, or late', () => {
    expect(listen({})).toEqual([]);
    expect(listen({ clock: 1.001, amount: 1.001 })).toEqual([]);
    expect(listen({ isOn: (at) => at % (3 * SECOND) < SECOND })).toEqual([]);
    expect(listen({ arrivalOf: (at) => Math.max(at, Math.min(at + 5 * SECOND, 25 * SECOND)) })).toEqual([]);
  });

  it('finds times that run too fast or too slowly, and too much sound for its times', () => {
    expect(listen({ clock: 2, amount: 2 })).toEqual([[20, '2.0']]);
    expect(listen({ clock: 0.5, amount: 0.5 })).toEqual([[20, '0.5']]);
    expect(listen({ amount: 2 })).toEqual([[20, '2.0']]);
  });
});
