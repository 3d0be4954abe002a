import { type ByteSource, boxes, type Mp4Box } from './boxes.js';
import { readFragment, sampleDefaults, type TrackFragment } from './movie-fragment.js';
import { type Mp4Track, readTracks } from './tracks.js';

/** A movie fragment of a segment: a moof with its mdat behind it, of one track. */
export interface SegmentFragment extends TrackFragment {
  time: number;
  /** Where the moof begins in the file. */
  offset: number;
  /** Bytes of moof and mdat together. */
  length: number;
  moofLength: number;
}

/** A segment as it lies on the disk: what players need first, and the fragments that are whole. */
export interface SegmentLayout {
  /** Bytes of ftyp and moov, from the beginning of the file. */
  headerLength: number;
  tracks: readonly Mp4Track[];
  fragments: readonly SegmentFragment[];
  /** Where the last whole fragment ends. */
  end: number;
}

/** Undefined while there is no whole header. What is malformed ends the list of fragments. */
export const readSegment = (source: ByteSource): SegmentLayout | undefined => {
  let moov: Mp4Box | undefined;
  let defaults: ReturnType<typeof sampleDefaults> = new Map();
  let tracks: Mp4Track[] = [];
  let moof: Mp4Box | undefined;
  let headerLength = 0;
  const fragments: SegmentFragment[] = [];
  for (const box of boxes(source)) {
    if (!box.whole) break;
    if (box.type === 'moov') {
      moov = box;
      headerLength = box.end;
      defaults = sampleDefaults(source, box);
      tracks = readTracks(source, box);
    } else if (box.type === 'moof') {
      moof = box;
    } else if (box.type === 'mdat' && moof && moov) {
      const read = box.open ? undefined : fragmentAt(source, defaults, moof, box);
      if (read === undefined) break;
      fragments.push(read);
      moof = undefined;
    }
  }
  return moov && { headerLength, tracks, fragments, end: fragments.at(-1) ? endOf(fragments.at(-1)!) : headerLength };
};

const endOf = ({ offset, length }: SegmentFragment): number => offset + length;

const fragmentAt = (
  source: ByteSource,
  defaults: ReturnType<typeof sampleDefaults>,
  moof: Mp4Box,
  mdat: Mp4Box,
): SegmentFragment | undefined => {
  const [only, ...others] = readFragment(source, defaults, moof) ?? [];
  // GStreamer writes one track in each; the samples of another order could not be moved as they are.
  if (only?.time === undefined || others.length > 0 || only.end > mdat.end || mdat.start !== moof.end) return undefined;
  if (only.samples.some(({ offset }) => offset < mdat.body)) return undefined;
  const { time } = only;
  return { ...only, time, offset: moof.start, length: mdat.end - moof.start, moofLength: moof.end - moof.start };
};
