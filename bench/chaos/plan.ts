import { chosen, Random } from './random.js';

/** One step of a run. Everything random about it is decided here, so that a seed replays it. */
export interface Step<F extends string = string> {
  /** From 1. */
  number: number;
  fault: F;
  /** What comes on top of it while it lasts. */
  companion: F | undefined;
  /** Chooses what it hits among what there is, 0 to 1. */
  target: number;
  /** How much, of whatever the fault can do more or less of, 0 to 1. */
  amount: number;
  /** How long it lasts, at least until what must tell of it has told. */
  holdSeconds: number;
  /** Seed for what happens in large numbers, such as bytes that are changed. */
  seed: number;
  /** Quiet time after it. */
  calmSeconds: number;
}

const HOLD_SECONDS = [2, 14] as const;
const CALM_SECONDS = [1, 8] as const;
/** Share of the steps in which a second fault comes on top of the first. */
const ACCOMPANIED = 0.35;

/**
 * The steps of a seed, without end. Faults come in rounds: each of them once, in an order of its own, so that none is
 * left out and each follows each other one sooner or later.
 */
export function* planOf<F extends string>(
  seed: number,
  faults: readonly F[],
  companionsOf: (fault: F) => readonly F[] = () => [],
): Generator<Step<F>, never> {
  const random = new Random(seed);
  for (let number = 0; ; ) {
    for (const fault of random.shuffled(faults)) {
      number++;
      const accompanied = random.next() < ACCOMPANIED;
      const companion = chosen(companionsOf(fault), random.next());
      yield {
        number,
        fault,
        companion: accompanied ? companion : undefined,
        target: random.next(),
        amount: random.next(),
        holdSeconds: random.between(...HOLD_SECONDS),
        seed: Math.floor(random.next() * 2 ** 32),
        calmSeconds: random.between(...CALM_SECONDS),
      };
    }
  }
}
