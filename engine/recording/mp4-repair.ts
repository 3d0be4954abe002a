import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { hideEmptyTracks } from '../../bridge/empty-tracks.js';
import { type ByteSource, boxes, withFile } from '../../bridge/mp4-boxes.js';
import { layoutOf, type Mp4Layout } from './mp4-layout.js';

export interface Repair {
  /** `whole`: finalised, nothing was done. `repaired`: plays up to where it was written. `unplayable`: nothing plays. */
  outcome: 'whole' | 'repaired' | 'unplayable';
  /** Size of the file afterwards. */
  bytes: number;
  /** Bytes that were cut off the end. */
  cut: number;
  layout: Mp4Layout;
}

/**
 * Makes the file of a muxer that died playable everywhere, by cutting off what follows the last complete fragment. It
 * never changes bytes that play, so it may be repeated, or killed in between.
 *
 * @throws the file system's error if the file cannot be read or written.
 */
export const repairMp4 = (path: string): Repair => {
  hideEmptyTracks(path);
  let layout = withFile(path, layoutOf);
  if (!layout.hasMoov && layout.hasFtyp && undoFinalising(path)) {
    hideEmptyTracks(path);
    layout = withFile(path, layoutOf);
  }
  if (layout.state === 'unplayable') return { outcome: 'unplayable', bytes: layout.size, cut: 0, layout };
  const cut = layout.size - layout.playableEnd;
  // In any case it is synced: the muxer that died may not have come to that, and others will be told of the file.
  edit(path, (fd) => {
    if (cut > 0) ftruncateSync(fd, layout.playableEnd);
  });
  if (layout.state === 'finalised') return { outcome: 'whole', bytes: layout.size, cut: 0, layout };
  return { outcome: 'repaired', bytes: layout.playableEnd, cut, layout };
};

/** Type of the first moov, from when the muxer has hidden it until it has written the final one. */
const HIDDEN_MOOV = 'hoov';
const SEARCH_STEP = 4 * 1024 * 1024;

/**
 * GStreamer's muxer finalises in three writes: it renames the moov at the front, extends the first mdat over all that
 * follows, and appends the final moov. A file that was left in between has no moov. This undoes the first two writes.
 */
const undoFinalising = (path: string): boolean => {
  const plan = withFile(path, (source) => {
    const first = [...boxes(source)].find((box) => box.type === 'mdat');
    const hidden = findHiddenMoov(source, first?.body ?? 0);
    return first && hidden !== undefined ? { first, hidden } : undefined;
  });
  if (!plan) return false;
  const { first, hidden } = plan;
  edit(path, (fd) => {
    if (first.end !== hidden) {
      // The header of the mdat ends where its samples begin, whether it has 8 or 16 bytes after the change.
      const header = Buffer.alloc(8);
      header.writeUInt32BE(hidden - (first.body - 8), 0);
      header.write('mdat', 4, 'latin1');
      if (first.body - first.start === 16) {
        writeSync(fd, Buffer.from([0, 0, 0, 8, ...Buffer.from('free')]), 0, 8, first.start);
      }
      writeSync(fd, header, 0, 8, first.body - 8);
    }
    writeSync(fd, Buffer.from('moov'), 0, 4, hidden + 4);
  });
  return true;
};

/**
 * Finds the hidden moov by its first box, mvhd, which has one of two sizes. Samples do not contain these twelve bytes
 * by chance.
 */
const findHiddenMoov = (source: ByteSource, from: number): number | undefined => {
  const pattern = Buffer.from(HIDDEN_MOOV);
  const after = [108, 120].map((size) => Buffer.concat([Buffer.from([0, 0, 0, size]), Buffer.from('mvhd')]));
  for (let start = from; start < source.size; start += SEARCH_STEP) {
    const chunk = source.read(start, SEARCH_STEP + 16);
    for (let at = chunk.indexOf(pattern); at >= 0; at = chunk.indexOf(pattern, at + 1)) {
      if (at >= 4 && after.some((bytes) => chunk.subarray(at + 4, at + 12).equals(bytes))) return start + at - 4;
    }
  }
  return undefined;
};

const edit = (path: string, change: (fd: number) => void): void => {
  const fd = openSync(path, 'r+');
  try {
    change(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
