/** So many pictures in a row must end with a marker, and have none before, until the next marker is believed. */
const GOOD_ENOUGH = 8;
/** After a marker in the middle of a picture. */
const GOOD_AFTER_LIE = 1000;

/**
 * Whether a camera's marker bits say where its pictures end, as they should (RFC 6184 5.1). Believing them brings a
 * picture a frame earlier, because otherwise only the next one shows that it is over. Some cameras mark every slice, some
 * the message in front of the picture, some nothing.
 */
export class MarkerTrust {
  #good = 0;
  #needed = GOOD_ENOUGH;

  get isTrusted(): boolean {
    return this.#good >= this.#needed;
  }

  /**
   * A picture has turned out to be over.
   *
   * @param last its last slice was marked
   * @param before a slice before that was
   */
  seen(last: boolean, before: boolean): void {
    if (before) this.lied();
    else this.#good = last ? this.#good + 1 : 0;
  }

  /** A picture went on behind a marker. */
  lied(): void {
    this.#good = 0;
    this.#needed = GOOD_AFTER_LIE;
  }
}
