/** What a receiver report says of one source (RFC 3550 6.4.1). */
export interface ReceptionBlock {
  /** The source that is reported on. */
  ssrc: number;
  /** Lost since the block before, in 256ths of what was expected. */
  fractionLost: number;
  cumulativeLost: number;
  /** Wraps of the sequence number in the upper 16 bits. */
  highestSequence: number;
  /** In ticks of the track's clock. */
  jitter: number;
}

/** Counts what a receiver report needs, for one source at a time (RFC 3550 A.3, A.8). */
export class Reception {
  #ssrc = 0;
  #highest = 0;
  #lost = 0;
  #jitter = 0;
  /** Arrival minus timestamp of the packet before, in ticks. */
  #transit: number | undefined;
  /** At the block before. */
  #expectedThen = 0;
  #lostThen = 0;
  #expected = 0;

  /** Another source, or the same one with new numbers. */
  begin(ssrc: number, sequence: number): void {
    this.#ssrc = ssrc;
    this.#highest = sequence;
    this.#lost = 0;
    this.#jitter = 0;
    this.#transit = undefined;
    this.#expected = 1;
    this.#expectedThen = 0;
    this.#lostThen = 0;
  }

  /** The sequence number is `lost` + 1 after the highest. */
  advance(lost: number): void {
    this.#highest += lost + 1;
    this.#expected += lost + 1;
    this.#lost += lost;
  }

  /** @param transit arrival minus timestamp, both in ticks; undefined: when it arrived is not known */
  measure(transit: number | undefined): void {
    if (this.#transit !== undefined && transit !== undefined)
      this.#jitter += (Math.abs(transit - this.#transit) - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** The block for a report that is sent now. */
  block(): ReceptionBlock {
    const expected = this.#expected - this.#expectedThen;
    const lost = this.#lost - this.#lostThen;
    this.#expectedThen = this.#expected;
    this.#lostThen = this.#lost;
    return {
      ssrc: this.#ssrc,
      fractionLost: expected > 0 ? Math.min(255, Math.floor((256 * lost) / expected)) : 0,
      cumulativeLost: this.#lost,
      highestSequence: this.#highest,
      jitter: Math.round(this.#jitter),
    };
  }
}
