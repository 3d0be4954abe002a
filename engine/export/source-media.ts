import type { Segment } from '../archive/archive-index.js';
import { originOf } from '../archive/cuts.js';
import { MICROS_PER_SECOND, type Micros, type UtcMicros } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import type { TableSample } from '../mp4/sample-table.js';
import { readSegment } from '../mp4/segment-layout.js';
import { type Mp4Track, sampleEntries } from '../mp4/tracks.js';

/** A segment that an export is made of. */
export interface SourceSegment extends Pick<Segment, 'startUtc' | 'continues' | 'keyed'> {
  /** Absolute. */
  path: string;
  /** Of what is on the disk. */
  endUtc: UtcMicros;
}

export interface TimedSample extends TableSample {
  /** In the segment's file. */
  offset: number;
}

export interface TimedFragment {
  track: number;
  samples: TimedSample[];
}

interface TrackEntry {
  track: Mp4Track;
  sampleEntry: Buffer;
}

/** What is in a segment's file, with the times of each track in its own ticks since a common beginning. */
export interface SegmentMedia {
  video: Mp4Track;
  sound: Mp4Track | undefined;
  entries: { video: TrackEntry; sound: TrackEntry | undefined };
  fragments: TimedFragment[];
  /** All samples of the video, in decoding order. */
  pictures: TimedSample[];
  /** When its last picture stops being shown, in ticks of the video. */
  end: number;
}

/** Closer than this, a segment goes on where another one has ended. */
const SEAM: Micros = 200_000;

export const isJoined = (before: SourceSegment, next: SourceSegment): boolean => next.startUtc - before.endUtc < SEAM;

/** Undefined if there is no picture in it. */
export const segmentMedia = ({ path, startUtc }: SourceSegment, base: UtcMicros): SegmentMedia | undefined =>
  withFile(path, (source) => {
    const layout = readSegment(source);
    const video = layout?.tracks.find(({ kind }) => kind === 'video');
    if (!layout || !video) return undefined;
    const sound = layout.tracks.find(({ kind }) => kind === 'audio');
    const entries = sampleEntries(source);
    const videoEntry = entries.get(video.id);
    const soundEntry = sound && entries.get(sound.id);
    const origin = originOf(layout.fragments.filter(({ track }) => track === video.id)) / video.timescale;
    const seconds = (startUtc - base) / MICROS_PER_SECOND - origin;
    const fragments = layout.fragments.map(({ track, time, samples }): TimedFragment => {
      const scale = track === sound?.id ? sound.timescale : video.timescale;
      let dts = Math.round(seconds * scale) + time;
      return {
        track,
        samples: samples.map(({ offset, size, ticks, key, composition }) => {
          const sample = { offset, size, ticks: Math.max(0, ticks), key, dts, pts: dts + composition };
          dts += Math.max(0, ticks);
          return sample;
        }),
      };
    });
    const pictures = fragments.filter(({ track }) => track === video.id).flatMap(({ samples }) => samples);
    if (!videoEntry || pictures.length === 0) return undefined;
    return {
      ...{ video, sound: soundEntry ? sound : undefined, fragments, pictures },
      entries: {
        video: { track: video, sampleEntry: videoEntry },
        sound: sound && soundEntry ? { track: sound, sampleEntry: soundEntry } : undefined,
      },
      end: pictures.reduce((end, { pts, ticks }) => Math.max(end, pts + ticks), Number.NEGATIVE_INFINITY),
    };
  });

/** Number of the last keyframe that is shown at or before a time. */
export const keyBefore = ({ pictures }: SegmentMedia, ticks: number): number | undefined => {
  const found = pictures.findLastIndex(({ key, pts }) => key && pts <= ticks);
  return found < 0 ? undefined : found;
};
