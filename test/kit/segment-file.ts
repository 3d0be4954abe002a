import { box, fullBox, text, u16, u32 } from '../../engine/mp4/box-writer.js';

const u8 = (...values: readonly number[]): Buffer => Buffer.from(values);

export interface SegmentFileOptions {
  /** Seconds of video, 25 pictures a second. */
  seconds?: number;
  /** In place of `seconds`. */
  pictures?: number;
  /** Pictures from one keyframe to the next. */
  gop?: number;
  /** It begins with a picture that is no keyframe. */
  unkeyed?: boolean;
  /** With sound, 10 frames a second. */
  sound?: boolean;
  /** Bytes of a picture. */
  size?: number;
}

const FRAME = 3600;
const SOUND_FRAME = 9000;
const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const NON_SYNC = 0x0101_0000;

const trak = (id: number, handler: 'vide' | 'soun', entry: Buffer): Buffer =>
  box(
    'trak',
    fullBox('tkhd', 0, 3, u32(0, 0, id, 0, 0, 0, 0), u16(0, 0, 0, 0), IDENTITY, u32(0, 0)),
    box(
      'mdia',
      fullBox('mdhd', 0, 0, u32(0, 0, 90_000, 0), u16(0x55c4, 0)),
      fullBox('hdlr', 0, 0, u32(0), Buffer.from(handler), u32(0, 0, 0), text('')),
      box(
        'minf',
        box(
          'stbl',
          fullBox('stsd', 0, 0, u32(1), entry),
          ...['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0))),
          fullBox('stsz', 0, 0, u32(0, 0)),
        ),
      ),
    ),
  );

/** Baseline 3.0, 320×180. */
const AVC1 = box(
  'avc1',
  ...[u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(320, 180), u32(0x48_0000, 0x48_0000, 0), u16(1)],
  ...[Buffer.alloc(32), u16(24, 0xffff), box('avcC', u8(1, 0x42, 0xc0, 0x1e, 0xff, 0xe0, 0))],
);

/** AAC-LC, 48 kHz, mono. */
const MP4A = box(
  'mp4a',
  ...[u32(0), u16(0, 1), u32(0, 0), u16(1, 16, 0, 0), u32(48_000 * 65_536)],
  fullBox(
    'esds',
    0,
    0,
    u8(0x03, 22, 0, 0, 0, 0x04, 17, 0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 2, 0x11, 0x88),
  ),
);

const fragment = (track: number, time: number, samples: { size: number; ticks: number; key: boolean }[]): Buffer => {
  const moof = (offset: number): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(1)),
      box(
        'traf',
        fullBox('tfhd', 0, 0, u32(track)),
        fullBox('tfdt', 0, 0, u32(time)),
        fullBox(
          'trun',
          0,
          0x701,
          u32(samples.length, offset),
          ...samples.map(({ size, ticks, key }) => u32(ticks, size, key ? 0 : NON_SYNC)),
        ),
      ),
    );
  const head = moof(moof(0).length + 8);
  const bytes = samples.map(({ size }, index) => Buffer.alloc(size, (track * 100 + index) % 251));
  return Buffer.concat([head, box('mdat', ...bytes)]);
};

/** A segment as the muxer writes it: pairs of moof and mdat, one second each, pictures in front of their sound. */
export const segmentFile = (options: SegmentFileOptions = {}): Buffer => {
  const { seconds = 4, gop = 25, unkeyed = false, sound = false, size = 100 } = options;
  const { pictures: count = seconds * 25 } = options;
  const trex = (id: number): Buffer => fullBox('trex', 0, 0, u32(id, 1, 0, 0, 0));
  const moov = box(
    'moov',
    fullBox('mvhd', 0, 0, u32(0, 0, 90_000, 0, 0x10000), u16(0x0100, 0), u32(0, 0), IDENTITY, Buffer.alloc(24), u32(3)),
    trak(1, 'vide', AVC1),
    ...(sound ? [trak(2, 'soun', MP4A)] : []),
    box('mvex', trex(1), ...(sound ? [trex(2)] : [])),
  );
  const parts = [box('ftyp', Buffer.from('mp42'), u32(0), Buffer.from('mp42')), moov];
  const isKey = (picture: number): boolean => (picture === 0 ? !unkeyed : picture % gop === 0);
  for (let second = 0; second * 25 < count; second++) {
    const length = Math.min(25, count - second * 25);
    const pictures = Array.from({ length }, (_, index) => second * 25 + index);
    // A keyframe always begins a fragment.
    for (let from = 0; from < length; ) {
      const behind = pictures.findIndex((picture, index) => index > from && isKey(picture));
      const to = behind < 0 ? length : behind;
      const samples = pictures.slice(from, to).map((picture) => ({ size, ticks: FRAME, key: isKey(picture) }));
      parts.push(fragment(1, pictures[from]! * FRAME, samples));
      from = to;
    }
    const frames = Array.from({ length: 10 }, () => ({ size: 20, ticks: SOUND_FRAME, key: true }));
    if (sound) parts.push(fragment(2, second * 90_000, frames));
  }
  return Buffer.concat(parts);
};
