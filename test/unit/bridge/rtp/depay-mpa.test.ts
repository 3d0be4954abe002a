import { describe, expect, it } from 'vitest';
import { audioTrack } from './collect.js';

const track = () => audioTrack({ encoding: 'MPA', clockRate: 90_000, fmtp: {} });
/** As lamemp3enc writes it at 8 kbit/s and 8 kHz. */
const SMALL = `ffe318c4${'55'.repeat(68)}`;
/** At 320 kbit/s and 48 kHz; rtpmpapay cuts it in two for an MTU of 500. */
const LARGE = `fffbe464${'55'.repeat(956)}`;
const FIRST = `00000000${LARGE.slice(0, 968)}`;
const SECOND = `000001e4${LARGE.slice(968)}`;

describe('MpaDepayloader', () => {
  it('takes the frames of a packet apart', () => {
    const { frames, push } = track();
    push(`00000000${SMALL}${SMALL}`, 1000);
    expect(frames).toEqual([
      [SMALL, 1000, 72_000, false],
      [SMALL, 73_000, 72_000, false],
    ]);
  });

  it('puts a frame in fragments together', () => {
    const { frames, push } = track();
    push(FIRST, 1000, { marker: false });
    push(SECOND, 1000);
    push(FIRST, 25_000, { marker: false });
    push(SECOND, 25_000);
    expect(frames).toEqual([
      [LARGE, 1000, 24_000, false],
      [LARGE, 25_000, 24_000, false],
    ]);
  });

  it('drops a frame of which a fragment is missing', () => {
    const { frames, push } = track();
    push(SECOND, 0);
    push(FIRST, 1000);
    push(FIRST, 2000, { lost: 1 });
    push(`00000005${LARGE.slice(968)}`, 2000);
    push(FIRST, 3000);
    push(`00000000${SMALL}`, 4000);
    push(`00000000${SMALL}`, 5000);
    expect(frames).toEqual([
      [SMALL, 4000, 72_000, true],
      [SMALL, 5000, 72_000, false],
    ]);
  });

  it('passes over what is no frame', () => {
    const { frames, push } = track();
    for (const hex of ['', '0000', '00000000', '00000000deadbeef', `00000000${SMALL}deadbeef`]) push(hex, 0);
    expect(frames).toEqual([[SMALL, 0, 72_000, true]]);
  });
});
