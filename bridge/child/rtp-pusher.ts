import type { PacketTaker } from '../camera/track-input.js';
import { mayEndPicture, PTS_BASE_MICROS, pictureMark } from '../rtp/picture-mark.js';
import type { Received } from '../rtp/receiver.js';
import { renumber } from '../rtp/renumber.js';
import type { VideoCodec } from '../types.js';
import type { AppSource } from './gstreamer.js';

/** The largest packet that fits into an interleaved one. */
const MAX_PACKET = 65_535;
/** What may wait in the pipeline: the engine does not read. Until there is room again nothing is read from the camera. */
const MOST_WAITING = 1024 * 1024;
const ROOM_AGAIN = 128 * 1024;
const LOOK_MS = 20;
/** Asking the pipeline costs more than pushing a packet. */
const PACKETS_PER_LOOK = 32;

/**
 * Pushes the packets of a track into the pipeline that depayloads them, with the times that they have for us. Its memory
 * is bounded by what `hold` makes of it.
 */
export class RtpPusher implements PacketTaker {
  readonly #source: AppSource;
  readonly #codec: VideoCodec;
  readonly #hold: (full: boolean) => void;
  readonly #packet = Buffer.allocUnsafeSlow(MAX_PACKET);
  readonly #pts = Buffer.alloc(8);
  /** Marks that were put in so far: each shifts the numbers of what follows. */
  #marks = 0;
  #pushed = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param hold called when the pipeline is full, and when it has room again
   */
  constructor(source: AppSource, codec: VideoCodec, hold: (full: boolean) => void) {
    this.#source = source;
    this.#codec = codec;
    this.#hold = hold;
  }

  take(received: Received): void {
    this.#push(received, received.payload);
    if (this.#codec !== 'mjpeg' && received.marker && mayEndPicture(this.#codec, received.payload)) {
      this.#marks = (this.#marks + 1) & 0xffff;
      this.#push(received, pictureMark(this.#codec));
    }
    this.#pushed += 1;
    if (this.#pushed % PACKETS_PER_LOOK === 0) this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #push(received: Received, payload: Buffer): void {
    const length = renumber(received, payload, (received.sequence + this.#marks) & 0xffff, this.#packet);
    if (length === 0) return;
    this.#writePts(received.pts);
    this.#source.push(this.#packet.subarray(0, length), this.#pts);
  }

  #writePts(micros: number): void {
    const nanos = (PTS_BASE_MICROS + micros) * 1000;
    const high = Math.floor(nanos / 4_294_967_296);
    this.#pts.writeUInt32BE(high >>> 0, 0);
    this.#pts.writeUInt32BE((nanos - high * 4_294_967_296) >>> 0, 4);
  }

  #look(): void {
    if (this.#timer !== undefined || this.#source['current-level-bytes'] < MOST_WAITING) return;
    this.#hold(true);
    this.#timer = setInterval(() => {
      if (this.#source['current-level-bytes'] > ROOM_AGAIN) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#hold(false);
    }, LOOK_MS);
  }
}
