import type { KeepAliveMethod } from '../failure.js';
import { ProbeFailure } from './failures.js';
import { headerOf, type Response } from './message.js';

/** Half of what the camera announces, within these bounds. */
const LEAST_MS = 500;
const MOST_MS = 30_000;
/** By then the first media has come, and the camera has time for a question. */
const FIRST_MS = 1000;

/** Session not found. */
const UNKNOWN_SESSION = '454';

/** The first that is welcome is asked first, and goes on where there is nothing else. */
const METHODS: readonly KeepAliveMethod[] = ['OPTIONS', 'GET_PARAMETER'];

/**
 * Requests that tell a camera that its session is still wanted. Many do not count RTCP. GET_PARAMETER is meant for that
 * (RFC 2326 10.8), but not all have it, and some do not answer what they do not have; so the camera is first asked what it
 * has, with OPTIONS, which then is the fallback. What it refuses it may not count, so the other is asked at once.
 */
export class KeepAlive {
  readonly #ask: (method: KeepAliveMethod, limitMs: number) => Promise<Response>;
  readonly #failed: (failure: ProbeFailure) => void;
  readonly #welcome: readonly KeepAliveMethod[];
  /** Where neither is welcome, our reports have to do. */
  #method: KeepAliveMethod | undefined;
  #asking = false;
  /** Did not work. */
  readonly #refused = new Set<KeepAliveMethod>();
  #everyMs = MOST_MS;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param ask rejects with a ProbeFailure: with one of the code `timeout` when there is no answer within the limit, of
   *   `454` when the camera says that it does not know the session
   * @param failed told of every other failure, and of `454` when both methods end so
   * @param unwelcome never asked
   */
  constructor(
    ask: (method: KeepAliveMethod, limitMs: number) => Promise<Response>,
    failed: (failure: ProbeFailure) => void,
    unwelcome: readonly KeepAliveMethod[] = [],
  ) {
    this.#ask = ask;
    this.#failed = failed;
    this.#welcome = METHODS.filter((method) => !unwelcome.includes(method));
    this.#method = this.#welcome[0];
  }

  /** What is being asked. */
  get asking(): KeepAliveMethod | undefined {
    return this.#asking ? this.#method : undefined;
  }

  /** @param timeoutMs without a request for so long the camera ends the session */
  start(timeoutMs: number): void {
    this.#everyMs = Math.min(MOST_MS, Math.max(LEAST_MS, timeoutMs / 2));
    this.#later(Math.min(FIRST_MS, this.#everyMs));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    const method = this.#method;
    if (!this.#stopped && method !== undefined) this.#timer = setTimeout(() => void this.#tell(method), ms);
  }

  async #tell(method: KeepAliveMethod): Promise<void> {
    const asked = performance.now();
    try {
      this.#asking = true;
      // Soon enough for another method in time.
      const answer = await this.#ask(method, this.#everyMs / 2).finally(() => {
        this.#asking = false;
      });
      const again = answer.status >= 400 && this.#turnFrom(method);
      if (answer.status < 400) this.#learn(method, answer);
      this.#later(again ? 0 : Math.max(0, this.#everyMs - (performance.now() - asked)));
    } catch (problem) {
      if (this.#stopped) return;
      if (!(problem instanceof ProbeFailure)) throw problem;
      // A camera that is silent to this may still send media, which others watch.
      if (problem.failure.code === 'timeout') this.#onSilence(method);
      // Some say so of a session that plays, to a method that they do not have for it.
      else if (problem.failure.code === UNKNOWN_SESSION && this.#turnFrom(method)) this.#later(0);
      else this.#failed(problem);
    }
  }

  #learn(method: KeepAliveMethod, answer: Response): void {
    this.#refused.delete(method);
    if (method === 'GET_PARAMETER') return;
    const has = `${headerOf(answer, 'public') ?? ''},${headerOf(answer, 'allow') ?? ''}`;
    if (this.#mayAsk('GET_PARAMETER') && /\bGET_PARAMETER\b/i.test(has)) this.#method = 'GET_PARAMETER';
  }

  #mayAsk(method: KeepAliveMethod): boolean {
    return this.#welcome.includes(method) && !this.#refused.has(method);
  }

  /** @returns whether there is another method that has not been refused */
  #turnFrom(method: KeepAliveMethod): boolean {
    this.#refused.add(method);
    const other = METHODS.find((each) => this.#mayAsk(each));
    this.#method = other ?? this.#welcome[0];
    return other !== undefined;
  }

  #onSilence(method: KeepAliveMethod): void {
    // A camera that is busy may be silent once: OPTIONS is not given up for that.
    const again = this.#turnFrom(method);
    this.#refused.delete('OPTIONS');
    this.#later(again ? 0 : this.#everyMs / 2);
  }
}
