import type { IsolationChange } from '../types.js';

/**
 * - `free`: runs in the hosts that all share.
 * - `suspect`: was present when hosts died, as others were; who of them did it is not known.
 * - `convict`: a host died that served it alone.
 */
export type Standing = 'free' | 'suspect' | 'convict';

/** A change, without the role of the host that died: one `Suspects` knows one role. */
export type StandingChange =
  | Omit<Extract<IsolationChange, { kind: 'isolated' }>, 'role'>
  | Omit<Extract<IsolationChange, { kind: 'released' }>, 'role'>;

/** Deaths at which an owner was present until it is suspected. One alone is no pattern. */
const DEATHS_UNTIL_SUSPECT = 2;
/** Deaths further apart than this have nothing to do with each other. */
const FORGET_MS = 60 * 60_000;
/** A suspect that lives this long without a death is cleared; longer if its hosts took longer than that to die. */
const CLEAR_MS = 60_000;
const RELEASE_MS = 10 * 60_000;
/** What kills every so often must live through this many such spans to be trusted. */
const SPANS_TO_CLEAR = 2;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The pause before the start that follows this many deaths in a row: 0.5 s, 1 s … 30 s. */
export const pauseAfter = (deaths: number): number =>
  deaths < 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 1));

/** What speaks against an owner. */
interface Evidence {
  standing: Standing;
  /** Deaths at which it was present. */
  deaths: number;
  lastDeath: number;
  /** Time between the last two. */
  span: number;
  convictions: number;
  /** Deaths since it was convicted. */
  pauses: number;
  notBefore: number;
}

/**
 * Finds out whose media kills the hosts of one role, from who was present when they died. It starts and ends nothing:
 * the pool asks it where an owner belongs. docs/design/architecture.md has the reasoning.
 */
export class Suspects {
  readonly #now: () => number;
  readonly #evidence = new Map<string, Evidence>();

  constructor(now: () => number) {
    this.#now = now;
  }

  standing(owner: string | undefined): Standing {
    return (owner !== undefined && this.#evidence.get(owner)?.standing) || 'free';
  }

  /** How long nothing is started for this owner, in ms. */
  pauseOf(owner: string | undefined): number {
    const until = owner === undefined ? undefined : this.#evidence.get(owner)?.notBefore;
    return until === undefined ? 0 : Math.max(0, until - this.#now());
  }

  get convicts(): number {
    return this.#with('convict').length;
  }

  /**
   * A host has died.
   *
   * @param present whose runs it had
   * @param apart whether it was one for suspects
   */
  died(present: readonly string[], apart: boolean, cause: string): StandingChange[] {
    const seen = present.map((owner) => [owner, this.#seen(owner)] as const);
    const narrowed = apart && seen.some(([, { standing }]) => standing === 'suspect');
    for (const [, each] of seen) this.#judge(each, present.length === 1);
    // The one is among those who were present. If others did it as well, they will be seen again soon.
    if (narrowed) for (const [owner, each] of this.#with('suspect')) if (!present.includes(owner)) acquit(each);
    return seen.flatMap(([owner, each]) => this.#pause(owner, each, cause) ?? []);
  }

  /** Forgets what lies back long enough. Called about once a second. */
  review(): StandingChange[] {
    const changes: StandingChange[] = [];
    for (const [owner, each] of this.#evidence) {
      if (this.#now() - each.lastDeath < quietTime(each)) continue;
      if (each.standing !== 'convict') {
        this.#evidence.delete(owner);
        continue;
      }
      changes.push({ kind: 'released', owner, deaths: each.deaths });
      acquit(each);
      each.lastDeath = this.#now();
    }
    return changes;
  }

  #seen(owner: string): Evidence {
    const before = this.#evidence.get(owner);
    const each = before ?? {
      ...{ standing: 'free', deaths: 0, lastDeath: this.#now(), span: 0 },
      ...{ convictions: 0, pauses: 0, notBefore: Number.NEGATIVE_INFINITY },
    };
    this.#evidence.set(owner, each);
    each.deaths += 1;
    each.span = this.#now() - each.lastDeath;
    each.lastDeath = this.#now();
    return each;
  }

  #judge(each: Evidence, alone: boolean): void {
    if (each.standing === 'convict' || each.deaths < DEATHS_UNTIL_SUSPECT) return;
    each.standing = alone ? 'convict' : 'suspect';
    if (alone) each.convictions += 1;
  }

  /** Convicts wait longer after each death, which is told for as long as the pauses grow. */
  #pause(owner: string, each: Evidence, cause: string): StandingChange | undefined {
    if (each.standing !== 'convict') return undefined;
    const before = pauseAfter(each.pauses);
    each.pauses += 1;
    const retryInMs = pauseAfter(each.pauses);
    each.notBefore = this.#now() + retryInMs;
    return retryInMs > before ? { kind: 'isolated', owner, deaths: each.deaths, cause, retryInMs } : undefined;
  }

  #with(standing: Standing): [string, Evidence][] {
    return [...this.#evidence].filter(([, each]) => each.standing === standing);
  }
}

/** Back to the others. One more death and it is suspected again. */
const acquit = (each: Evidence): void => {
  each.standing = 'free';
  each.deaths = DEATHS_UNTIL_SUSPECT - 1;
  each.pauses = 0;
  each.notBefore = Number.NEGATIVE_INFINITY;
};

const quietTime = ({ standing, span, convictions }: Evidence): number => {
  switch (standing) {
    case 'free':
      return FORGET_MS;
    case 'suspect':
      return Math.min(FORGET_MS, Math.max(CLEAR_MS, SPANS_TO_CLEAR * span));
    case 'convict':
      return Math.min(FORGET_MS, Math.max(RELEASE_MS * 2 ** (convictions - 1), SPANS_TO_CLEAR * span));
  }
};
