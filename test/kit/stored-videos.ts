import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Archive } from '../../engine/archive/archive.js';
import { dayFolder, segmentStem } from '../../engine/archive/segment-name.js';
import { seconds, type UtcMicros } from '../../engine/core/time.js';
import { segmentFile } from './segment-file.js';

/** Puts a video with 8 s of media into an archive, as if it had been recorded at `startUtc`. */
export const storeVideo = (archive: Archive, name: string, startUtc: UtcMicros): void => {
  const properties = { title: `title of ${name}`, description: '', segmentLength: seconds(30), previews: false };
  const writer = archive.write(name, { ...properties, retentionPeriod: seconds(7 * 86_400) }, 'p1/videoSink');
  const path = `${writer.video.folder}/${dayFolder(startUtc)}/${segmentStem(startUtc)}.mp4`;
  const location = archive.media.absolute(path);
  mkdirSync(dirname(location), { recursive: true });
  writeFileSync(location, segmentFile({ seconds: 8 }));
  writer.release();
  archive.sweep({ rebuild: true });
};
