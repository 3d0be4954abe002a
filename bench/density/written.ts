import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Video files below a folder, each counted once whatever it is called. */
export interface Written {
  videos: number;
  bytes: number;
}

export const writtenBelow = (folder: string): Written => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) => /\.(mp4|mkv)$/.test(each));
  const links = new Set<number>();
  let bytes = 0;
  for (const file of files) {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    // A file that is being written has two names, and may be given another one at this moment.
    if (!found || links.has(found.ino)) continue;
    links.add(found.ino);
    bytes += found.size;
  }
  return { videos: links.size, bytes };
};
