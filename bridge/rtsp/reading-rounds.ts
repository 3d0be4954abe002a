/** Something that is read once a round. */
export interface RoundReader {
  read(): void;
}

/**
 * How long a round takes. No multiple of the distance between pictures at any usual rate, so that one of them is soon read just
 * when it comes: how late pictures are at least is what their times go by.
 */
const ROUND_MS = 97;
/** So many share a wake-up. More at once would keep others waiting. */
const MOST_TOGETHER = 32;

/**
 * Reads what nobody waits for. To be woken for each packet costs more than to handle it: what a few tens of connections have sent in a
 * tenth of a second is read in one go, and what several pictures have in common is done once.
 */
export class ReadingRounds {
  /** In the order in which they are read, at equal distances within a round. */
  readonly #groups: Set<RoundReader>[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  add(reader: RoundReader): void {
    let group = this.#groups.find(({ size }) => size < MOST_TOGETHER);
    if (group === undefined) {
      group = new Set();
      this.#groups.push(group);
    }
    group.add(reader);
    this.#wakeLater();
  }

  delete(reader: RoundReader): void {
    const group = this.#groups.find((each) => each.delete(reader));
    if (group?.size !== 0) return;
    this.#groups.splice(this.#groups.indexOf(group), 1);
    if (this.#groups.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wakeLater(): void {
    if (this.#groups.length > 0) this.#timer ??= setTimeout(() => this.#read(), ROUND_MS / this.#groups.length).unref();
  }

  #read(): void {
    this.#timer = undefined;
    if (this.#next >= this.#groups.length) this.#next = 0;
    const group = this.#groups[this.#next++];
    for (const reader of group ?? []) reader.read();
    this.#wakeLater();
  }
}
