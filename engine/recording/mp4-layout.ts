import { type ByteSource, boxes, children, descend, type Mp4Box } from '../mp4/boxes.js';
import { readFragment, sampleDefaults } from '../mp4/movie-fragment.js';
import { kindOf } from '../mp4/tracks.js';

/** Which part of a file plays. */
export interface Mp4Layout {
  /** `finalised`: complete and seekable. `fragmented`: plays as far as it was written. `unplayable`: holds no pictures. */
  state: 'finalised' | 'fragmented' | 'unplayable';
  hasFtyp: boolean;
  hasMoov: boolean;
  /** Movie fragments whose samples are all in the file. */
  fragments: number;
  /** Samples of video that the moov itself lists. In a finalised file these are all pictures. */
  samples: number;
  /** Those, and the ones of the movie fragments. */
  pictures: number;
  /** Duration of the part that plays, in seconds. */
  seconds: number;
  /** Bytes in mdat boxes, whether or not anything refers to them. */
  mediaBytes: number;
  /** Where the part that plays ends, in bytes. What follows is incomplete. */
  playableEnd: number;
  size: number;
}

/**
 * Reads which boxes a file has and which of them can be played. Both orders of fragments are understood: the usual one,
 * where the samples follow their moof, and GStreamer's, which writes the samples first.
 */
export const layoutOf = (source: ByteSource): Mp4Layout => {
  const layout: Mp4Layout = {
    state: 'unplayable',
    hasFtyp: false,
    hasMoov: false,
    fragments: 0,
    samples: 0,
    pictures: 0,
    seconds: 0,
    mediaBytes: 0,
    playableEnd: 0,
    size: source.size,
  };
  const all = [...boxes(source)];
  for (const { type, body, end } of all) if (type === 'mdat') layout.mediaBytes += Math.min(end, source.size) - body;
  layout.hasFtyp = all[0]?.type === 'ftyp';
  const moov = all.find((box) => box.type === 'moov' && box.whole);
  layout.hasMoov = moov !== undefined;
  if (!moov || !layout.hasFtyp) return layout;

  layout.samples = movieSamples(source, moov);
  layout.pictures = layout.samples;
  const clocks = trackClocks(source, moov);
  const ticks = new Map([...clocks].map(([track, { listed }]) => [track, listed]));
  const fragmented = descend(source, moov, ['mvex']) !== undefined;
  layout.playableEnd = layout.samples > 0 || fragmented ? moov.end : 0;
  for (const { moof, tracks, samplesEnd } of wholeFragments(source, moov, all)) {
    for (const { track, samples } of tracks) {
      for (const sample of samples) ticks.set(track, (ticks.get(track) ?? 0) + sample.ticks);
      if (!clocks.get(track)?.isSound) layout.pictures += samples.length;
    }
    const holder = all.find((box) => box.start < samplesEnd && samplesEnd <= box.end);
    layout.fragments++;
    layout.playableEnd = Math.max(layout.playableEnd, moof.end, holder?.whole ? holder.end : samplesEnd);
  }
  for (const [track, { timescale }] of clocks) {
    layout.seconds = Math.max(layout.seconds, (ticks.get(track) ?? 0) / timescale);
  }
  if (fragmented) {
    layout.state = layout.samples > 0 || layout.fragments > 0 ? 'fragmented' : 'unplayable';
  } else if (layout.samples > 0 && all.every((box) => box.whole)) {
    layout.state = 'finalised';
    layout.playableEnd = source.size;
  }
  return layout;
};

/** Those whose samples are all in the file, up to the first of which that is not so. */
function* wholeFragments(source: ByteSource, moov: Mp4Box, all: readonly Mp4Box[]) {
  const defaults = sampleDefaults(source, moov);
  for (const moof of all) {
    if (moof.type !== 'moof' || !moof.whole) continue;
    const tracks = readFragment(source, defaults, moof);
    const samplesEnd = Math.max(...(tracks ?? []).map(({ end }) => end));
    if (tracks === undefined || samplesEnd > source.size) return;
    yield { moof, tracks, samplesEnd };
  }
}

const movieSamples = (source: ByteSource, moov: Mp4Box): number =>
  children(source, moov, 'trak').reduce((sum, trak) => {
    if (kindOf(source, trak) === 'audio') return sum;
    const sizes = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsz']);
    return sizes ? sum + word(source, sizes.body + 8) : sum;
  }, 0);

interface TrackClock {
  /** Ticks per second. */
  timescale: number;
  /** Duration of the samples that the moov itself lists, in ticks. */
  listed: number;
  isSound: boolean;
}

/** By the tracks' ids. */
const trackClocks = (source: ByteSource, moov: Mp4Box): Map<number, TrackClock> => {
  const clocks = new Map<number, TrackClock>();
  for (const trak of children(source, moov, 'trak')) {
    const header = children(source, trak, 'tkhd')[0];
    const media = descend(source, trak, ['mdia', 'mdhd']);
    if (!header || !media) continue;
    // Version 1 of either box has two times of 8 bytes each, where version 0 has two of 4.
    const track = word(source, header.body + (isLong(source, header) ? 20 : 12));
    const timescale = word(source, media.body + (isLong(source, media) ? 20 : 12));
    if (timescale === 0) continue;
    const times = descend(source, trak, ['mdia', 'minf', 'stbl', 'stts']);
    const listed = times ? listedTicks(source, times) : 0;
    clocks.set(track, { timescale, listed, isSound: kindOf(source, trak) === 'audio' });
  }
  return clocks;
};

const isLong = (source: ByteSource, box: Mp4Box): boolean => source.read(box.body, 1)[0] === 1;

/** Read as signed, because for a damaged stream GStreamer writes negative durations, which the format does not have. */
const listedTicks = (source: ByteSource, stts: Mp4Box): number => {
  const content = source.read(stts.body, stts.end - stts.body);
  let ticks = 0;
  for (let at = 8; at + 8 <= content.byteLength; at += 8)
    ticks += content.readUInt32BE(at) * content.readInt32BE(at + 4);
  return ticks;
};

const word = (source: ByteSource, position: number): number => {
  const bytes = source.read(position, 4);
  return bytes.byteLength === 4 ? bytes.readUInt32BE(0) : 0;
};
