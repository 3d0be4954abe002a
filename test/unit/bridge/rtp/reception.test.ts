import { describe, expect, it } from 'vitest';
import { Reception } from '../../../../bridge/rtp/reception.js';

describe('Reception', () => {
  it('counts what was lost since the last block, and in all', () => {
    const reception = new Reception();
    reception.begin(9, 65_534);
    reception.advance(0);
    reception.advance(1);
    expect(reception.block()).toEqual({
      ssrc: 9,
      // 1 of 4.
      fractionLost: 64,
      cumulativeLost: 1,
      highestSequence: 65_537,
      jitter: 0,
    });
    reception.advance(0);
    expect(reception.block()).toMatchObject({ fractionLost: 0, cumulativeLost: 1, highestSequence: 65_538 });
    expect(reception.block()).toMatchObject({ fractionLost: 0 });
  });

  it('averages jitter over 16 packets', () => {
    const reception = new Reception();
    reception.begin(9, 0);
    for (let run = 0; run < 200; run++) reception.measure(run % 2 === 0 ? 0 : 900);
    expect(reception.block().jitter).toBe(900);
    // Neither one whose arrival is not known nor the one behind it says anything.
    reception.measure(undefined);
    reception.measure(90_000);
    expect(reception.block().jitter).toBe(900);
  });

  it('knows nothing of the source before', () => {
    const reception = new Reception();
    reception.begin(9, 0);
    reception.advance(100);
    reception.measure(5);
    reception.begin(10, 300);
    reception.measure(100_000);
    expect(reception.block()).toEqual({
      ssrc: 10,
      fractionLost: 0,
      cumulativeLost: 0,
      highestSequence: 300,
      jitter: 0,
    });
  });
});
