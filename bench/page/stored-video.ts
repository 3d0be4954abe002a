import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Archive } from '../../engine/archive/archive.js';
import { metadataFile, type VideoMetadata } from '../../engine/archive/metadata-log.js';
import { dayFolder, segmentStem } from '../../engine/archive/segment-name.js';
import { seconds, type UtcMicros } from '../../engine/core/time.js';

export interface StoredSegment {
  start: UtcMicros;
  /** Of the media, which is copied. */
  file: string;
}

export interface StoredVideo {
  name: string;
  segments: readonly StoredSegment[];
  metadata?: readonly VideoMetadata[];
}

/** Puts videos into an archive that is not in use yet, as if they had been recorded. */
export const storeVideos = (archive: Archive, videos: readonly StoredVideo[]): void => {
  for (const { name, segments, metadata = [] } of videos) {
    const properties = { title: name, description: '', segmentLength: seconds(30), previews: false };
    const writer = archive.write(name, { ...properties, retentionPeriod: undefined }, 'p1/videoSink');
    const folder = archive.media.absolute(writer.video.folder);
    for (const { start, file } of segments) {
      const path = join(folder, dayFolder(start), `${segmentStem(start)}.mp4`);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(file, path);
    }
    for (const each of metadata) {
      const path = join(folder, metadataFile(each.utc));
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify(each)}\n`);
    }
    writer.release();
  }
  archive.sweep({ rebuild: true });
};

/** Of milliseconds since the epoch. */
export const utcOf = (ms: number): UtcMicros => Math.round(ms * 1000) as UtcMicros;
