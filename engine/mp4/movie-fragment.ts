import { type ByteSource, children, descend, type Mp4Box } from './boxes.js';

/** One sample of a movie fragment, as the file has it. */
export interface FragmentSample {
  /** Position of its bytes in the file. */
  offset: number;
  size: number;
  /** Duration in ticks of its track. Negative in what GStreamer makes of some damaged streams, though the format has no such. */
  ticks: number;
  /** Decoding can begin here. */
  key: boolean;
  /** From decoding to presentation, in ticks. */
  composition: number;
}

/** The samples of one track in a movie fragment. */
export interface TrackFragment {
  track: number;
  /** Decoding time of the first sample in ticks, if the fragment says it. */
  time: number | undefined;
  samples: FragmentSample[];
  /** Where its samples end in the file. */
  end: number;
}

/** What holds for the samples of a track unless a fragment says otherwise. */
export interface SampleDefaults {
  ticks: number;
  size: number;
  flags: number;
}

const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 };
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
/** `sample_is_non_sync_sample` */
const NON_SYNC = 0x0001_0000;
/** A larger moof is damaged: it would list a million samples. */
const MAX_MOOF = 16 * 1024 * 1024;
/** Samples without a field of their own take no room in the file, so that any number of them can be claimed. */
const MOST_ALIKE = 100_000;
const NO_DEFAULTS: SampleDefaults = { ticks: 0, size: 0, flags: 0 };

/** The defaults of each track, by its id. */
export const sampleDefaults = (source: ByteSource, moov: Mp4Box): ReadonlyMap<number, SampleDefaults> => {
  const mvex = descend(source, moov, ['mvex']);
  const boxes = mvex ? children(source, mvex, 'trex') : [];
  return new Map(
    boxes.map((box) => {
      const content = source.read(box.body, 24);
      if (content.byteLength < 24) return [0, NO_DEFAULTS];
      const defaults = {
        ticks: content.readUInt32BE(12),
        size: content.readUInt32BE(16),
        flags: content.readUInt32BE(20),
      };
      return [content.readUInt32BE(4), defaults];
    }),
  );
};

/** What a moof lists; undefined if it is malformed or lists nothing. Whether the samples are in the file is not looked at. */
export const readFragment = (
  source: ByteSource,
  defaults: ReadonlyMap<number, SampleDefaults>,
  moof: Mp4Box,
): TrackFragment[] | undefined => {
  if (moof.end - moof.start > MAX_MOOF) return undefined;
  const found: TrackFragment[] = [];
  for (const traf of children(source, moof, 'traf')) {
    const fragment = trackFragment(source, defaults, moof, traf);
    if (fragment === undefined) return undefined;
    found.push(fragment);
  }
  return found.some(({ end }) => end > 0) ? found : undefined;
};

const trackFragment = (
  source: ByteSource,
  defaults: ReadonlyMap<number, SampleDefaults>,
  moof: Mp4Box,
  traf: Mp4Box,
): TrackFragment | undefined => {
  const tfhd = children(source, traf, 'tfhd')[0];
  const header = tfhd && trackHeader(source.read(tfhd.body, 40), defaults, moof);
  if (header === undefined) return undefined;
  const tfdt = children(source, traf, 'tfdt')[0];
  const fragment: TrackFragment = {
    track: header.track,
    time: tfdt && decodeTime(source.read(tfdt.body, 12)),
    samples: [],
    end: header.base,
  };
  for (const trun of children(source, traf, 'trun')) {
    if (!readRun(source.read(trun.body, trun.end - trun.body), header, fragment)) return undefined;
  }
  return fragment.samples.length > 0 ? fragment : { ...fragment, end: 0 };
};

interface TrackHeader extends SampleDefaults {
  track: number;
  /** Position in the file from which the offsets of its runs count. */
  base: number;
}

const trackHeader = (
  content: Buffer,
  known: ReadonlyMap<number, SampleDefaults>,
  moof: Mp4Box,
): TrackHeader | undefined => {
  if (content.byteLength < 8) return undefined;
  const flags = content.readUInt32BE(0);
  const track = content.readUInt32BE(4);
  const header = { track, base: moof.start, ...(known.get(track) ?? NO_DEFAULTS) };
  let at = 8;
  const field = (flag: number, length: number): number | undefined => {
    if (!(flags & flag)) return undefined;
    at += length;
    return at <= content.byteLength ? at - length : Number.NaN;
  };
  const base = field(TFHD.baseOffset, 8);
  field(TFHD.description, 4);
  const places = { ticks: field(TFHD.duration, 4), size: field(TFHD.size, 4), flags: field(TFHD.flags, 4) };
  if ([base, ...Object.values(places)].some(Number.isNaN)) return undefined;
  if (base !== undefined) header.base = Number(content.readBigUInt64BE(base));
  if (places.ticks !== undefined) header.ticks = content.readUInt32BE(places.ticks);
  if (places.size !== undefined) header.size = content.readUInt32BE(places.size);
  if (places.flags !== undefined) header.flags = content.readUInt32BE(places.flags);
  return header;
};

const decodeTime = (content: Buffer): number | undefined => {
  if (content.byteLength < 8) return undefined;
  if (content[0] === 0) return content.readUInt32BE(4);
  return content.byteLength < 12 ? undefined : Number(content.readBigUInt64BE(4));
};

/** Adds the samples of a run. False if it is malformed. */
const readRun = (content: Buffer, header: TrackHeader, fragment: TrackFragment): boolean => {
  if (content.byteLength < 8) return false;
  const flags = content.readUInt32BE(0);
  const count = content.readUInt32BE(4);
  const has = (flag: number): number => (flags & flag ? 4 : 0);
  // Where the fields of a sample are, those that it has.
  const size = has(TRUN.duration);
  const own = size + has(TRUN.size);
  const composition = own + has(TRUN.flags);
  const stride = composition + has(TRUN.composition);
  const samples = 8 + has(TRUN.dataOffset) + has(TRUN.firstFlags);
  if (samples + count * stride > content.byteLength || (stride === 0 && count > MOST_ALIKE)) return false;
  if (has(TRUN.dataOffset)) fragment.end = header.base + content.readInt32BE(8);
  const firstFlags = has(TRUN.firstFlags) ? content.readUInt32BE(8 + has(TRUN.dataOffset)) : undefined;
  for (let index = 0, at = samples; index < count; index++, at += stride) {
    const bytes = has(TRUN.size) ? content.readUInt32BE(at + size) : header.size;
    const said = has(TRUN.flags) ? content.readUInt32BE(at + own) : header.flags;
    fragment.samples.push({
      offset: fragment.end,
      size: bytes,
      ticks: has(TRUN.duration) ? content.readInt32BE(at) : header.ticks,
      key: ((index === 0 ? (firstFlags ?? said) : said) & NON_SYNC) === 0,
      // Signed in both versions: in version 0 no real value is that large.
      composition: has(TRUN.composition) ? content.readInt32BE(at + composition) : 0,
    });
    fragment.end += bytes;
  }
  return true;
};
