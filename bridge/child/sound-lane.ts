import { capsPacket, streamHead, unitPacket } from '../lanes/gdp-writer.js';
import { PTS_BASE_MICROS } from '../rtp/picture-mark.js';
import type { LaneEnd } from './lane-end.js';

/** More waits only if the engine does not read, and then its pictures wait as well. */
const MOST_WAITING = 256 * 1024;

const METADATA_CAPS = 'application/x-onvif-metadata';

/** A camera's sound and its metadata on their way to the engine, in a lane beside that of the video. */
export class SoundLane {
  readonly #lane: Pick<LaneEnd, 'write' | 'waitingBytes'> | undefined;
  readonly #onOverflow: () => void;

  #soundCaps: string | undefined;

  /** @param onOverflow called for each frame and document that is dropped because too much waits */
  constructor(lane: Pick<LaneEnd, 'write' | 'waitingBytes'> | undefined, onOverflow: () => void) {
    this.#lane = lane;
    this.#onOverflow = onOverflow;
  }

  begin(capsText: string): void {
    this.#soundCaps = capsText;
    this.#lane?.write(streamHead(capsText));
  }

  /** Times in µs on the video's timeline. */
  write(payload: Uint8Array, pts: number, duration: number): void {
    if (!this.#lane || this.#overflows(this.#lane)) return;
    this.#lane.write(unitPacket({ key: true, payload }, PTS_BASE_MICROS + pts, duration || null, false));
  }

  /** Caps around the document say that it is none of the sound. */
  writeMetadata(document: Uint8Array): void {
    if (!this.#lane || this.#overflows(this.#lane)) return;
    this.#lane.write(capsPacket(METADATA_CAPS));
    this.#lane.write(unitPacket({ key: true, payload: document }, null, null, false));
    if (this.#soundCaps !== undefined) this.#lane.write(capsPacket(this.#soundCaps));
  }

  #overflows({ waitingBytes }: Pick<LaneEnd, 'waitingBytes'>): boolean {
    if (waitingBytes <= MOST_WAITING) return false;
    this.#onOverflow();
    return true;
  }
}
