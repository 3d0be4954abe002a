import { authorize, bestChallenge, type Challenge, type Credentials, parseChallenges } from './authorization.js';
import { type Headers, headerOf } from './message.js';

/** As much of an answer, of RTSP or HTTP, as matters here. */
type Answered = { readonly headers: Headers };

/** What is to be done about an answer that wants credentials. */
export type Verdict =
  /** Ask again, with what `header` gives now. */
  | 'again'
  /** There are none, or these are wrong: asking again would only bring an account nearer to being locked. */
  | 'refused'
  /** No way in is offered that we know. */
  | 'unanswerable';

/**
 * The credentials in one attempt to connect, over all its connections. They are sent only when the camera asks, and wrong
 * ones once. After a refusal there is one more try where the camera says that the nonce had grown old, or where it has
 * taken the credentials before and gives another nonce now.
 */
export class Login {
  readonly #credentials: Credentials | undefined;
  #challenge: Challenge | undefined;
  /** Of the nonce. */
  #uses = 0;
  #accepted = false;
  /** Requests in a row that carried credentials and were refused. */
  #refusals = 0;

  constructor(credentials: Credentials | undefined) {
    this.#credentials = credentials;
  }

  /** Credentials have been sent. */
  get tried(): boolean {
    return this.#challenge !== undefined && this.#credentials !== undefined;
  }

  /** The value of `Authorization` for a request; undefined while the camera has not asked. */
  header(method: string, uri: string): string | undefined {
    if (this.#challenge === undefined || this.#credentials === undefined) return undefined;
    this.#uses += 1;
    return authorize(this.#challenge, this.#credentials, { method, uri }, this.#uses);
  }

  /** Takes note of an answer that is no 401. */
  answered(response: Answered): void {
    if (this.#challenge === undefined) return;
    this.#refusals = 0;
    this.#accepted = true;
    const next = /\bnextnonce="([^"]{1,512})"/i.exec(headerOf(response, 'authentication-info') ?? '')?.[1];
    if (next !== undefined && this.#challenge.scheme === 'digest') this.#take({ ...this.#challenge, nonce: next });
  }

  /** What to do about a 401. */
  challenged(response: Answered): Verdict {
    const offered = bestChallenge(parseChallenges(response.headers.get('www-authenticate') ?? []));
    if (offered === undefined) return this.#challenge === undefined ? 'unanswerable' : 'refused';
    if (this.#credentials === undefined) return 'refused';
    if (this.#challenge !== undefined) {
      this.#refusals += 1;
      if (this.#refusals > 1 || !this.#isNew(offered, this.#challenge)) return 'refused';
    }
    this.#take(offered);
    return 'again';
  }

  #isNew(offered: Challenge, before: Challenge): boolean {
    if (offered.scheme !== 'digest') return false;
    return offered.stale || (this.#accepted && before.scheme === 'digest' && offered.nonce !== before.nonce);
  }

  #take(challenge: Challenge): void {
    this.#challenge = challenge;
    this.#uses = 0;
  }
}
