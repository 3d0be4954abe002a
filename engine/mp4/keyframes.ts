import { type ByteSource, boxes, children, descend, type Mp4Box } from './boxes.js';
import { listedSamples } from './listed-samples.js';
import { readFragment, sampleDefaults } from './movie-fragment.js';
import { type Mp4Track, readTracks, trackIdOf } from './tracks.js';

/** A picture in a file with which decoding can begin. */
export interface StoredKeyframe {
  /** Position of its bytes. */
  offset: number;
  size: number;
  /** Seconds from the first picture of the file to this one, as they are shown. */
  seconds: number;
}

export interface StoredKeyframes {
  track: Mp4Track;
  keyframes: StoredKeyframe[];
}

/** Boxes that are looked at; a file with more is damaged. */
const MOST_BOXES = 200_000;
/** A larger picture is none. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The keyframes of a file's video, be it listed in the moov or in fragments, as far as the file is whole. Undefined while there
 * is no whole header, and if no format in it is known here.
 */
export const readKeyframes = (source: ByteSource): StoredKeyframes | undefined => {
  const all: Mp4Box[] = [];
  for (const box of boxes(source)) if (all.push(box) >= MOST_BOXES) break;
  const moov = all.find(({ type, whole }) => type === 'moov' && whole);
  const track = moov && readTracks(source, moov).find(({ kind }) => kind === 'video');
  if (!moov || !track) return undefined;
  const keyframes: StoredKeyframe[] = [];
  let origin: number | undefined;
  for (const { offset, size, shown, key } of samplesOf(source, moov, all, track)) {
    origin ??= shown;
    if (!key || size < 1 || size > MOST_BYTES || offset + size > source.size) continue;
    keyframes.push({ offset, size, seconds: (shown - origin) / track.timescale });
  }
  return { track, keyframes };
};

interface Sample {
  offset: number;
  size: number;
  /** When it is shown, in ticks. */
  shown: number;
  key: boolean;
}

function* samplesOf(source: ByteSource, moov: Mp4Box, all: readonly Mp4Box[], { id }: Mp4Track): Generator<Sample> {
  for (const trak of children(source, moov, 'trak')) {
    if (trackIdOf(source, trak) !== id) continue;
    for (const { time, composition, ...place } of listedSamples(source, trak)) {
      yield { ...place, shown: time + composition };
    }
  }
  if (!descend(source, moov, ['mvex'])) return;
  const defaults = sampleDefaults(source, moov);
  for (const moof of all) {
    if (moof.type !== 'moof' || !moof.whole) continue;
    const tracks = readFragment(source, defaults, moof);
    if (!tracks) return;
    for (const { track, time, samples } of tracks) {
      if (track !== id || time === undefined) continue;
      let decoded = time;
      for (const { offset, size, ticks, composition, key } of samples) {
        yield { offset, size, key, shown: decoded + composition };
        decoded += ticks;
      }
    }
  }
}
