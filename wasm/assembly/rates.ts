// How fast cells learn.

/** How a cell learns, by what it shows. */
export enum Learning {
  // Slow kinds: that their row has its turn is enough.
  /** Nothing unusual. */
  background,
  /** Something that moves: it is kept out of the model. */
  hold,
  /** Not known yet: hardly, so that a slow object does not become background while it is looked at. */
  pending,
  /** The shifted picture does not cover the cell. */
  skip,
  // Quick kinds.
  /** A change of light: taken over at once. */
  light,
  nuisance,
  /** Something that has come to stay: it becomes background. */
  heal,
}

/** Kinds of learning. */
export const LEARNING_KINDS: i32 = 7;

/** Each rate is the share of the way to the new value, an i16 in Q15, four times side by side: once for each pixel. */
@unmanaged
export class Rates {
  mean: u64;
  /** Of the spread, where it grows. */
  spreadUp: u64;
  spreadDown: u64;

  /** The rates of one kind in a table. */
  @inline
  static of(table: Rates, kind: u32): Rates {
    return changetype<Rates>(changetype<usize>(table) + <usize>kind * offsetof<Rates>());
  }

  @inline
  set(mean: i32, spreadUp: i32, spreadDown: i32): void {
    this.mean = fourTimes(mean);
    this.spreadUp = fourTimes(spreadUp);
    this.spreadDown = fourTimes(spreadDown);
  }
}

// @ts-ignore: decorator
@inline
function fourTimes(rate: i32): u64 {
  return <u64>rate * 0x0001000100010001;
}

/** The share of the way to a new value that a mean with a time constant of `tau` ms goes in `dt` ms, Q15. */
export function rateOf(dt: i32, tau: i32): i32 {
  return min(32767, (dt << 15) / (tau + dt));
}

/** A young model is a plain mean of what it has seen: its time constant is half its age and a little. */
// @ts-ignore: decorator
@inline
function slowTau(ageMs: i32, most: i32): i32 {
  return min(most, ageMs / 2 + 150);
}

/** Fills a table for a step of `dt` ms, for a model of this age. Time constants are in ms. */
export function setRates(table: Rates, dt: i32, ageMs: i32, calm: bool): void {
  const tau = slowTau(ageMs, 4000);
  const down = rateOf(dt, 2000);
  // Where it is calm, limits rise slowly: a dim person who comes in slowly is no noise.
  const up = slowTau(ageMs, calm ? 8000 : 2000);
  Rates.of(table, Learning.background).set(rateOf(dt, tau), rateOf(dt, up), rateOf(dt, slowTau(ageMs, 2000)));
  // Hardly at all; yet what would be held for ever becomes background after minutes.
  Rates.of(table, Learning.hold).set(rateOf(dt, 300_000), 0, 0);
  Rates.of(table, Learning.light).set(rateOf(dt, 250), 0, down);
  Rates.of(table, Learning.nuisance).set(rateOf(dt, tau), rateOf(dt, min(1000, tau)), down);
  Rates.of(table, Learning.pending).set(rateOf(dt, 8000), rateOf(dt, 8000), down);
  Rates.of(table, Learning.heal).set(rateOf(dt, 500), 0, down);
  Rates.of(table, Learning.skip).set(0, 0, 0);
}
