import { MICROS_PER_SECOND, type Micros } from '../core/time.js';
import { box, fullBox, SINCE_1904, u16, u32, u64 } from './box-writer.js';
import { IDENTITY, mediaBox } from './track-boxes.js';

/** A track of a movie whose samples all come in fragments. Its id is its place, from 1. */
export interface FragmentedTrack {
  kind: 'video' | 'audio';
  /** How its samples are to be decoded. */
  entry: Buffer;
  /** Pixels, as they are to be shown; 0 for sound. */
  width: number;
  height: number;
}

/** A sample that is written. Times in ticks. */
export interface MovieSample {
  ticks: number;
  size: number;
  key: boolean;
  /** From decoding to presentation; may be negative. */
  composition: number;
}

/** Ticks per second of all tracks: those of RTP's video, so that no picture's time is rounded. */
export const TIMESCALE = 90_000;

export const ticksOf = (micros: Micros): number => Math.round((micros * TIMESCALE) / MICROS_PER_SECOND);

export const FTYP = box('ftyp', Buffer.from('iso6'), u32(0), Buffer.from('iso6iso2mp41'));

const DEFAULT_BASE_IS_MOOF = 0x020000;
/** data-offset, and of each sample duration, size, flags and composition time. */
const RUN_FLAGS = 0x000f01;
const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;
/** Six hours. More has no room. */
const MOST_TICKS = 0x7fff_ffff;
/** Bytes of a moof with one run, but for its samples, and of each of these. */
const [MOOF_BYTES, SAMPLE_BYTES] = [88, 16];

/**
 * What players need first, behind `ftyp`.
 * @param taken when the first picture was taken, in seconds since 1970; of a stream without a beginning there is none
 */
export const fragmentedMoov = (tracks: readonly FragmentedTrack[], taken?: number): Buffer => {
  const created = taken === undefined ? 0 : Math.min(taken + SINCE_1904, 0xffff_ffff);
  const mvhd = [u32(created, created, TIMESCALE, 0, 0x10000), u16(0x0100, 0), u32(0, 0), IDENTITY, Buffer.alloc(24)];
  return box(
    'moov',
    fullBox('mvhd', 0, 0, ...mvhd, u32(tracks.length + 1)),
    ...tracks.map((track, index) => trak(track, index + 1)),
    box('mvex', ...tracks.map((_, index) => fullBox('trex', 0, 0, u32(index + 1, 1, 0, 0, 0)))),
  );
};

const trak = ({ kind, entry, width, height }: FragmentedTrack, id: number): Buffer => {
  const isVideo = kind === 'video';
  const empty = ['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0)));
  const place = [u32(0, 0, id, 0, 0, 0, 0), u16(0, isVideo ? 0 : 1, isVideo ? 0 : 0x0100, 0)];
  return box(
    'trak',
    fullBox('tkhd', 0, 7, ...place, IDENTITY, u32(width * 0x10000, height * 0x10000)),
    mediaBox(kind, fullBox('mdhd', 0, 0, u32(0, 0, TIMESCALE, 0), u16(0x55c4, 0)), entry, [
      ...empty,
      fullBox('stsz', 0, 0, u32(0, 0)),
    ]),
  );
};

/**
 * The `moof` of samples of one track and the head of their `mdat`, behind which they lie.
 * @param time when the first of them is decoded, in ticks; 0 if that would be before the file begins
 */
export const fragmentHead = (
  { sequence, track, time }: { sequence: number; track: number; time: number },
  samples: readonly MovieSample[],
): Buffer => {
  const run = Buffer.allocUnsafe(samples.length * SAMPLE_BYTES);
  let at = 0;
  let media = 8;
  for (const { ticks, size, key, composition } of samples) {
    at = run.writeUInt32BE(Math.min(Math.max(0, ticks), MOST_TICKS), at);
    at = run.writeUInt32BE(size, at);
    at = run.writeUInt32BE(key ? SYNC : NON_SYNC, at);
    at = run.writeInt32BE(Math.min(Math.max(composition, -MOST_TICKS), MOST_TICKS), at);
    media += size;
  }
  const moof = box(
    'moof',
    fullBox('mfhd', 0, 0, u32(sequence)),
    box(
      'traf',
      fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(track)),
      fullBox('tfdt', 1, 0, u64(Math.max(0, time))),
      fullBox('trun', 1, RUN_FLAGS, u32(samples.length, MOOF_BYTES + run.length + 8), run),
    ),
  );
  return Buffer.concat([moof, u32(media), Buffer.from('mdat')]);
};
