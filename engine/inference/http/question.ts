import type { CancelTimer, Clock } from '../../core/clock.js';
import type { Outcome } from './exchange.js';
import type { Lane } from './lane.js';
import type { Reply } from './reply.js';
import type { SignIn } from './sign-in.js';

/** What has become of a picture. */
export type Result =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** A 401 that these credentials, or any that we have, do not satisfy. */
  | { readonly kind: 'locked'; readonly reply: Reply; readonly why: 'refused' | 'unanswerable' }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late'; readonly wasConnected: boolean };

export interface QuestionOptions {
  readonly lane: Lane;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** For everything: connecting, sending, and the last byte of the answer. */
  readonly timeoutMs: number;
}

/** More than a challenge, and a nonce that has grown old, in one exchange is no dialogue any more. */
const MOST_CHALLENGES = 3;

/** One picture and its answer, over as many requests as it takes: after a challenge, and after a stale connection. */
export class Question {
  readonly #options: QuestionOptions;
  readonly #done: (result: Result) => void;
  readonly #cancelTimer: CancelTimer;
  #challenges = 0;
  #retried = false;

  /** `done` is called once, perhaps before this returns, or never after `cancel`. */
  constructor(options: QuestionOptions, done: (result: Result) => void) {
    this.#options = options;
    this.#done = done;
    this.#cancelTimer = options.clock.after(options.timeoutMs, () => this.#late());
    this.#post();
  }

  cancel(): void {
    this.#cancelTimer();
    this.#options.lane.abort();
  }

  #post(): void {
    const { lane, signIn, path, headers, body } = this.#options;
    const { challenge } = signIn;
    lane.post({ path, headers: [...headers, ...signIn.headers()], body }, (outcome) => this.#ended(outcome, challenge));
  }

  #ended(outcome: Outcome, challenge: number): void {
    if (outcome.kind === 'failed' && outcome.stale && !this.#retried) {
      this.#retried = true;
      this.#post();
    } else if (outcome.kind === 'reply') this.#replied(outcome.reply, challenge);
    else this.#finish(outcome);
  }

  #replied(reply: Reply, challenge: number): void {
    const { signIn } = this.#options;
    if (reply.status !== 401) {
      signIn.answered(reply);
      this.#finish({ kind: 'reply', reply });
      return;
    }
    this.#challenges += 1;
    const verdict = signIn.challenged(reply, challenge);
    if (verdict === 'again' && this.#challenges < MOST_CHALLENGES) this.#post();
    else this.#finish({ kind: 'locked', reply, why: verdict === 'unanswerable' ? verdict : 'refused' });
  }

  #late(): void {
    const { lane } = this.#options;
    const wasConnected = lane.isConnected;
    lane.abort();
    this.#finish({ kind: 'late', wasConnected });
  }

  #finish(result: Result): void {
    this.#cancelTimer();
    this.#done(result);
  }
}
