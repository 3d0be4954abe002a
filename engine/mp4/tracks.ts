import { type ByteSource, boxes, children, descend, type Mp4Box } from './boxes.js';
import { codecName } from './codec-names.js';

/** A track of an MP4 file, as its header describes it. */
export interface Mp4Track {
  id: number;
  kind: 'video' | 'audio';
  /** Ticks per second. */
  timescale: number;
  /** As RFC 6381 names it: `avc1.64001F`, `hvc1.1.6.L93.B0`, `mp4a.40.2`; `jpeg` in clips of the QuickTime kind. */
  codec: string;
  /** Pixels as they are encoded; 0 for sound. */
  width: number;
  height: number;
  /** Hz and number of channels; 0 for pictures. */
  sampleRate: number;
  channels: number;
  /** What a decoder must know before the first sample: the content of `avcC` or `hvcC`, or an AudioSpecificConfig. */
  setup: Buffer;
}

/** A larger description is no description. */
const MOST_ENTRY = 64 * 1024;
/** Bytes of a sample entry in front of the boxes in it. */
const ENTRY_HEAD = { video: 78, audio: 28 } as const;

/** The tracks with a format that is known here. */
export const readTracks = (source: ByteSource, moov: Mp4Box): Mp4Track[] =>
  children(source, moov, 'trak').flatMap((trak) => readTrack(source, trak) ?? []);

/** The sample entries of the tracks, by id, as the file has them: what a decoder must know, and how pictures are to be shown. */
export const sampleEntries = (source: ByteSource): ReadonlyMap<number, Buffer> => {
  const moov = [...boxes(source)].find(({ type, whole }) => type === 'moov' && whole);
  const found = new Map<number, Buffer>();
  for (const trak of moov ? children(source, moov, 'trak') : []) {
    const track = readTrack(source, trak);
    const formats = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsd']);
    const entry = formats && [...boxes(source, formats.body + 8, formats.end)][0];
    if (track && entry?.whole) found.set(track.id, source.read(entry.start, entry.end - entry.start));
  }
  return found;
};

/** Undefined if it has no header. */
export const trackIdOf = (source: ByteSource, trak: Mp4Box): number | undefined => {
  const header = children(source, trak, 'tkhd')[0];
  return header && wordBehindTimes(source, header);
};

/** Version 1 of a header has two times of 8 bytes each in front, where version 0 has two of 4. */
const wordBehindTimes = (source: ByteSource, { body }: Mp4Box): number | undefined => {
  const bytes = source.read(body + (source.read(body, 1)[0] === 1 ? 20 : 12), 4);
  return bytes.byteLength === 4 ? bytes.readUInt32BE() : undefined;
};

const readTrack = (source: ByteSource, trak: Mp4Box): Mp4Track | undefined => {
  const media = descend(source, trak, ['mdia', 'mdhd']);
  const formats = descend(source, trak, ['mdia', 'minf', 'stbl', 'stsd']);
  if (!media || !formats) return undefined;
  const box = [...boxes(source, formats.body + 8, Math.min(formats.end, source.size))][0];
  if (!box?.whole || box.end - box.start > MOST_ENTRY) return undefined;
  const kind = kindOf(source, trak);
  const format = kind && formatOf(source, box);
  if (!kind || !format) return undefined;
  const entry = source.read(box.start, box.end - box.start);
  const id = trackIdOf(source, trak);
  const timescale = wordBehindTimes(source, media);
  if (id === undefined || timescale === undefined || entry.byteLength < 8 + ENTRY_HEAD[kind]) return undefined;
  return {
    id,
    kind,
    timescale: timescale || 1,
    ...format,
    ...(kind === 'video'
      ? { width: entry.readUInt16BE(32), height: entry.readUInt16BE(34), sampleRate: 0, channels: 0 }
      : { width: 0, height: 0, sampleRate: entry.readUInt16BE(32), channels: entry.readUInt16BE(24) }),
  };
};

/** Undefined if its handler is of neither, or it has none. */
export const kindOf = (source: ByteSource, trak: Mp4Box): Mp4Track['kind'] | undefined => {
  const box = descend(source, trak, ['mdia', 'hdlr']);
  const handler = box && source.read(box.body + 8, 4).toString('latin1');
  if (handler === 'vide') return 'video';
  return handler === 'soun' ? 'audio' : undefined;
};

const formatOf = (source: ByteSource, entry: Mp4Box): Pick<Mp4Track, 'codec' | 'setup'> | undefined => {
  const inside = (type: string, head: number): Buffer | undefined => {
    const box = [...boxes(source, entry.body + head, entry.end)].find((each) => each.type === type);
    return box && source.read(box.body, Math.min(box.end - box.body, MOST_ENTRY));
  };
  switch (entry.type) {
    case 'avc1':
    case 'avc3': {
      const avcC = inside('avcC', ENTRY_HEAD.video);
      return avcC && avcC.byteLength >= 4 ? { codec: codecName('h264', avcC, entry.type), setup: avcC } : undefined;
    }
    case 'hvc1':
    case 'hev1': {
      const hvcC = inside('hvcC', ENTRY_HEAD.video);
      return hvcC && hvcC.byteLength >= 13 ? { codec: codecName('h265', hvcC, entry.type), setup: hvcC } : undefined;
    }
    case 'jpeg':
      return { codec: 'jpeg', setup: Buffer.alloc(0) };
    case 'mp4a': {
      const esds = inside('esds', ENTRY_HEAD.audio);
      const setup = esds && audioConfig(esds);
      return setup && { codec: `mp4a.40.${setup[0]! >> 3}`, setup };
    }
    default:
      return undefined;
  }
};

/** Tag of the descriptor that holds an AudioSpecificConfig (ISO/IEC 14496-1). */
const DECODER_SPECIFIC = 0x05;

/** The AudioSpecificConfig in an `esds` box. */
const audioConfig = (esds: Buffer): Buffer | undefined => {
  let at = 4;
  while (at + 2 < esds.byteLength) {
    const tag = esds[at++]!;
    let length = 0;
    for (let more = true; more && at < esds.byteLength; ) {
      const byte = esds[at++]!;
      length = (length << 7) | (byte & 0x7f);
      more = (byte & 0x80) !== 0;
    }
    if (tag === DECODER_SPECIFIC) return at < esds.byteLength ? esds.subarray(at, at + length) : undefined;
    // What these hold in front of the descriptors in them: an id and flags; a type, a size and two rates.
    if (tag === 0x03) at += 3;
    else if (tag === 0x04) at += 13;
    else at += length;
  }
  return undefined;
};
