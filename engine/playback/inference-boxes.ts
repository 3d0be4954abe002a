import { TICKS } from '../archive/cuts.js';
import type { VideoMetadata } from '../archive/metadata-log.js';
import { MICROS_PER_MS, toTicks90k } from '../core/time.js';
import { AVA_EVENTS, emsg } from '../mp4/emsg.js';

/** What was found in a picture is shown until the next time that something was, and no longer than this. In ticks. */
const LONGEST = TICKS;
const IDS = 2 ** 32;

/**
 * What was found in pictures as boxes for AVA's players, to be put in front of the media.
 * @param found in the order of time
 * @param end of the media, in ticks since the epoch: nothing is shown beyond
 */
export const inferenceBoxes = (found: readonly VideoMetadata[], end: number): Buffer[] => {
  let before = -1;
  return found.map(({ utc, inferences }, index) => {
    const time = toTicks90k(utc);
    const next = found[index + 1];
    const until = Math.min(time + LONGEST, next ? toTicks90k(next.utc) : end);
    // Players take two events with one id for the same.
    const id = Math.max(before + 1, Math.floor(utc / MICROS_PER_MS));
    before = id;
    const payload = Buffer.from(JSON.stringify({ timestamp: time, inferences: inferences.map(capital) }));
    return emsg(AVA_EVENTS, { time, timescale: TICKS, duration: Math.max(1, until - time), id: id % IDS, payload });
  });
};

/** The players' form of an inference: the same, with its type in capitals. */
const capital = (inference: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...inference,
  type: String(inference['type'] ?? 'OTHER').toUpperCase(),
});
