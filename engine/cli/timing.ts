import { InvalidArgumentError } from 'commander';
import { READABLE_DURATIONS, readDuration } from '../core/duration.js';
import { MICROS_PER_MS, type Micros } from '../core/time.js';

/** The value of an option that is a duration. */
export const durationOption = (text: string): Micros => {
  const micros = readDuration(text);
  if (!micros) throw new InvalidArgumentError(`It must be ${READABLE_DURATIONS}.`);
  return micros;
};

/** Timers of Node.js that are longer fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves after this long. It keeps no process alive that ends earlier. */
export const elapsed = async (micros: Micros): Promise<void> => {
  for (let left = micros / MICROS_PER_MS; left > 0; left -= LONGEST_TIMER_MS) {
    const ms = Math.min(left, LONGEST_TIMER_MS);
    await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
  }
};
