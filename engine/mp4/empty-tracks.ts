import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type ByteSource, boxes, children, type Mp4Box, withFile } from './boxes.js';
import { trackIdOf } from './tracks.js';

/** Offset of its type in a box. */
const TYPE = 4;

/**
 * Makes nothing of each track in which nothing was ever written: sound that was expected and did not come. Players would
 * wait for it. It may be repeated.
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

/** Where they begin: of a file whose samples are all in fragments, the tracks of which no fragment is. */
const emptyTracks = (source: ByteSource): number[] => {
  const all = [...boxes(source)];
  const moov = all.find((box) => box.type === 'moov' && box.whole);
  if (!moov || children(source, moov, 'mvex').length === 0) return [];
  const seen = fragmentedTracks(source, all);
  if (seen.size === 0) return [];
  return children(source, moov, 'trak')
    .filter((trak) => !seen.has(trackIdOf(source, trak)))
    .map(({ start }) => start);
};

/** Ids of the tracks of which there are fragments. */
const fragmentedTracks = (source: ByteSource, all: readonly Mp4Box[]): Set<number | undefined> =>
  new Set(
    all
      .filter(({ type, whole }) => type === 'moof' && whole)
      .flatMap((moof) => children(source, moof, 'traf'))
      .map((traf) => {
        const header = children(source, traf, 'tfhd')[0];
        const bytes = header && source.read(header.body + 4, 4);
        return bytes?.length === 4 ? bytes.readUInt32BE() : undefined;
      }),
  );
