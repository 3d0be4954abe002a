import { nalUnits } from '../../bridge/codec/annex-b.js';
import { decoderConfiguration } from '../../bridge/codec/decoder-configuration.js';
import { isParameterSet, nalTypeOf } from '../../bridge/codec/nal-types.js';
import { StoredUnits } from '../../bridge/filters/stored-units.js';
import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import { box, fullBox, text, u16, u32, u64 } from '../mp4/box-writer.js';
import { codecName } from '../mp4/codec-names.js';

/** Ticks per second of the times in a track. */
export const TIMESCALE = 90_000;

const TRACK = 1;
const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** data-offset, and of each sample duration, size, flags and composition time. */
const RUN_FLAGS = 0x000f01;
const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;
/** 72 dots per inch, as 16.16. */
const DPI = 0x48_0000;

/** A picture on its way to a player. Times in ticks. */
export interface TrackPicture {
  sequence: number;
  dts: number;
  pts: number;
  duration: number;
  key: boolean;
  /** As `VideoTrack.stored` gives it. */
  bytes: Uint8Array;
}

/** A camera's video as a fragmented MP4 of one picture a fragment, so that nothing waits for the next. */
export class VideoTrack {
  /** `ftyp moov`. */
  readonly initialisation: Buffer;
  /** As RFC 6381 names it. */
  readonly codec: string;
  readonly #stored: StoredUnits;

  private constructor(initialisation: Buffer, codec: string, stored: StoredUnits) {
    this.initialisation = initialisation;
    this.codec = codec;
    this.#stored = stored;
  }

  /** @param key a picture with the parameter sets in front of it; undefined if they are missing or damaged */
  static of(codec: NalCodec, caps: StreamCaps, key: Uint8Array): VideoTrack | undefined {
    const sets = nalUnits(key).filter((nal) => isParameterSet(codec, nalTypeOf(codec, nal)));
    const configuration = decoderConfiguration(codec, sets);
    const stored = new StoredUnits(codec, caps);
    if (!configuration || stored.begin(key) === undefined) return undefined;
    const initialisation = initialisationOf(codec, caps, configuration);
    return new VideoTrack(initialisation, codecName(codec, configuration), stored);
  }

  /** A picture as the fragments hold it. */
  stored(payload: Uint8Array): Buffer {
    return this.#stored.stored(payload);
  }
}

/** One picture: `moof mdat`. */
export const pictureFragment = ({ sequence, dts, pts, duration, key, bytes }: TrackPicture): Buffer[] => {
  const moof = (offset: number): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      box(
        'traf',
        fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(TRACK)),
        fullBox('tfdt', 1, 0, u64(dts)),
        fullBox('trun', 1, RUN_FLAGS, u32(1, offset, duration, bytes.length, key ? SYNC : NON_SYNC, pts - dts)),
      ),
    );
  const header = u32(bytes.length + 8, 0);
  header.write('mdat', 4, 'latin1');
  return [moof(moof(0).length + 8), header, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)];
};

const initialisationOf = (codec: NalCodec, { width = 0, height = 0 }: StreamCaps, configuration: Buffer): Buffer => {
  const entry = box(
    codec === 'h264' ? 'avc1' : 'hvc1',
    ...[u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(width, height), u32(DPI, DPI, 0), u16(1)],
    ...[Buffer.alloc(32), u16(24, 0xffff), box(codec === 'h264' ? 'avcC' : 'hvcC', configuration)],
  );
  const empty = ['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0)));
  const media = box(
    'mdia',
    fullBox('mdhd', 0, 0, u32(0, 0, TIMESCALE, 0), u16(0x55c4, 0)),
    fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide'), u32(0, 0, 0), text('')),
    box(
      'minf',
      fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)),
      box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
      box('stbl', fullBox('stsd', 0, 0, u32(1), entry), ...empty, fullBox('stsz', 0, 0, u32(0, 0))),
    ),
  );
  const tkhd = [u32(0, 0, TRACK, 0, 0, 0, 0), u16(0, 0, 0, 0), IDENTITY, u16(width, 0, height, 0)];
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), u32(0), Buffer.from('iso6mp41')),
    box(
      'moov',
      fullBox(
        'mvhd',
        0,
        0,
        u32(0, 0, TIMESCALE, 0, 0x10000),
        u16(0x0100, 0),
        u32(0, 0),
        IDENTITY,
        Buffer.alloc(24),
        u32(TRACK + 1),
      ),
      box('trak', fullBox('tkhd', 0, 3, ...tkhd), media),
      box('mvex', fullBox('trex', 0, 0, u32(TRACK, 1, 0, 0, 0))),
    ),
  ]);
};
