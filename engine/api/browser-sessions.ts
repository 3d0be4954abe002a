import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_SECOND } from '../core/time.js';

export interface BrowserCookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

const NAME = 'sluice';
const LIFETIME_SECONDS = 30 * 86_400;

/**
 * Browsers that have signed in with the server's token: each has a cookie instead of it, because pictures, media and sockets
 * cannot be asked for with a header. Nothing is kept of them; with another token all of them are signed out.
 */
export class BrowserSessions {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor({ token, secret, clock }: { token: string; secret: Uint8Array; clock: Clock }) {
    this.#key = createHmac('sha256', secret).update(token).digest();
    this.#clock = clock;
  }

  issue(): BrowserCookie {
    const expires = Math.floor(this.#clock.utc() / MICROS_PER_SECOND) + LIFETIME_SECONDS;
    return { name: NAME, value: `${expires}.${this.#sign(String(expires))}`, maxAgeSeconds: LIFETIME_SECONDS };
  }

  /** Whether one of the cookies of a request was issued here and is still good. */
  admits(cookies: string | undefined): boolean {
    return (cookies ?? '').split(';').some((cookie) => {
      const [name, value = ''] = cookie.trim().split('=', 2);
      return name === NAME && this.#isGood(value);
    });
  }

  #isGood(value: string): boolean {
    const [expires = '', signature = ''] = value.split('.', 2);
    if (!/^\d{1,12}$/.test(expires)) return false;
    const [given, right] = [Buffer.from(signature), Buffer.from(this.#sign(expires))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    return Number(expires) > this.#clock.utc() / MICROS_PER_SECOND;
  }

  #sign(expires: string): string {
    return createHmac('sha256', this.#key).update(`browser session until ${expires}`).digest('base64url');
  }
}
