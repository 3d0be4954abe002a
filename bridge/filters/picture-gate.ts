import { allOfTime, noTime } from '../lanes/gdp-writer.js';

const OPEN = allOfTime();
const CLOSED = noTime();

/**
 * Keeps pictures that are not wanted in the decoder. A decoder of GStreamer decodes everything and drops, without a word,
 * pictures outside of the segment; so the segment is moved away before the units of such pictures and back before one
 * that is wanted:
 *
 *     open  I0   closed  P1 P2 P3 P4   open  P5   closed  P6 …
 *
 * Dropping later costs the scaling of each picture, and dropping by QoS a message for each, of which the binding leaks a part.
 *
 * With B-frames, units that follow a wanted one in decoding order are shown before it. The decoder applies a segment
 * to what comes out after, so the gate stays open for them, and closes before the next unit that leads.
 */
export class PictureGate {
  #open = true;

  /** What is to be fed before this unit. `leads`: no unit before is shown later. */
  before({ shown, leads }: { shown: boolean; leads: boolean }): Buffer | undefined {
    const open = shown || (this.#open && !leads);
    if (open === this.#open) return undefined;
    this.#open = open;
    return open ? OPEN : CLOSED;
  }
}
