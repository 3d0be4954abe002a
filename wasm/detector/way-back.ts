interface Place {
  readonly address: number;
  readonly bytes: number;
}

/** What a detector knew before a picture, so that it can judge from there again. */
export class WayBack<Slab extends Place> {
  #slab: Slab | undefined;
  #judgedPts: number | undefined;
  /** Kept for the next time: half a megabyte each time would be much garbage. */
  #copy = new Uint8Array(0);

  /** @param judgedPts of the picture that was judged last, if there was any. */
  note(slab: Slab, memory: Uint8Array, judgedPts: number | undefined): void {
    if (this.#copy.length !== slab.bytes) this.#copy = new Uint8Array(slab.bytes);
    this.#copy.set(memory.subarray(slab.address, slab.address + slab.bytes));
    this.#slab = slab;
    this.#judgedPts = judgedPts;
  }

  /** Puts the slab back to what was noted, once. Undefined: nothing was noted of this slab. */
  take(slab: Slab, memory: Uint8Array): { judgedPts: number | undefined } | undefined {
    if (this.#slab !== slab) return undefined;
    this.#slab = undefined;
    memory.set(this.#copy, slab.address);
    return { judgedPts: this.#judgedPts };
  }

  clear(): void {
    this.#slab = undefined;
  }
}
