/**
 * When many cameras begin at once, as after the reboot of a switch, each wants everything decoded until its detector knows the place.
 * Together that may be more than the machine can do, and who falls behind takes longer still. So they take turns: until a camera's
 * comes, its keyframes alone are decoded. Cameras that are looked at closely later, because something may move, count as well.
 */
import type { Clock } from '../../core/clock.js';
import { comparePriorities, type Priority } from '../../core/priority.js';
import { type Micros, seconds } from '../../core/time.js';
import type { LoadSource } from '../../metrics/machine-load.js';

/** Pixels a second that may be decoded, on each processor, when one more begins: about half of what it can do … */
const MOST_PER_PROCESSOR = 150e6;
/** … and where processors have little to spare. */
const MOST_IF_BUSY = 25e6;
/** No more are added before it is known how busy the processors are with them. */
const MOST_ADDED = 40e6;
const BUSY = 0.8;
const LOOKS_EVERY: Micros = seconds(1);
/** If none has begun for so long, one does. Those before it may be looked at closely all the time. */
const STALLED: Micros = seconds(15);

export interface FirstLookRequest {
  /** Pixels a second. */
  readonly cost: number;
  readonly priority: Priority;
  onTurn(): void;
}

/** A place in the queue, or a turn. */
export interface FirstLookTurn {
  readonly hasCome: boolean;
  /** Time has passed. For those who wait. */
  again(): void;
  /** Whether everything is decoded, from now on. */
  closely(is: boolean): void;
  /** It is gone. */
  end(): void;
}

interface Asked extends FirstLookRequest {
  hasCome: boolean;
}

export interface FirstLooksDeps {
  clock: Pick<Clock, 'monotonic'>;
  /** How many there are. */
  processors: number;
  /** Asked by nobody else: it tells of the time since it was asked before. */
  load: Pick<LoadSource, 'processors'>;
}

/** Of all cameras of an engine. */
export class FirstLooks {
  readonly #deps: FirstLooksDeps;
  readonly #waiting = new Set<Asked>();
  /** Those of which everything is decoded. */
  readonly #looking = new Set<Asked>();

  #busy = false;
  #busyAt = Number.NEGATIVE_INFINITY;
  /** Pixels a second of those whose turn has come since then. */
  #added = 0;
  #againAt = Number.NEGATIVE_INFINITY;
  #begunAt: Micros = 0;

  constructor(deps: FirstLooksDeps) {
    this.#deps = deps;
  }

  /** Cameras whose turn has not come. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whose turn comes at once is not called. */
  ask(request: FirstLookRequest): FirstLookTurn {
    const asked: Asked = { ...request, hasCome: this.#waiting.size === 0 && this.#fits(request) };
    if (asked.hasCome) this.#begins(asked);
    else this.#waiting.add(asked);
    return {
      get hasCome() {
        return asked.hasCome;
      },
      again: () => this.#again(),
      closely: (is) => {
        if (!is) this.#leaves(asked);
        else if (asked.hasCome) this.#looking.add(asked);
      },
      end: () => {
        this.#waiting.delete(asked);
        this.#leaves(asked);
      },
    };
  }

  /** At most once a second, whoever calls. */
  #again(): void {
    const now = this.#deps.clock.monotonic();
    if (now - this.#againAt < LOOKS_EVERY) return;
    this.#againAt = now;
    this.#next();
    const first = this.#first;
    if (first && now - this.#begunAt >= STALLED) this.#take(first);
  }

  #leaves(asked: Asked): void {
    if (this.#looking.delete(asked)) this.#next();
  }

  /** Of the same priority, who has asked first. */
  get #first(): Asked | undefined {
    let first: Asked | undefined;
    for (const asked of this.#waiting) {
      if (!first || comparePriorities(asked.priority, first.priority) > 0) first = asked;
    }
    return first;
  }

  /** One at a time always fits, whatever it costs. */
  #fits({ cost }: FirstLookRequest): boolean {
    let used = cost;
    for (const looking of this.#looking) used += looking.cost;
    if (this.#looking.size === 0) return true;
    const { processors } = this.#deps;
    if (used <= processors * MOST_IF_BUSY) return true;
    const isBusy = this.#isBusy();
    return !isBusy && used <= processors * MOST_PER_PROCESSOR && this.#added + cost <= processors * MOST_ADDED;
  }

  #isBusy(): boolean {
    const { clock, load } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#busyAt >= LOOKS_EVERY) {
      this.#busyAt = now;
      this.#added = 0;
      this.#busy = load.processors() >= BUSY;
    }
    return this.#busy;
  }

  #next(): void {
    for (let next = this.#first; next && this.#fits(next); next = this.#first) this.#take(next);
  }

  #take(asked: Asked): void {
    this.#waiting.delete(asked);
    this.#begins(asked);
    asked.hasCome = true;
    asked.onTurn();
  }

  #begins(asked: Asked): void {
    this.#looking.add(asked);
    this.#added += asked.cost;
    this.#begunAt = this.#deps.clock.monotonic();
  }
}
