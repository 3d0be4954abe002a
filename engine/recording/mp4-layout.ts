import { type Box, type ByteSource, boxes, children, descend } from './mp4-boxes.js';

/** What of a file plays. */
export interface Mp4Layout {
  /** `finalised`: complete and seekable. `fragmented`: plays as far as it was written. `unplayable`: holds no pictures. */
  state: 'finalised' | 'fragmented' | 'unplayable';
  hasFtyp: boolean;
  hasMoov: boolean;
  /** Movie fragments whose samples are all there. */
  fragments: number;
  /** Samples that the moov itself lists, over all tracks: of a finalised file, all that it has. */
  samples: number;
  /** Bytes in mdat boxes, whether or not anything refers to them. */
  mediaBytes: number;
  /** Where the last thing that plays ends; what follows is torn or belongs to a fragment that was never completed. */
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
  const fragmented = descend(source, moov, ['mvex']) !== undefined;
  layout.playableEnd = layout.samples > 0 || fragmented ? moov.end : 0;
  for (const moof of all.filter((box) => box.type === 'moof' && box.whole)) {
    const samplesEnd = fragmentEnd(source, moov, moof);
    if (samplesEnd === undefined || samplesEnd > source.size) break;
    const holder = all.find((box) => box.start < samplesEnd && samplesEnd <= box.end);
    layout.fragments++;
    layout.playableEnd = Math.max(layout.playableEnd, moof.end, holder?.whole ? holder.end : samplesEnd);
  }
  if (fragmented) {
    layout.state = layout.samples > 0 || layout.fragments > 0 ? 'fragmented' : 'unplayable';
  } else if (layout.samples > 0 && all.every((box) => box.whole)) {
    layout.state = 'finalised';
    layout.playableEnd = source.size;
  }
  return layout;
};

const movieSamples = (source: ByteSource, moov: Box): number =>
  children(source, moov, 'trak').reduce((sum, trak) => {
    const sizes = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsz']);
    return sizes ? sum + word(source, sizes.body + 8) : sum;
  }, 0);

const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10 };
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };

/** A moof of more than this is damaged: it would list a million samples. */
const MAX_MOOF = 16 * 1024 * 1024;

/** Where the samples of a fragment end in the file; undefined if the moof makes no sense. */
const fragmentEnd = (source: ByteSource, moov: Box, moof: Box): number | undefined => {
  let end: number | undefined;
  if (moof.end - moof.start > MAX_MOOF) return undefined;
  for (const traf of children(source, moof, 'traf')) {
    const header = children(source, traf, 'tfhd')[0];
    if (!header) return undefined;
    const { base, sampleSize } = trackHeader(source, moov, moof, header);
    let next = base;
    for (const trun of children(source, traf, 'trun')) {
      next = runEnd(source, trun, base, next, sampleSize);
      end = Math.max(end ?? 0, next);
    }
  }
  return end;
};

const trackHeader = (source: ByteSource, moov: Box, moof: Box, tfhd: Box) => {
  const flags = word(source, tfhd.body);
  let at = tfhd.body + 8;
  let base = moof.start;
  if (flags & TFHD.baseOffset) {
    const offset = source.read(at, 8);
    base = offset.byteLength === 8 ? Number(offset.readBigUInt64BE(0)) : Number.POSITIVE_INFINITY;
    at += 8;
  }
  if (flags & TFHD.description) at += 4;
  if (flags & TFHD.duration) at += 4;
  if (flags & TFHD.size) return { base, sampleSize: word(source, at) };
  const track = word(source, tfhd.body + 4);
  const mvex = descend(source, moov, ['mvex']);
  const trex = mvex && children(source, mvex, 'trex').find((box) => word(source, box.body + 4) === track);
  return { base, sampleSize: trex ? word(source, trex.body + 16) : 0 };
};

const runEnd = (source: ByteSource, trun: Box, base: number, next: number, defaultSize: number): number => {
  const content = source.read(trun.body, trun.end - trun.body);
  if (content.byteLength < 12) return Number.POSITIVE_INFINITY;
  const flags = content.readUInt32BE(0);
  const count = content.readUInt32BE(4);
  let at = 8;
  let end = next;
  if (flags & TRUN.dataOffset) {
    end = base + content.readInt32BE(at);
    at += 4;
  }
  if (flags & TRUN.firstFlags) at += 4;
  if (!(flags & TRUN.size)) return end + count * defaultSize;
  const before = flags & TRUN.duration ? 4 : 0;
  const stride = before + 4 + (flags & TRUN.flags ? 4 : 0) + (flags & TRUN.composition ? 4 : 0);
  for (let sample = 0; sample < count; sample++, at += stride) {
    if (at + stride > content.byteLength) return Number.POSITIVE_INFINITY;
    end += content.readUInt32BE(at + before);
  }
  return end;
};

const word = (source: ByteSource, position: number): number => {
  const bytes = source.read(position, 4);
  return bytes.byteLength === 4 ? bytes.readUInt32BE(0) : 0;
};
