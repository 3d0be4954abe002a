/** A part of the shared memory. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Ranges begin at multiples of this: a page, which suits servers that map or copy them. */
const ALIGNMENT = 4096;

const roundedUp = (length: number): number => Math.max(1, Math.ceil(length / ALIGNMENT)) * ALIGNMENT;

/** Hands out ranges of a piece of memory and takes them back. The first that fits is taken: low addresses stay in use. */
export class Ranges {
  readonly size: number;
  /** Sorted by offset; no two of them touch. */
  #free: { offset: number; length: number }[];
  readonly #taken = new Map<number, number>();

  constructor(size: number) {
    this.size = size;
    this.#free = [{ offset: 0, length: size }];
  }

  get freeBytes(): number {
    return this.#free.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether a range of this length could be taken now. */
  fits(length: number): boolean {
    const needed = roundedUp(length);
    return this.#free.some((hole) => hole.length >= needed);
  }

  /** @returns undefined if no hole is large enough */
  take(length: number): Range | undefined {
    const needed = roundedUp(length);
    const at = this.#free.findIndex((hole) => hole.length >= needed);
    const hole = this.#free[at];
    if (hole === undefined) return undefined;
    const range = { offset: hole.offset, length };
    if (hole.length === needed) this.#free.splice(at, 1);
    else this.#free[at] = { offset: hole.offset + needed, length: hole.length - needed };
    this.#taken.set(range.offset, needed);
    return range;
  }

  /** Takes a range back. One that is not taken is ignored. */
  giveBack({ offset }: Range): void {
    const length = this.#taken.get(offset);
    if (length === undefined) return;
    this.#taken.delete(offset);
    let at = this.#free.findIndex((hole) => hole.offset > offset);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, { offset, length });
    this.#join(at);
    this.#join(at - 1);
  }

  /** Makes one hole of a hole and the next, if they touch. */
  #join(at: number): void {
    const hole = this.#free[at];
    const next = this.#free[at + 1];
    if (!hole || !next || hole.offset + hole.length !== next.offset) return;
    hole.length += next.length;
    this.#free.splice(at + 1, 1);
  }
}
