import { nalUnits } from '../codec/annex-b.js';
import { decoderConfiguration } from '../codec/decoder-configuration.js';
import { isParameterSet, nalTypeOf } from '../codec/nal-types.js';
import type { NalCodec, StreamCaps } from '../types.js';

const STREAM_FORMATS: Readonly<Record<NalCodec, string>> = { h264: 'avc', h265: 'hvc1' };

/**
 * Access units as a file holds them: each NAL unit behind its length, and the parameter sets of the first unit apart. So no
 * parser has to be in front of the muxer, which would believe the stream's parameter sets about how long a picture is
 * shown. Sets that change later stay where they are.
 */
export class StoredUnits {
  readonly #codec: NalCodec;
  readonly #caps: StreamCaps;
  /** Those of the first unit, as text, until one comes that is not among them: from then on, each may be a change. */
  #sets: ReadonlySet<string> = new Set();
  #configuration: Buffer | undefined;

  constructor(codec: NalCodec, caps: StreamCaps) {
    this.#codec = codec;
    this.#caps = caps;
  }

  /** What a decoder must know, as `avcC` and `hvcC` hold it; undefined before `begin`. */
  get configuration(): Buffer | undefined {
    return this.#configuration;
  }

  /** The caps of what `stored` gives; undefined if this unit, the first, does not hold all parameter sets. */
  begin(payload: Uint8Array): string | undefined {
    const sets = nalUnits(payload).filter((nal) => this.#isSet(nal));
    const configuration = decoderConfiguration(this.#codec, sets);
    if (configuration === undefined) return undefined;
    this.#configuration = configuration;
    this.#sets = new Set(sets.map(textOf));
    return [
      this.#caps.text.replace(/stream-format=[^,;]*/, `stream-format=(string)${STREAM_FORMATS[this.#codec]}`),
      `codec_data=(buffer)${configuration.toString('hex')}`,
    ].join(', ');
  }

  /**
   * @param room bytes that are left free in front
   * @param take where memory comes from
   */
  stored(payload: Uint8Array, room = 0, take: (length: number) => Buffer = Buffer.allocUnsafe): Buffer {
    const nals = nalUnits(payload).filter((nal) => !this.#isSet(nal) || this.#isNew(nal));
    const bytes = take(nals.reduce((total, nal) => total + 4 + nal.length, room));
    let at = room;
    for (const nal of nals) {
      at = bytes.writeUInt32BE(nal.length, at);
      bytes.set(nal, at);
      at += nal.length;
    }
    return bytes;
  }

  #isNew(set: Uint8Array): boolean {
    if (this.#sets.has(textOf(set))) return false;
    this.#sets = new Set();
    return true;
  }

  #isSet(nal: Uint8Array): boolean {
    return isParameterSet(this.#codec, nalTypeOf(this.#codec, nal));
  }
}

const textOf = (nal: Uint8Array): string => Buffer.from(nal).toString('latin1');
