import { type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Node.js looks names up in the four threads that it also uses for files, and a name server that is away holds each for many
 * seconds. One thread is always left for files, and one more for names that were found the last time.
 */
const AT_ONCE = 3;
const AT_ONCE_DOUBTFUL = 2;

type Done = Parameters<LookupFunction>[2];
type Ask = (name: string, options: LookupOptions, done: Done) => void;

interface Question {
  name: string;
  options: LookupOptions;
  signal: AbortSignal;
  done: Done;
}

/** Looks names up, a few at a time; in their order, but for names that were not found the last time. */
export class NameLookup {
  readonly #ask: Ask;
  readonly #waiting = new Set<Question>();
  /** Whether each of those that run is of a doubtful name. */
  #running = { doubtful: 0, other: 0 };
  readonly #doubtful = new Set<string>();

  constructor(ask: Ask = lookup as Ask) {
    this.#ask = ask;
  }

  /** @param signal when it is aborted nobody waits for the answer, and what has not begun never does */
  for(signal: AbortSignal): LookupFunction {
    return (name, options, done) => {
      this.#waiting.add({ name, options, signal, done });
      this.#next();
    };
  }

  #next(): void {
    for (const question of this.#waiting) {
      const { doubtful, other } = this.#running;
      if (doubtful + other >= AT_ONCE) return;
      const kind = this.#doubtful.has(question.name) ? 'doubtful' : 'other';
      if (kind === 'doubtful' && doubtful >= AT_ONCE_DOUBTFUL && !question.signal.aborted) continue;
      this.#waiting.delete(question);
      if (question.signal.aborted) continue;
      this.#running[kind]++;
      // A name that is being looked up is not known to be found.
      this.#doubtful.add(question.name);
      this.#ask(question.name, question.options, (error, ...found) => {
        this.#running[kind]--;
        if (!error) this.#doubtful.delete(question.name);
        question.done(error, ...found);
        this.#next();
      });
    }
  }
}

const names = new NameLookup();

/** For `connect`. */
export const lookupFor = (signal: AbortSignal): LookupFunction => names.for(signal);
