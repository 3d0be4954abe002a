import { nalUnits } from '../../bridge/codec/annex-b.js';
import { decoderConfiguration } from '../../bridge/codec/decoder-configuration.js';
import { isParameterSet, nalTypeOf } from '../../bridge/codec/nal-types.js';
import type { NalCodec } from '../../bridge/types.js';

/**
 * Access units as a file holds them: each NAL unit behind its length, and the parameter sets of the first unit apart. Sets
 * that change later stay where they are.
 */
export class StoredUnits {
  /** What a decoder must know, as `avcC` and `hvcC` hold it. */
  readonly configuration: Buffer;
  readonly #codec: NalCodec;
  /** Those of the first unit, as text, until one comes that is not among them: from then on, each may be a change. */
  #sets: ReadonlySet<string>;

  private constructor(codec: NalCodec, configuration: Buffer, sets: ReadonlySet<string>) {
    this.#codec = codec;
    this.configuration = configuration;
    this.#sets = sets;
  }

  /** @param first undefined is returned if it does not hold all parameter sets */
  static of(codec: NalCodec, first: Uint8Array): StoredUnits | undefined {
    const sets = nalUnits(first).filter((nal) => isSet(codec, nal));
    const configuration = decoderConfiguration(codec, sets);
    return configuration && new StoredUnits(codec, configuration, new Set(sets.map(textOf)));
  }

  /** @param take where memory comes from */
  stored(payload: Uint8Array, take: (length: number) => Buffer = Buffer.allocUnsafe): Buffer {
    const nals = nalUnits(payload).filter((nal) => !isSet(this.#codec, nal) || this.#isNew(nal));
    const bytes = take(nals.reduce((total, nal) => total + 4 + nal.length, 0));
    let at = 0;
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
}

const isSet = (codec: NalCodec, nal: Uint8Array): boolean => isParameterSet(codec, nalTypeOf(codec, nal));

const textOf = (nal: Uint8Array): string => Buffer.from(nal).toString('latin1');
