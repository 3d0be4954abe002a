/** For so long, packets of a source that was left may still come. µs. */
const LEFT_FOR = 1_000_000;
const MOST = 8;

/** Sources (SSRC) that a camera has left for another, whose last packets may still be on their way. */
export class LeftSources {
  #left: { ssrc: number; at: number }[] = [];

  /** @param next the source that comes instead, and counts from now on */
  leave(ssrc: number, next: number, at: number): void {
    const others = this.#left.filter((each) => each.ssrc !== next && at - each.at < LEFT_FOR);
    this.#left = [...others.slice(1 - MOST), { ssrc, at }];
  }

  has(ssrc: number, at: number): boolean {
    return this.#left.some((each) => each.ssrc === ssrc && at - each.at < LEFT_FOR);
  }
}
