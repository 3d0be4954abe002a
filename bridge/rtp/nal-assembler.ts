import { FragmentBuffer } from './fragment-buffer.js';
import { beginsWithStartCode, splitAtStartCodes } from './start-codes.js';

export interface NalSink {
  /**
   * @param nal without start code; a view that is valid only during the call
   * @param pts µs, of the packet in which the unit began
   * @param damagedBefore something was lost between the unit before and this one
   */
  nal(nal: Uint8Array, pts: number, damagedBefore: boolean): void;
  /** The packet before had the marker bit: the camera says that a picture ends here. */
  mark(pts: number, damagedBefore: boolean): void;
}

/** More than any NAL unit of a camera. What is longer is dropped. */
const MAX_NAL = 8 * 1024 * 1024;

/**
 * What the depayloaders for H.264 and H.265 have in common: units that come whole, and one that comes in fragments. Treats
 * loss and forgotten end bits as GStreamer's depayloaders do.
 */
export class NalAssembler {
  readonly #sink: NalSink;
  readonly #hides: (header: number) => boolean;
  readonly #fragments = new FragmentBuffer(MAX_NAL);
  #open = false;
  #pts = 0;
  #damaged = false;
  #oversized = 0;

  /** @param hides whether a unit whose header begins with this byte may have others behind it: see `#split` */
  constructor(sink: NalSink, hides: (header: number) => boolean) {
    this.#sink = sink;
    this.#hides = hides;
  }

  /** A unit has begun in fragments, and has not ended. */
  get open(): boolean {
    return this.#open;
  }

  /** Units that were dropped because of their length. */
  get oversized(): number {
    return this.#oversized;
  }

  /** Bytes that are held for fragments. */
  get capacity(): number {
    return this.#fragments.capacity;
  }

  /** Something is missing here, or the camera has started anew; with it goes the end of the unit that has begun. */
  lose(): void {
    this.#damaged = true;
    this.#drop();
  }

  whole(nal: Buffer, pts: number): void {
    if (nal.length === 0) return;
    if (this.#hides(nal[0]!) || beginsWithStartCode(nal)) this.#split(nal, pts);
    else this.#deliver(nal, pts);
  }

  /** Begins a unit in fragments. If one is open, the camera has forgotten its end bit: it is delivered as it stands. */
  begin(pts: number): void {
    this.end();
    this.#fragments.clear();
    this.#open = true;
    this.#pts = pts;
  }

  /** Adds a byte of the header to the unit that has begun. */
  addByte(byte: number): void {
    this.#fragments.addByte(byte);
  }

  /** Adds a packet's fragment, which begins at `from`. */
  add(payload: Buffer, from: number): void {
    if (this.#fragments.add(payload, from)) return;
    this.#oversized++;
    this.lose();
  }

  /** Delivers the unit that has begun, if there is one. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.whole(this.#fragments.unit, this.#pts);
    this.#fragments.clear();
  }

  /** A picture ends here, and with it the unit that has begun. */
  mark(pts: number): void {
    this.end();
    this.#sink.mark(pts, this.#takeDamage());
  }

  #drop(): void {
    this.#open = false;
    this.#fragments.clear();
  }

  /**
   * Some cameras send a piece of byte stream as if it were one NAL unit: with a start code in front, or with parameter sets
   * first and the picture behind a start code. No NAL unit has a start code in it.
   */
  #split(bytes: Buffer, pts: number): void {
    splitAtStartCodes(bytes, (nal) => this.#deliver(nal, pts));
  }

  #deliver(nal: Buffer, pts: number): void {
    this.#sink.nal(nal, pts, this.#takeDamage());
  }

  #takeDamage(): boolean {
    const damaged = this.#damaged;
    this.#damaged = false;
    return damaged;
  }
}
