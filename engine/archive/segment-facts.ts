import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, statSync, unlinkSync } from 'node:fs';
import { MICROS_PER_SECOND, type Micros } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import { hideEmptyTracks } from '../mp4/empty-tracks.js';
import { readSegment, type SegmentLayout } from '../mp4/segment-layout.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { type Cut, cutsOf, originOf } from './cuts.js';

/** What a segment's file holds. */
export interface SegmentFacts {
  /** Bytes up to the end of its last whole fragment. */
  bytes: number;
  pictures: number;
  /** The first of them is a keyframe. */
  keyed: boolean;
  /** From its first picture to the end of its last one. */
  duration: Micros;
  /** Frames of sound. */
  soundFrames: number;
  /** Segments with the same one can be played on from each other. */
  format: string;
  /** The last one is where the media ends. */
  cuts: Cut[];
}

/**
 * Undefined if there is no picture in it.
 *
 * @throws the file system's error if the file cannot be read
 */
export const readFacts = (path: string): SegmentFacts | undefined => {
  const layout = withFile(path, readSegment);
  return layout && factsOf(layout);
};

/** As `readFacts`, of a file that was left behind: what follows the last whole fragment is cut off, and the rest synced. */
export const settleFile = (path: string): SegmentFacts | undefined => {
  hideEmptyTracks(path);
  const facts = readFacts(path);
  if (facts === undefined) return undefined;
  const file = openSync(path, 'r+');
  try {
    if (statSync(path).size > facts.bytes) ftruncateSync(file, facts.bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return facts;
};

/** Removes a file in which there is no picture. False if it is gone already. */
export const removeFile = (path: string): boolean => {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  unlinkSync(path);
  return true;
};

const factsOf = (layout: SegmentLayout): SegmentFacts | undefined => {
  const video = layout.tracks.find(({ kind }) => kind === 'video');
  if (!video) return undefined;
  const pictures = layout.fragments.filter(({ track }) => track === video.id);
  const sound = layout.fragments.filter(({ track }) => track !== video.id);
  const count = pictures.reduce((sum, { samples }) => sum + samples.length, 0);
  if (count === 0) return undefined;
  const origin = originOf(pictures);
  const ticks = lastEnd(pictures) - origin;
  return {
    bytes: layout.end,
    pictures: count,
    keyed: pictures[0]!.samples[0]!.key,
    duration: Math.round((ticks * MICROS_PER_SECOND) / video.timescale),
    soundFrames: sound.reduce((sum, { samples }) => sum + samples.length, 0),
    format: formatOf(layout.tracks),
    cuts: [...cutsOf(layout), { offset: layout.end, ticks }],
  };
};

/** When the last of these samples stops being shown, in ticks. */
const lastEnd = (fragments: SegmentLayout['fragments']): number => {
  let end = 0;
  for (const { time, samples } of fragments) {
    let at = time;
    for (const { ticks, composition } of samples) {
      end = Math.max(end, at + composition + ticks);
      at += ticks;
    }
  }
  return end;
};

const formatOf = (tracks: readonly Mp4Track[]): string => {
  const hash = createHash('sha256');
  for (const { setup, ...track } of tracks) hash.update(JSON.stringify(track)).update(setup);
  return hash.digest('hex').slice(0, 16);
};
