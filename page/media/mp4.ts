/** What the page needs to know of fragmented MP4: which pictures are in it, where, and what stands beside them. */

export interface TrackHeader {
  codec: string;
  width: number;
  height: number;
  /** Units per second of the track's times. */
  timescale: number;
  /** What a decoder is configured with: the content of `avcC` or `hvcC`. */
  configuration: Uint8Array;
}

export interface Sample {
  /** When it is shown, in ms since the epoch. */
  time: number;
  /** In ms. */
  duration: number;
  key: boolean;
  /** Where its bytes are. */
  from: number;
  to: number;
}

/** An event that stands in front of media (`emsg`). Times in ms since the epoch. */
export interface InbandEvent {
  scheme: string;
  time: number;
  duration: number;
  payload: string;
}

export interface Media {
  /** In the order of decoding. */
  samples: Sample[];
  events: InbandEvent[];
}

interface Box {
  type: string;
  /** Of its content. */
  from: number;
  to: number;
  /** Of its header. */
  start: number;
}

class Reader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#view.byteLength;
  }

  u8 = (at: number): number => this.#view.getUint8(at);
  u16 = (at: number): number => this.#view.getUint16(at);
  u32 = (at: number): number => this.#view.getUint32(at);
  i32 = (at: number): number => this.#view.getInt32(at);
  u64 = (at: number): number => Number(this.#view.getBigUint64(at));

  /** Up to the zero, and the place behind it. */
  text(at: number, end: number): { text: string; next: number } {
    let next = at;
    while (next < end && this.u8(next) !== 0) next++;
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, next - at);
    return { text: new TextDecoder().decode(bytes), next: next + 1 };
  }

  /** The boxes between two places. What does not fit is left out. */
  boxes(from: number, to: number): Box[] {
    const found: Box[] = [];
    let start = from;
    while (start + 8 <= to) {
      const short = this.u32(start);
      const size = short === 1 && start + 16 <= to ? this.u64(start + 8) : short === 0 ? to - start : short;
      const head = short === 1 ? 16 : 8;
      if (size < head || start + size > to) break;
      const type = String.fromCharCode(this.u8(start + 4), this.u8(start + 5), this.u8(start + 6), this.u8(start + 7));
      found.push({ type, start, from: start + head, to: start + size });
      start += size;
    }
    return found;
  }

  /** The first box along a way of types. */
  find(from: number, to: number, ...way: string[]): Box | undefined {
    let box: Box | undefined = { type: '', start: from, from, to };
    for (const type of way) box = box && this.boxes(box.from, box.to).find((each) => each.type === type);
    return box;
  }
}

/** Runs a reader of media, which is not trusted. @returns undefined where it reads beyond the end of what there is */
const orUndefined = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** Bytes of `avcC` and `hvcC` up to where a codec's name comes from. */
const SHORTEST = { avcC: 4, hvcC: 13 };

/** What a header (`ftyp moov`) of one video track says; undefined if it is of something else, or malformed. */
export const readHeader = (bytes: Uint8Array): TrackHeader | undefined => orUndefined(() => headerOf(bytes));

const headerOf = (bytes: Uint8Array): TrackHeader | undefined => {
  const reader = new Reader(bytes);
  const media = reader.find(0, reader.length, 'moov', 'trak', 'mdia');
  const mdhd = media && reader.find(media.from, media.to, 'mdhd');
  const stsd = media && reader.find(media.from, media.to, 'minf', 'stbl', 'stsd');
  const entry = stsd && reader.boxes(stsd.from + 8, stsd.to)[0];
  if (!mdhd || !entry || !['avc1', 'avc3', 'hvc1', 'hev1'].includes(entry.type)) return undefined;
  const kind = entry.type.startsWith('avc') ? 'avcC' : 'hvcC';
  const configurationBox = reader.boxes(entry.from + 78, entry.to).find(({ type }) => type === kind);
  const timescale = reader.u32(mdhd.from + (reader.u8(mdhd.from) === 1 ? 20 : 12));
  if (!configurationBox || timescale === 0) return undefined;
  const configuration = bytes.slice(configurationBox.from, configurationBox.to);
  if (configuration.length < SHORTEST[kind]) return undefined;
  return {
    codec: kind === 'avcC' ? avcName(entry.type, configuration) : hevcName(entry.type, configuration),
    width: reader.u16(entry.from + 24),
    height: reader.u16(entry.from + 26),
    timescale,
    configuration,
  };
};

/** Any length does, as the element is told its own. */
const SOME_SECONDS = 86_400;

/**
 * Says a length in a header of fragments (`ftyp moov`), which are written without one. Chromium takes media without for live: it
 * decodes that in a single thread, so that no picture waits for the next one, and takes twice as long to come to a moment.
 *
 * @returns the same bytes
 */
export const asRecorded = (header: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  orUndefined(() => writeLength(header));
  return header;
};

const writeLength = (header: Uint8Array): void => {
  const reader = new Reader(header);
  const mvhd = reader.find(0, reader.length, 'moov', 'mvhd');
  if (!mvhd) return;
  const isLong = reader.u8(mvhd.from) === 1;
  const [timescale, length] = isLong ? [20, 24] : [12, 16];
  if (mvhd.to < mvhd.from + length + 8) return;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const ticks = Math.min(0x7fff_ffff, reader.u32(mvhd.from + timescale) * SOME_SECONDS);
  if (isLong) view.setBigUint64(mvhd.from + length, BigInt(ticks));
  else view.setUint32(mvhd.from + length, ticks);
};

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const avcName = (entry: string, configuration: Uint8Array): string =>
  `${entry}.${hex(configuration[1]!)}${hex(configuration[2]!)}${hex(configuration[3]!)}`;

/** ISO/IEC 14496-15, annex E. */
const hevcName = (entry: string, bytes: Uint8Array): string => {
  const head = bytes[1]!;
  const space = ['', 'A', 'B', 'C'][head >> 6]!;
  let flags = 0;
  for (let bit = 0; bit < 32; bit++) if ((bytes[2 + (bit >> 3)]! >> (7 - (bit & 7))) & 1) flags += 2 ** bit;
  const constraints = [...bytes.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    entry,
    `${space}${head & 31}`,
    flags.toString(16),
    `${head & 32 ? 'H' : 'L'}${bytes[12]}`,
    ...constraints.map((each) => each.toString(16).toUpperCase()),
  ].join('.');
};

/** More pictures than any piece has: those without a field of their own take no room, so that any number can be claimed. */
const MOST_SAMPLES = 100_000;

/**
 * Pictures and events of a piece of media, which is one track. What is malformed is left out.
 *
 * @param timescale of the track's header
 */
export const readMedia = (bytes: Uint8Array, timescale: number): Media => {
  const reader = new Reader(bytes);
  const media: Media = { samples: [], events: [] };
  for (const box of reader.boxes(0, reader.length)) {
    if (box.type === 'emsg') orUndefined(() => readEvent(reader, box, media.events));
    if (box.type !== 'moof') continue;
    for (const traf of reader.boxes(box.from, box.to).filter(({ type }) => type === 'traf')) {
      orUndefined(() => readTrack(reader, traf, box.start, timescale, media.samples));
    }
  }
  return media;
};

const readTrack = (reader: Reader, traf: Box, moof: number, timescale: number, samples: Sample[]): void => {
  const boxes = reader.boxes(traf.from, traf.to);
  const tfhd = boxes.find(({ type }) => type === 'tfhd');
  const tfdt = boxes.find(({ type }) => type === 'tfdt');
  if (!tfhd || !tfdt) return;
  const defaults = readDefaults(reader, tfhd, moof);
  let dts = reader.u8(tfdt.from) === 1 ? reader.u64(tfdt.from + 4) : reader.u32(tfdt.from + 4);
  for (const trun of boxes.filter(({ type }) => type === 'trun')) {
    dts = readRun(reader, trun, defaults, dts, timescale, samples);
  }
};

interface Defaults {
  base: number;
  duration: number;
  size: number;
  flags: number;
}

const readDefaults = (reader: Reader, tfhd: Box, moof: number): Defaults => {
  const flags = reader.u32(tfhd.from) & 0xffffff;
  let at = tfhd.from + 8;
  const next = (bit: number, length: number, read: (at: number) => number, absent: number): number => {
    if (!(flags & bit)) return absent;
    at += length;
    return read(at - length);
  };
  const base = next(0x1, 8, reader.u64, moof);
  next(0x2, 4, reader.u32, 0);
  return {
    base,
    duration: next(0x8, 4, reader.u32, 0),
    size: next(0x10, 4, reader.u32, 0),
    flags: next(0x20, 4, reader.u32, 0),
  };
};

const NON_SYNC = 0x10000;

const readRun = (
  reader: Reader,
  trun: Box,
  defaults: Defaults,
  firstDts: number,
  timescale: number,
  samples: Sample[],
): number => {
  const flags = reader.u32(trun.from) & 0xffffff;
  const count = reader.u32(trun.from + 4);
  let at = trun.from + 8;
  const next = (bit: number, absent: number, read = reader.u32): number => {
    if (!(flags & bit)) return absent;
    at += 4;
    return read(at - 4);
  };
  let from = defaults.base + next(0x1, 0, reader.i32);
  const first = next(0x4, defaults.flags);
  let dts = firstDts;
  const bytesEach = [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length * 4;
  for (let index = 0; index < count && at + bytesEach <= trun.to && samples.length < MOST_SAMPLES; index++) {
    const duration = next(0x100, defaults.duration);
    const size = next(0x200, defaults.size);
    const marks = next(0x400, index === 0 ? first : defaults.flags);
    const shift = next(0x800, 0, reader.i32);
    const [time, length] = [dts + shift, duration].map((ticks) => (ticks * 1000) / timescale) as [number, number];
    if (from < 0 || from + size > reader.length) break;
    samples.push({ time, duration: length, key: (marks & NON_SYNC) === 0, from, to: from + size });
    from += size;
    dts += duration;
  }
  return dts;
};

const readEvent = (reader: Reader, box: Box, events: InbandEvent[]): void => {
  // Of version 0 the times are relative to a segment; Sluice writes the other one.
  if (reader.u8(box.from) !== 1) return;
  const timescale = reader.u32(box.from + 4);
  if (timescale === 0) return;
  const scheme = reader.text(box.from + 24, box.to);
  const value = reader.text(scheme.next, box.to);
  events.push({
    scheme: scheme.text,
    time: (reader.u64(box.from + 8) * 1000) / timescale,
    duration: (reader.u32(box.from + 16) * 1000) / timescale,
    payload: reader.text(value.next, box.to).text,
  });
};
