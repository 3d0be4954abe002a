import { describe, expect, it } from 'vitest';
import { audioTrack } from './collect.js';

const track = (config = '40002810adca00') =>
  audioTrack({ encoding: 'MP4A-LATM', clockRate: 16_000, fmtp: { cpresent: '0', config } });

/** As avenc_aac writes silence, and rtpmp4apay packets it. */
const FIRST = 'de02004c61766335392e33372e313030000230400e';
const SILENCE = '01182007';
const LONG = 'ab'.repeat(600);

describe('LatmDepayloader', () => {
  it('takes a frame from behind its length', () => {
    const { frames, push } = track();
    push(`15${FIRST}`, 0);
    push(`04${SILENCE}`, 64_000);
    push(`ffff5a${LONG}`, 192_000, { lost: 1 });
    expect(frames).toEqual([
      [FIRST, 0, 64_000, false],
      [SILENCE, 64_000, 64_000, false],
      [LONG, 192_000, 64_000, true],
    ]);
  });

  it('takes several frames from a packet, with their times', () => {
    const { frames, push } = track('400024203fc0');
    push(`04${SILENCE}00${'02aabb'}`, 1000);
    expect(frames).toEqual([
      [SILENCE, 1000, 23_220, false],
      ['aabb', 24_220, 23_220, false],
    ]);
  });

  it('puts a frame together that is spread over packets', () => {
    const { frames, push } = track();
    // rtpmp4apay with an MTU of 28.
    push('15de02004c61766335392e33372e3130', 0, { marker: false });
    push('30000230400e', 0);
    push(`04${SILENCE}`, 64_000);
    // A second frame behind the end of the first.
    push(`04${SILENCE.slice(0, 4)}`, 128_000, { marker: false });
    push(`${SILENCE.slice(4)}01cc`, 128_000);
    expect(frames).toEqual([
      [FIRST, 0, 64_000, false],
      [SILENCE, 64_000, 64_000, false],
      [SILENCE, 128_000, 64_000, false],
      ['cc', 192_000, 64_000, false],
    ]);
  });

  it('drops a frame of which a part is missing, and takes no rest for a beginning', () => {
    const { frames, push } = track();
    push('04aabb', 0, { marker: false });
    push('ccdd', 0, { marker: true });
    push('06aabb', 1000, { marker: false });
    push('01ee', 1000, { marker: false, lost: 1 });
    push('01ff', 1000);
    push('04aabb', 2000);
    push('01cc', 3000);
    expect(frames).toEqual([
      ['aabbccdd', 0, 64_000, false],
      ['cc', 3000, 64_000, true],
    ]);
  });

  it('gives up a frame whose rest never comes', () => {
    const { frames, push } = track();
    push('04aabb', 0, { marker: false });
    push(`04${SILENCE}`, 64_000);
    push(`${'ff'.repeat(300)}00aa`, 128_000, { marker: false });
    push(`04${SILENCE}`, 128_000);
    expect(frames).toEqual([
      [SILENCE, 64_000, 64_000, true],
      [SILENCE, 128_000, 64_000, true],
    ]);
  });

  it('loses nothing more than what is missing where frames are not spread', () => {
    const { frames, push } = track();
    push('01aa', 0);
    push('01bb', 128_000, { lost: 1 });
    expect(frames.map(([hex]) => hex)).toEqual(['aa', 'bb']);
  });

  it.each([
    ['nothing', ''],
    ['a length that is cut off', 'ffff'],
    ['a length without end', 'ff'.repeat(1400)],
    ['a length of nothing', '00'],
  ])('finds no frame in %s', (_, hex) => {
    const { frames, push } = track();
    push(hex, 0);
    expect(frames).toEqual([]);
  });
});
