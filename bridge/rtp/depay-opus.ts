import { type AudioDepayloader, AudioFrames, type AudioSink } from './audio-frames.js';

/** µs of a frame by the mode's size (RFC 6716 3.1): SILK, hybrid and CELT. */
const SILK = [10_000, 20_000, 40_000, 60_000];
const HYBRID = [10_000, 20_000];
const CELT = [2500, 5000, 10_000, 20_000];
const FIRST_HYBRID = 12;
const FIRST_CELT = 16;
/** µs of the longest packet. */
const LONGEST = 120_000;

/** Opus: each packet is one of the codec's, and says itself how long it lasts (RFC 7587 4.2). */
export class OpusDepayloader implements AudioDepayloader {
  readonly #frames: AudioFrames;

  constructor(sink: AudioSink) {
    this.#frames = new AudioFrames(sink);
  }

  push(payload: Buffer, _marker: boolean, pts: number, lost: number): void {
    if (lost > 0) this.#frames.lose();
    const duration = opusDuration(payload);
    if (duration > 0) this.#frames.deliver(payload, pts, duration);
  }
}

/** µs that an Opus packet lasts; 0 if it is none. */
const opusDuration = (packet: Buffer): number => {
  const [toc, count] = packet;
  if (toc === undefined) return 0;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (count ?? 0) & 0x3f;
  const duration = frames * frameDuration(toc >> 3);
  return duration > LONGEST ? 0 : duration;
};

const frameDuration = (config: number): number => {
  if (config < FIRST_HYBRID) return SILK[config & 3]!;
  return config < FIRST_CELT ? HYBRID[config & 1]! : CELT[config & 3]!;
};
