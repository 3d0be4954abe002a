import type { ByteSource } from '../../engine/mp4/boxes.js';

/** MP4 files of as few boxes as a reader needs, with samples of zeros that last 40 ms each. */
const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.byteLength + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
};

const words = (...values: number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    buffer.writeUInt32BE(value, i * 4);
  });
  return buffer;
};

const ftyp = () => box('ftyp', Buffer.from('isom'), words(0));
const trak = (samples: number) =>
  box(
    'trak',
    box('tkhd', words(0, 0, 0, 1)),
    box(
      'mdia',
      box('mdhd', words(0, 0, 0, 1000)),
      box('minf', box('stbl', box('stts', words(0, 1, samples, 40)), box('stsz', words(0, 100, samples)))),
    ),
  );

/** `ftyp` and a `moov` that announces fragments. */
export const init = (): Buffer =>
  Buffer.concat([ftyp(), box('moov', trak(0), box('mvex', box('trex', words(0, 1, 1, 40, 0, 0))))]);

/** A `moof` and the `mdat` with its samples behind it. */
export const fragment = (samples: number, size = 100): Buffer => {
  const moof = (dataOffset: number) =>
    box(
      'moof',
      box('mfhd', words(0, 1)),
      box(
        'traf',
        box('tfhd', words(0x020000, 1)),
        box('trun', words(0x201, samples, dataOffset, ...new Array<number>(samples).fill(size))),
      ),
    );
  return Buffer.concat([moof(moof(0).byteLength + 8), box('mdat', Buffer.alloc(samples * size))]);
};

/** A file whose muxer has not come to its first `moov`. */
export const mdat = (size: number): Buffer => Buffer.concat([ftyp(), box('mdat', Buffer.alloc(size))]);

/** A finalised file. */
export const movie = (samples = 5): Buffer =>
  Buffer.concat([ftyp(), box('mdat', Buffer.alloc(samples * 100)), box('moov', trak(samples))]);

/** The bytes as a reader of boxes takes them. */
export const bytesOf = (buffer: Buffer): ByteSource => ({
  size: buffer.byteLength,
  read: (position, length) => buffer.subarray(position, position + Math.max(0, length)),
});
