import { describe, expect, it } from 'vitest';
import { audioTrack } from './collect.js';

const track = (fmtp: Record<string, string> = {}) =>
  audioTrack({
    encoding: 'MPEG4-GENERIC',
    clockRate: 16_000,
    channels: 1,
    fmtp: { mode: 'AAC-hbr', config: '1408', sizelength: '13', indexlength: '3', indexdeltalength: '3', ...fmtp },
  });

/** As avenc_aac writes silence, and rtpmp4gpay packets it. */
const FIRST = 'de02004c61766335392e33372e313030000230400e';
const SILENCE = '01182007';

describe('AacDepayloader', () => {
  it('takes one frame from a packet', () => {
    const { frames, push } = track();
    push(`001000a8${FIRST}`, 0);
    push(`00100020${SILENCE}`, 64_000);
    push(`00100020${SILENCE}`, 192_000, { lost: 1 });
    expect(frames).toEqual([
      [FIRST, 0, 64_000, false],
      [SILENCE, 64_000, 64_000, false],
      [SILENCE, 192_000, 64_000, true],
    ]);
  });

  it('takes several frames from a packet, with their times', () => {
    const { frames, push } = track({ config: '1210' });
    push('0030 0010 0018 0008 aabb ccddee ff'.replaceAll(' ', ''), 1000);
    expect(frames).toEqual([
      ['aabb', 1000, 23_220, false],
      ['ccddee', 24_220, 23_220, false],
      ['ff', 47_440, 23_220, false],
    ]);
  });

  it('reads headers of other lengths, and what may stand in them', () => {
    const lbr = track({ sizelength: '6', indexlength: '2', indexdeltalength: '2' });
    lbr.push('0010 08 0c aabb ccddee'.replaceAll(' ', ''), 0);
    expect(lbr.frames.map(([hex]) => hex)).toEqual(['aabb', 'ccddee']);
    // Size, index, CTS flag, DTS flag and delta, random access, state: 13 3 1 1 2 1 3 bits; then 8 bits of a section.
    const full = track({
      ctsdeltalength: '4',
      dtsdeltalength: '2',
      randomaccessindication: '1',
      streamstateindication: '3',
      auxiliarydatasizelength: '8',
    });
    full.push('0018 0010 68 10 eeee aabb'.replaceAll(' ', ''), 0);
    expect(full.frames.map(([hex]) => hex)).toEqual(['aabb']);
  });

  it('puts a frame together that is spread over packets', () => {
    const { frames, push } = track();
    push(`00100020${SILENCE}`, 0);
    // rtpmp4gpay with an MTU of 30.
    push('001000a8de02004c61766335392e33372e31', 64_000, { marker: false });
    push('001000a83030000230400e', 64_000);
    push(`00100020${SILENCE}`, 128_000);
    expect(frames.slice(1)).toEqual([
      [FIRST, 64_000, 64_000, false],
      [SILENCE, 128_000, 64_000, false],
    ]);
  });

  it('drops a frame of which a part is missing', () => {
    const { frames, push } = track();
    const [begin, middle, end] = ['00100030aabb', '00100030ccdd', '00100030eeff'] as const;
    push(`00100020${SILENCE}`, 0);
    push(begin, 1000, { marker: false });
    push(end, 1000, { lost: 1 });
    push(middle, 2000, { marker: false, lost: 1 });
    push(end, 2000);
    push(begin, 3000, { marker: false });
    push(middle, 3000);
    push(begin, 4000, { marker: false });
    push(middle, 4000, { marker: false });
    push(end, 4000);
    expect(frames.slice(1)).toEqual([['aabbccddeeff', 4000, 64_000, true]]);
  });

  it('does not wait for a marker that never comes', () => {
    const { frames, push } = track();
    push('00100030ccdd', 0, { marker: false });
    push('00100030eeff', 0, { marker: false });
    for (const part of ['aabb', 'ccdd', 'eeff']) push(`00100030${part}`, 64_000, { marker: false });
    expect(frames).toEqual([['aabbccddeeff', 64_000, 64_000, true]]);
  });

  it('gives up a frame whose rest never comes', () => {
    const { frames, push } = track();
    push(`00100020${SILENCE}`, 0);
    push('00100030aabb', 1000, { marker: false });
    for (const part of ['aabb', 'ccdd', 'eeff']) push(`00100030${part}`, 2000, { marker: false });
    expect(frames.slice(1)).toEqual([['aabbccddeeff', 2000, 64_000, true]]);
  });

  it('refuses what is interleaved', () => {
    const { frames, push } = track();
    push('0020 0010 0011 aabb ccdd'.replaceAll(' ', ''), 0);
    push('0010 0013 aabb'.replaceAll(' ', ''), 1000);
    push(`00100020${SILENCE}`, 2000);
    expect(frames).toEqual([
      ['aabb', 0, 64_000, false],
      [SILENCE, 2000, 64_000, true],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a torn length', '00'],
    ['headers without frames', '00100020'],
    ['headers beyond the end', 'ffff0020aabb'],
    ['no headers', '0000aabb'],
  ])('finds no frame in %s', (_, hex) => {
    const { frames, push } = track();
    push(hex, 0);
    expect(frames).toEqual([]);
  });
});
