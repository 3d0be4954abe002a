import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { type ByteSource, boxes, children, descend, withFile } from './mp4-boxes.js';

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

/** Where they begin: those whose list of formats is empty. */
const emptyTracks = (source: ByteSource): number[] =>
  [...boxes(source)]
    .filter((box) => box.type === 'moov' && box.whole)
    .flatMap((moov) => children(source, moov, 'trak'))
    .filter((trak) => {
      const formats = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsd']);
      return formats !== undefined && source.read(formats.body, 8).equals(Buffer.alloc(8));
    })
    .map((trak) => trak.start);
