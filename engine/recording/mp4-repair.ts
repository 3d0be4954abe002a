import { closeSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { withFile } from '../mp4/boxes.js';
import { hideEmptyTracks } from '../mp4/empty-tracks.js';
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
 * Makes a file that was left unfinished playable everywhere, by cutting off what follows the last complete fragment. It
 * never changes bytes that play, so it may be repeated, or killed in between.
 *
 * @throws the file system's error if the file cannot be read or written.
 */
export const repairMp4 = (path: string): Repair => {
  hideEmptyTracks(path);
  const layout = withFile(path, layoutOf);
  if (layout.state === 'unplayable') return { outcome: 'unplayable', bytes: layout.size, cut: 0, layout };
  const cut = layout.size - layout.playableEnd;
  // In any case it is synced: whoever wrote it may not have come to that, and others will be told of the file.
  edit(path, (fd) => {
    if (cut > 0) ftruncateSync(fd, layout.playableEnd);
  });
  if (layout.state === 'finalised') return { outcome: 'whole', bytes: layout.size, cut: 0, layout };
  return { outcome: 'repaired', bytes: layout.playableEnd, cut, layout };
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
