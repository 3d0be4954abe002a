import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type ByteSource, boxes, children, descend, type Mp4Box, withFile } from './mp4-boxes.js';

/** Offset of its type in a box. */
const TYPE = 4;

/**
 * Makes nothing of each track in which nothing was ever written: sound that was expected and did not come. The muxer leaves it
 * without a format, and players refuse the whole file. It may be repeated.
 *
 * @throws the file system's error if the file cannot be read or written.
 */
export const hideEmptyTracks = (path: string): void => {
  const places = withFile(path, emptyTracks);
  if (places.length === 0) return;
  const fd = openSync(path, 'r+');
  try {
    for (const place of places) writeSync(fd, Buffer.from('free'), 0, 4, place + TYPE);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Where they begin: those without a format, or, where all samples are in fragments, those of which no fragment is. */
const emptyTracks = (source: ByteSource): number[] => {
  const all = [...boxes(source)];
  let seen: Set<number> | undefined;
  const isEmpty = (trak: Mp4Box, inFragments: boolean): boolean => {
    if (!hasFormat(source, trak)) return true;
    if (!inFragments || listsSamples(source, trak)) return false;
    seen ??= fragmentedTracks(source, all);
    return seen.size > 0 && !seen.has(wordIn(source, children(source, trak, 'tkhd')[0], ID_OFFSET));
  };
  return all
    .filter((box) => box.type === 'moov' && box.whole)
    .flatMap((moov) => {
      const inFragments = children(source, moov, 'mvex').length > 0;
      return children(source, moov, 'trak').filter((trak) => isEmpty(trak, inFragments));
    })
    .map(({ start }) => start);
};

/** Offsets in the first versions of `tkhd` and `stsz`, and in `tfhd`. */
const [ID_OFFSET, COUNT_OFFSET, TRACK_OFFSET] = [12, 8, 4];

const hasFormat = (source: ByteSource, trak: Mp4Box): boolean => {
  const formats = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsd']);
  return formats === undefined || !source.read(formats.body, 8).equals(Buffer.alloc(8));
};

const listsSamples = (source: ByteSource, trak: Mp4Box): boolean =>
  wordIn(source, descend(source, trak, ['mdia', 'minf', 'stbl', 'stsz']), COUNT_OFFSET) > 0;

/** Ids of the tracks of which there are fragments. */
const fragmentedTracks = (source: ByteSource, all: readonly Mp4Box[]): Set<number> =>
  new Set(
    all
      .filter(({ type, whole }) => type === 'moof' && whole)
      .flatMap((moof) => children(source, moof, 'traf'))
      .map((traf) => wordIn(source, children(source, traf, 'tfhd')[0], TRACK_OFFSET)),
  );

const wordIn = (source: ByteSource, box: Mp4Box | undefined, offset: number): number => {
  const bytes = box && source.read(box.body + offset, 4);
  return bytes?.length === 4 ? bytes.readUInt32BE() : 0;
};
