import { type ByteSource, boxes, children, descend, type Mp4Box } from '../../bridge/mp4-boxes.js';

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
  const clocks = trackClocks(source, moov);
  const ticks = new Map([...clocks].map(([track, { listed }]) => [track, listed]));
  const fragmented = descend(source, moov, ['mvex']) !== undefined;
  layout.playableEnd = layout.samples > 0 || fragmented ? moov.end : 0;
  for (const moof of all.filter((box) => box.type === 'moof' && box.whole)) {
    const fragment = fragmentOf(source, moov, moof);
    if (fragment === undefined || fragment.end > source.size) break;
    const samplesEnd = fragment.end;
    for (const [track, taken] of fragment.ticks) ticks.set(track, (ticks.get(track) ?? 0) + taken);
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

const movieSamples = (source: ByteSource, moov: Mp4Box): number =>
  children(source, moov, 'trak').reduce((sum, trak) => {
    const handler = descend(source, trak, ['mdia', 'hdlr']);
    if (handler && source.read(handler.body + 8, 4).toString('latin1') === 'soun') return sum;
    const sizes = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsz']);
    return sizes ? sum + word(source, sizes.body + 8) : sum;
  }, 0);

/** For each track, by id: its ticks per second, and the duration in ticks of the samples that the moov itself lists. */
const trackClocks = (source: ByteSource, moov: Mp4Box): Map<number, { timescale: number; listed: number }> => {
  const clocks = new Map<number, { timescale: number; listed: number }>();
  for (const trak of children(source, moov, 'trak')) {
    const header = children(source, trak, 'tkhd')[0];
    const media = descend(source, trak, ['mdia', 'mdhd']);
    if (!header || !media) continue;
    // Version 1 of either box has two times of 8 bytes each, where version 0 has two of 4.
    const track = word(source, header.body + (isLong(source, header) ? 20 : 12));
    const timescale = word(source, media.body + (isLong(source, media) ? 20 : 12));
    if (timescale === 0) continue;
    const times = descend(source, trak, ['mdia', 'minf', 'stbl', 'stts']);
    clocks.set(track, { timescale, listed: times ? listedTicks(source, times) : 0 });
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

const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10 };
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };

/** A larger moof is damaged: it would list a million samples. */
const MAX_MOOF = 16 * 1024 * 1024;

interface Fragment {
  /** Where its samples end in the file. */
  end: number;
  /** Duration of its samples in ticks, by track id. */
  ticks: Map<number, number>;
}

/** Undefined if the moof is malformed. */
const fragmentOf = (source: ByteSource, moov: Mp4Box, moof: Mp4Box): Fragment | undefined => {
  const fragment: Fragment = { end: 0, ticks: new Map() };
  if (moof.end - moof.start > MAX_MOOF) return undefined;
  for (const traf of children(source, moof, 'traf')) {
    const header = children(source, traf, 'tfhd')[0];
    if (!header) return undefined;
    const track = trackHeader(source, moov, moof, header);
    let run: Run = { end: track.base, ticks: fragment.ticks.get(track.id) ?? 0 };
    for (const trun of children(source, traf, 'trun')) {
      run = runAfter(source, trun, track, run);
      fragment.end = Math.max(fragment.end, run.end);
    }
    fragment.ticks.set(track.id, run.ticks);
  }
  return fragment.end > 0 ? fragment : undefined;
};

interface TrackHeader {
  id: number;
  /** Position in the file from which the offsets of its runs count. */
  base: number;
  /** For samples whose run gives no size or duration. */
  sampleSize: number;
  sampleTicks: number;
}

const trackHeader = (source: ByteSource, moov: Mp4Box, moof: Mp4Box, tfhd: Mp4Box): TrackHeader => {
  const flags = word(source, tfhd.body);
  const id = word(source, tfhd.body + 4);
  const mvex = descend(source, moov, ['mvex']);
  const trex = mvex && children(source, mvex, 'trex').find((box) => word(source, box.body + 4) === id);
  let at = tfhd.body + 8;
  let base = moof.start;
  if (flags & TFHD.baseOffset) {
    const offset = source.read(at, 8);
    base = offset.byteLength === 8 ? Number(offset.readBigUInt64BE(0)) : Number.POSITIVE_INFINITY;
    at += 8;
  }
  if (flags & TFHD.description) at += 4;
  let sampleTicks = trex ? word(source, trex.body + 12) : 0;
  if (flags & TFHD.duration) {
    sampleTicks = word(source, at);
    at += 4;
  }
  const sampleSize = flags & TFHD.size ? word(source, at) : trex ? word(source, trex.body + 16) : 0;
  return { id, base, sampleSize, sampleTicks };
};

/** State after a run: where its samples end, and the duration so far in ticks. */
interface Run {
  end: number;
  ticks: number;
}

const NONSENSE: Run = { end: Number.POSITIVE_INFINITY, ticks: 0 };

const runAfter = (source: ByteSource, trun: Mp4Box, track: TrackHeader, before: Run): Run => {
  const content = source.read(trun.body, trun.end - trun.body);
  if (content.byteLength < 12) return NONSENSE;
  const flags = content.readUInt32BE(0);
  const count = content.readUInt32BE(4);
  let at = 8;
  let { end, ticks } = before;
  if (flags & TRUN.dataOffset) {
    end = track.base + content.readInt32BE(at);
    at += 4;
  }
  if (flags & TRUN.firstFlags) at += 4;
  const told = (flag: number): number => (flags & flag ? 4 : 0);
  const stride = told(TRUN.duration) + told(TRUN.size) + told(TRUN.flags) + told(TRUN.composition);
  if (at + count * stride > content.byteLength) return NONSENSE;
  if (!told(TRUN.duration)) ticks += count * track.sampleTicks;
  if (!told(TRUN.size)) end += count * track.sampleSize;
  for (let sample = 0; stride > 0 && sample < count; sample++, at += stride) {
    if (told(TRUN.duration)) ticks += content.readInt32BE(at);
    if (told(TRUN.size)) end += content.readUInt32BE(at + told(TRUN.duration));
  }
  return { end, ticks };
};

const word = (source: ByteSource, position: number): number => {
  const bytes = source.read(position, 4);
  return bytes.byteLength === 4 ? bytes.readUInt32BE(0) : 0;
};
