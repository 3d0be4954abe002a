import { box, fullBox, SINCE_1904, u16, u32, u64 } from './box-writer.js';
import { chunkOffsets, type SampleTable } from './sample-table.js';
import { IDENTITY, mediaBox } from './track-boxes.js';
import type { Mp4Track } from './tracks.js';

/** A track of the file that is made. Times of its samples count from what is shown first. */
export interface MovieTrack {
  track: Pick<Mp4Track, 'kind' | 'timescale' | 'width' | 'height'>;
  /** How they are to be decoded. */
  sampleEntry: Buffer;
  table: SampleTable;
  /** Where its chunks begin in the media. */
  chunks: number[];
}

export interface Movie {
  tracks: readonly MovieTrack[];
  /** What is shown, in ticks of the video's timescale. */
  duration: number;
  timescale: number;
  /** When the first picture that is shown was taken, in seconds since 1970. */
  taken: number;
  mediaBytes: number;
}

const FTYP = box('ftyp', Buffer.from('isom'), u32(0x200), Buffer.from('isomiso2mp41'));
/** Places beyond this need 64 bits. */
export const LARGE = 0xffff_ffff;

/** Everything in front of the media: `ftyp`, `moov` and the head of `mdat`. */
export const movieHeader = (movie: Movie): Buffer => {
  // How long the moov is does not depend on where the chunks lie, but on how many bytes each place takes.
  const sizeOf = (isLarge: boolean): number => FTYP.length + moov(movie, 0, isLarge).length + 16;
  const isLarge = sizeOf(true) + movie.mediaBytes > LARGE;
  const head = isLarge
    ? Buffer.concat([u32(1), Buffer.from('mdat'), u64(movie.mediaBytes + 16)])
    : Buffer.concat([u32(movie.mediaBytes + 8), Buffer.from('mdat')]);
  const base = FTYP.length + moov(movie, 0, isLarge).length + head.length;
  return Buffer.concat([FTYP, moov(movie, base, isLarge), head]);
};

/**
 * The `moov` of a movie.
 * @param base where its media begins in the file
 * @param isLarge places beyond 4 GB can be told
 */
export const moov = (movie: Movie, base: number, isLarge: boolean): Buffer => {
  const { tracks, duration, timescale } = movie;
  const taken = movie.taken + SINCE_1904;
  const mvhd = fullBox(
    'mvhd',
    ...([1, 0] as const),
    ...[u64(taken), u64(taken), u32(timescale), u64(duration), u32(0x10000), u16(0x0100), Buffer.alloc(10)],
    ...[IDENTITY, Buffer.alloc(24), u32(tracks.length + 1)],
  );
  return box('moov', mvhd, ...tracks.map((each, index) => trak(each, index + 1, { movie, base, isLarge, taken })));
};

interface Place {
  movie: Movie;
  base: number;
  isLarge: boolean;
  taken: number;
}

const trak = ({ track, sampleEntry, table, chunks }: MovieTrack, id: number, place: Place): Buffer => {
  const { movie, base, isLarge, taken } = place;
  const isVideo = track.kind === 'video';
  const toMovie = (ticks: number): number => Math.round((ticks * movie.timescale) / track.timescale);
  const offsets = chunks.map((at) => at + base);
  const size = isVideo ? u32(track.width * 0x10000, track.height * 0x10000) : u32(0, 0);
  return box(
    'trak',
    fullBox(
      'tkhd',
      ...([1, 7] as const),
      ...[u64(taken), u64(taken), u32(id, 0), u64(movie.duration), u32(0, 0), u16(0, isVideo ? 0 : 1)],
      ...[u16(isVideo ? 0 : 0x0100, 0), IDENTITY, size],
    ),
    edits(table, movie.duration, toMovie),
    mediaBox(
      track.kind,
      fullBox('mdhd', 1, 0, u64(taken), u64(taken), u32(track.timescale), u64(table.duration), u16(0x55c4, 0)),
      sampleEntry,
      [...table.boxes(), chunkOffsets(offsets, isLarge)],
    ),
  );
};

/** What is shown of a track: from the moment that was asked for on; sound that begins later is preceded by nothing. */
const edits = (table: SampleTable, duration: number, toMovie: (ticks: number) => number): Buffer => {
  const late = Math.max(0, toMovie(table.first));
  const entries = [
    ...(late > 0 ? [[late, -1] as const] : []),
    [Math.max(1, Math.min(duration, toMovie(table.end)) - late), Math.max(0, -table.first)] as const,
  ];
  const bytes = entries.map(([length, from]) => {
    const entry = Buffer.alloc(20);
    entry.writeBigUInt64BE(BigInt(length), 0);
    entry.writeBigInt64BE(BigInt(from), 8);
    entry.writeUInt16BE(1, 16);
    return entry;
  });
  return box('edts', fullBox('elst', 1, 0, u32(entries.length), ...bytes));
};
