import { closedSegment, openSegment } from '../lanes/gdp-writer.js';

const OPEN = openSegment();
const CLOSED = closedSegment();

/**
 * Makes the decoder drop pictures that are not wanted. GStreamer's decoders decode every unit and silently drop pictures
 * outside the segment; so the segment is closed before units whose pictures are not wanted, and opened before a unit
 * whose picture is:
 *
 *     open  I0   closed  P1 P2 P3 P4   open  P5   closed  P6 …
 *
 * Dropping them later would cost the scaling of each picture; dropping them by QoS would cost a bus message each, of which
 * the binding leaks a part.
 *
 * B-frames follow a unit in decoding order and are shown before it. The decoder applies a segment to all pictures that
 * come out after it, so the gate stays open for them, and closes before the next unit that leads. Where pictures are held
 * back for more than one other, it closes so many units later: otherwise the wanted one itself might be dropped.
 */
export class PictureGate {
  #open = true;
  /** Units that lead since the last whose picture is wanted. */
  #later = 0;

  /**
   * The packet to feed before this unit, if any. `leads`: no unit before it is shown later.
   *
   * @param held pictures that the decoder may hold back
   */
  before({ shown, leads }: { shown: boolean; leads: boolean }, held = 0): Buffer | undefined {
    const open = shown || (this.#open && (!leads || (held > 1 && this.#later < held)));
    if (shown) this.#later = 0;
    else if (leads) this.#later += 1;
    if (open === this.#open) return undefined;
    this.#open = open;
    return open ? OPEN : CLOSED;
  }
}
