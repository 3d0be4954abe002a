import type { Dispatcher } from 'undici';
import { headerOf, type Reply, type ReplyHeaders } from './reply.js';

export interface Post {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Uint8Array;
}

/** How an exchange has ended. `reusable`: the connection can take another. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly reusable: boolean }
  | { readonly kind: 'tooLarge'; readonly reusable: false }
  /**
   * `stale`: the connection had been used before, and not a byte came back on it: the server may have closed it at the
   * moment when the picture was sent, which is nobody's fault.
   */
  | { readonly kind: 'failed'; readonly error: unknown; readonly stale: boolean; readonly reusable: false };

export interface ExchangeLimits {
  /** Of an answer's body. */
  readonly answerBytes: number;
}

/** As much is read of what a server says about a refusal. */
const REFUSAL_BYTES = 16 * 1024;

/** Takes what undici tells of one answer, and no more of it than the limits allow. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  #done: ((outcome: Outcome) => void) | undefined;
  #reused: boolean;
  #hasAnswered = false;
  #status = 0;
  #headers: ReplyHeaders = {};
  #parts: Buffer[] = [];
  #size = 0;

  constructor(limits: ExchangeLimits, reused: boolean, done: (outcome: Outcome) => void) {
    this.#limits = limits;
    this.#reused = reused;
    this.#done = done;
  }

  /** Nobody wants to know any more. */
  forget(): void {
    this.#done = undefined;
    this.#parts = [];
  }

  connectsAnew(): void {
    this.#reused = false;
  }

  onRequestStart(): void {
    // That this is there tells undici which set of methods it has to call.
  }

  onResponseStarted(): void {
    this.#hasAnswered = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    // The final answer is still to come.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (this.#isRefusal) return;
    if (Number(headerOf(headers, 'content-length') ?? 0) > this.#limits.answerBytes) this.#finish(TOO_LARGE);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done === undefined) return;
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#isRefusal) {
      if (this.#size > REFUSAL_BYTES) this.#reply(false);
    } else if (this.#size > this.#limits.answerBytes) this.#finish(TOO_LARGE);
  }

  onResponseEnd(): void {
    this.#reply(true);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    // A status that has no body says it all; some servers send one nevertheless, and HTTP has no way to read it.
    if (this.#status === 204 || this.#status === 205) {
      this.#reply(false);
      return;
    }
    this.#finish({ kind: 'failed', error, stale: this.#reused && !this.#hasAnswered, reusable: false });
  }

  get #isRefusal(): boolean {
    return this.#status >= 300;
  }

  #reply(reusable: boolean): void {
    const body = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#finish({ kind: 'reply', reply: { status: this.#status, headers: this.#headers, body }, reusable });
  }

  #finish(outcome: Outcome): void {
    const done = this.#done;
    this.forget();
    done?.(outcome);
  }
}

const TOO_LARGE: Outcome = { kind: 'tooLarge', reusable: false };
