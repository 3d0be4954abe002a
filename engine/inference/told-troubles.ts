import type { Clock } from '../core/clock.js';
import { type MonotonicTime, millis } from '../core/time.js';
import type { ClientHandlers, Trouble } from './types.js';

/** A trouble that was told this long ago is told again if another has been told since. */
const REPEAT = millis(60_000);
/** A trouble that comes back so soon was not over. */
const RELAPSE = millis(60_000);
const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

/**
 * What of a server's troubles is told: the beginning of each, and the end of all. The first end is told at once; after
 * each relapse the server has to answer for longer without a fault before it is told, so that one that fails with every
 * tenth picture is in trouble all the time, and not thirty times a minute.
 */
export class ToldTroubles {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #handlers: Pick<ClientHandlers, 'onTrouble' | 'onRecovered'>;
  /** Those of which nobody has been told that they are over, by kind and code, the newest last. */
  readonly #told = new Map<string, MonotonicTime>();
  #current: string | undefined;
  #wellSince: MonotonicTime | undefined;
  #recoveredAt: MonotonicTime | undefined;
  #holdMs = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, handlers: Pick<ClientHandlers, 'onTrouble' | 'onRecovered'>) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  failed(trouble: Trouble): void {
    const now = this.#clock.monotonic();
    this.#wellSince = undefined;
    if (this.#told.size === 0) {
      const relapsed = this.#recoveredAt !== undefined && now - this.#recoveredAt < RELAPSE;
      this.#holdMs = relapsed ? Math.min(LONGEST_HOLD_MS, Math.max(FIRST_HOLD_MS, this.#holdMs * 2)) : 0;
    }
    const key = `${trouble.kind} ${trouble.code}`;
    const toldAt = this.#told.get(key);
    if (key === this.#current || (toldAt !== undefined && now - toldAt < REPEAT)) return;
    this.#current = key;
    this.#told.set(key, now);
    this.#handlers.onTrouble(trouble);
  }

  /** The server has answered. */
  answered(): void {
    if (this.#told.size === 0) return;
    const now = this.#clock.monotonic();
    this.#wellSince ??= now;
    if (now - this.#wellSince < millis(this.#holdMs)) return;
    this.#told.clear();
    this.#current = undefined;
    this.#recoveredAt = now;
    this.#handlers.onRecovered();
  }
}
