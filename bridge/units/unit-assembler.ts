import { capsTextOf } from '../codec/caps-text.js';
import type { H264Pps, H264Sps } from '../codec/h264-sets.js';
import type { H265Pps, H265Sps } from '../codec/h265-sets.js';
import {
  isAccessUnitDelimiter,
  isEndOfSequence,
  isEndOfStream,
  isFiller,
  isParameterSet,
  isPrefix,
  isSlice,
  layerIdOf,
  nalTypeOf,
} from '../codec/nal-types.js';
import type { NalSink } from '../rtp/nal-assembler.js';
import type { NalCodec } from '../types.js';
import { MarkerTrust } from './marker-trust.js';
import { ParameterSets } from './parameter-sets.js';
import { isOfNewPicture, isSecondField, readSlice, type Slice, settlingOf } from './slices.js';
import { UnitBuffer } from './unit-buffer.js';

/** A picture, as a byte stream. */
export interface AssembledUnit {
  /** µs, of its first slice. */
  pts: number;
  /** A file or a decoder can begin with it: it has all parameter sets in front. */
  key: boolean;
  /** Of a `key`: number of pictures after which they are right. */
  settling: number;
  /** As in `EncodedUnit`. */
  quantiser: number | undefined;
  /** Something was lost before it, or in it. */
  damaged: boolean;
  /** Valid only during the call. */
  payload: Buffer;
}

export interface UnitHandlers {
  /** The format of the unit that follows, and of those after it: with a first unit, and where it has changed. */
  onFormat(capsText: string): void;
  onUnit(unit: AssembledUnit): void;
  /** NAL units of pictures that could not be used: their header is damaged, or they come behind the picture's end. */
  onStray(): void;
}

/** Beyond this it is no picture: something is wrong with where it ends. */
const MAX_UNIT = 16 * 1024 * 1024;

/** A unit with the sets in front. One for all cameras: it is handed on at once. */
const whole = new UnitBuffer();

/**
 * Makes pictures of NAL units. Where a picture ends is told by its slices, and not by marker bits alone; where decoding can
 * start by the types of all of its slices, and not by one. Parameter sets are taken out and put in front of every picture
 * at which decoding can start; one that changes in between stays where it came.
 */
export class UnitAssembler implements NalSink {
  readonly #codec: NalCodec;
  readonly #handlers: UnitHandlers;
  readonly #sets: ParameterSets<H264Sps & H265Sps, H264Pps & H265Pps>;
  readonly #trust = new MarkerTrust();
  readonly #unit = new UnitBuffer();
  /** What has come behind the slices of the picture, and belongs in front of the next one. */
  #prefix: { nal: Uint8Array; damagedBefore: boolean }[] = [];
  /** Sets that came in front of the picture, and were not in force before. */
  #newSets: Uint8Array[] = [];
  #pts = 0;
  /** The last slice: of the unit, or of the one before if it has none. */
  #slice: Slice | undefined;
  #hasSlice = false;
  #last: 'slice' | 'other' = 'other';
  #secondField = false;
  #refresh = true;
  #intra = true;
  #recovery = 0;
  #damaged = false;
  /** A part of the picture is missing. */
  #holed = false;
  #marked = false;
  #markedBefore = false;
  /** The picture before was handed on when its marker came. */
  #early = false;
  #formatKey: string | undefined;

  constructor(codec: NalCodec, handlers: UnitHandlers) {
    this.#codec = codec;
    this.#handlers = handlers;
    this.#sets = new ParameterSets(codec);
  }

  /** Takes sets that did not come with the stream, but in its description. */
  seed(nal: Uint8Array): void {
    this.#sets.take(nal);
  }

  nal(nal: Uint8Array, pts: number, damagedBefore: boolean): void {
    const codec = this.#codec;
    const type = nalTypeOf(codec, nal);
    if (type < 0 || isOfAnotherLayer(codec, type, nal)) return;
    if (isSlice(codec, type)) {
      this.#onSlice(nal, pts, damagedBefore);
      return;
    }
    this.#last = 'other';
    if (isAccessUnitDelimiter(codec, type)) {
      if (this.#hasSlice) this.#finish(damagedBefore);
      this.#damaged ||= damagedBefore;
    } else if (isPrefix(codec, type)) this.#onPrefix(nal, damagedBefore);
    else if (!isFiller(codec, type)) {
      this.#damaged ||= damagedBefore;
      this.#add(nal);
      if (this.#hasSlice && (isEndOfSequence(codec, type) || isEndOfStream(codec, type))) this.#finish(false);
    }
  }

  /**
   * What may only stand in front of a picture. Behind a slice it should begin the next one; but some servers repeat the
   * parameter sets in front of every slice, so that the slice which follows decides.
   */
  #onPrefix(nal: Uint8Array, damagedBefore: boolean): void {
    if (this.#hasSlice) {
      this.#prefix.push({ nal: Uint8Array.from(nal), damagedBefore });
      return;
    }
    this.#damaged ||= damagedBefore;
    if (isParameterSet(this.#codec, nalTypeOf(this.#codec, nal))) {
      if (this.#sets.take(nal) === 'changed') this.#newSets.push(Uint8Array.from(nal));
      return;
    }
    this.#recovery ||= settlingOf(this.#codec, nal);
    this.#add(nal);
  }

  /** A marker counts behind a slice only: some cameras mark the message in front of the picture. */
  mark(pts: number, damagedBefore: boolean): void {
    // Of a picture of which nothing else has come.
    if (damagedBefore && this.#hasSlice && (this.#marked || pts !== this.#pts)) this.#finish(true);
    if (!this.#hasSlice || this.#last !== 'slice') {
      this.#damaged ||= damagedBefore;
      return;
    }
    // The end of the picture is missing.
    this.#holed ||= damagedBefore;
    this.#damaged ||= damagedBefore;
    this.#marked = true;
    if (this.#trust.isTrusted) this.#finishEarly();
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#hasSlice) this.#finish(false);
    this.#clear();
  }

  #onSlice(nal: Uint8Array, pts: number, damagedBefore: boolean): void {
    let slice = readSlice(this.#codec, nal, this.#sets);
    if (slice === undefined) {
      this.#damaged = true;
      this.#holed = true;
      this.#handlers.onStray();
      return;
    }
    const before = this.#slice;
    if (this.#hasSlice && before !== undefined) {
      const lost = damagedBefore || this.#prefix.some((each) => each.damagedBefore);
      if (this.#isNext(before, slice, pts, lost)) {
        this.#finish(lost);
        // Sets in front of it may have changed what its header means.
        slice = readSlice(this.#codec, nal, this.#sets) ?? slice;
      } else {
        // Of this picture after all. It needs none of them again.
        this.#prefix = [];
        this.#secondField ||= isSecondField(before, slice);
      }
    } else if (this.#early && before !== undefined && this.#goesOn(before, slice, pts, damagedBefore)) {
      this.#trust.lied();
      this.#handlers.onStray();
      return;
    }
    this.#damaged ||= damagedBefore;
    if (this.#hasSlice) {
      this.#holed ||= damagedBefore;
    } else {
      this.#pts = pts;
      this.#holed ||= !slice.first;
    }
    this.#markedBefore ||= this.#marked;
    this.#marked = false;
    this.#last = 'slice';
    this.#hasSlice = true;
    this.#early = false;
    this.#slice = slice;
    this.#judge(slice);
    this.#add(nal);
  }

  #judge({ refresh, intra = true }: Slice): void {
    // The second field of an IDR picture may refer to the first, and to nothing else: it is no IDR picture itself.
    if (this.#secondField && this.#refresh) return;
    this.#refresh &&= refresh;
    this.#intra &&= intra;
  }

  /** Whether a slice begins another unit: another picture that is not the second field of the frame. */
  #isNext(before: Slice, slice: Slice, pts: number, damagedBefore: boolean): boolean {
    // Of another time and no beginning: that was lost, or the camera stamps slices as they come.
    if (!slice.first && pts !== this.#pts && damagedBefore) return true;
    return isOfNewPicture(before, slice) && (this.#secondField || !isSecondField(before, slice));
  }

  /** Whether a slice belongs to the picture that has been handed on. */
  #goesOn(before: Slice, slice: Slice, pts: number, damagedBefore: boolean): boolean {
    return pts === this.#pts && !damagedBefore && !isOfNewPicture(before, slice);
  }

  #add(nal: Uint8Array): void {
    this.#unit.addNal(nal);
    if (this.#unit.length <= MAX_UNIT) return;
    this.#clear();
    this.#damaged = true;
    this.#handlers.onStray();
  }

  #finishEarly(): void {
    this.#deliver();
    this.#clear();
    this.#early = true;
  }

  /** @param lostAfter something is missing behind what is here */
  #finish(lostAfter: boolean): void {
    if (lostAfter) this.#holed ||= !this.#marked;
    else this.#trust.seen(this.#marked, this.#markedBefore);
    this.#deliver();
    this.#clear();
  }

  #deliver(): void {
    const key = !this.#holed && this.#isStart();
    if (key) this.#tellFormat();
    const sets = key ? this.#sets.all() : this.#newSets;
    let bytes = this.#unit;
    if (sets.length > 0) {
      for (const set of sets) whole.addNal(set);
      whole.addBytes(this.#unit.bytes);
      bytes = whole;
    }
    this.#handlers.onUnit({
      pts: this.#pts,
      key,
      settling: key && !this.#refresh && !this.#intra ? this.#recovery : 0,
      quantiser: this.#slice?.quantiser,
      damaged: this.#damaged || this.#holed,
      payload: bytes.bytes,
    });
    whole.clear();
  }

  #isStart(): boolean {
    if (this.#slice === undefined || this.#sets.inForce(this.#slice.ppsId) === undefined) return false;
    return this.#refresh || this.#intra || this.#recovery > 0;
  }

  #tellFormat(): void {
    const sps = this.#slice && this.#sets.inForce(this.#slice.ppsId);
    if (sps === undefined || sps.decodingKey === this.#formatKey) return;
    this.#formatKey = sps.decodingKey;
    this.#handlers.onFormat(capsTextOf(this.#codec, sps));
  }

  /** Makes room for the next unit, which begins with what has come of it already. */
  #clear(): void {
    this.#unit.clear();
    if (this.#newSets.length > 0) this.#newSets = [];
    this.#hasSlice = false;
    this.#secondField = false;
    this.#refresh = true;
    this.#intra = true;
    this.#recovery = 0;
    this.#damaged = false;
    this.#holed = false;
    this.#marked = false;
    this.#markedBefore = false;
    this.#early = false;
    const prefix = this.#prefix;
    if (prefix.length === 0) return;
    this.#prefix = [];
    for (const { nal, damagedBefore } of prefix) this.#onPrefix(nal, damagedBefore);
  }
}

/** Of another view or quality of the same picture, which a decoder of the base passes over. */
const isOfAnotherLayer = (codec: NalCodec, type: number, nal: Uint8Array): boolean =>
  codec === 'h265' ? layerIdOf(nal) !== 0 : H264_EXTENSIONS.has(type);

/** Prefix NAL unit, subset SPS, coded slice extensions (H.264 Annexes F to I). */
const H264_EXTENSIONS = new Set([14, 15, 20, 21]);
