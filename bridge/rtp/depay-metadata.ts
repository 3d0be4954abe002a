import { FragmentBuffer } from './fragment-buffer.js';

/** More than any document of events, and of what many things in a picture are. */
export const MAX_DOCUMENT = 256 * 1024;

/** A payload that begins so begins a document, perhaps behind a byte order mark. */
const BEGIN = /^(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|(?:[\w.-]{1,64}:)?MetadataStream[\s>])/;
const END = /<\/(?:[\w.-]{1,64}:)?MetadataStream\s*>[\s\0]*$/;
const LOOK_AT = 128;

/**
 * Puts the XML documents of an ONVIF metadata track together (ONVIF Streaming 5.2.1): the marker ends one, and for
 * cameras that forget it, its last tag or the next that begins. A document of which something is missing, or that is too long, is passed over.
 */
export class MetadataDepayloader {
  readonly #handle: (document: Buffer) => void;
  readonly #document = new FragmentBuffer(MAX_DOCUMENT);
  /** Not what is put together: the rest of a document that cannot be had. */
  #broken = false;

  /** @param handle given a view that is valid only during the call; it may hold several documents */
  constructor(handle: (document: Buffer) => void) {
    this.#handle = handle;
  }

  /** @param gap packets are missing in front of this one, or it belongs to nothing before */
  push(payload: Buffer, marker: boolean, gap: boolean): void {
    const begins = beginsDocument(payload);
    if (begins && !gap) this.#end();
    if (begins || gap) this.#reset(!begins);
    if (!this.#broken && !this.#document.add(payload)) this.#reset(true);
    if (marker || endsDocument(this.#document.unit)) {
      this.#end();
      this.#reset(false);
    }
  }

  #end(): void {
    if (!this.#broken && this.#document.length > 0) this.#handle(this.#document.unit);
  }

  #reset(broken: boolean): void {
    this.#document.clear();
    this.#broken = broken;
  }
}

const beginsDocument = (payload: Buffer): boolean => BEGIN.test(payload.toString('latin1', 0, LOOK_AT));

const endsDocument = (bytes: Buffer): boolean =>
  END.test(bytes.toString('latin1', Math.max(0, bytes.length - LOOK_AT)));
