import { createHash, timingSafeEqual } from 'node:crypto';
import { SluiceError } from '../engine/core/errors.js';
import { addressText, hostNameOf, isLocal, isLoopbackName, type ListenAddress } from '../engine/core/listen-address.js';

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Who may ask. Without a token only this machine can reach the server; with one, everybody must give it: as a bearer
 * token, which AVA's HttpHeaderCredentials can hold, or as the password of its UsernamePasswordCredentials.
 */
export class Access {
  readonly #token: Buffer | undefined;

  constructor(token: string | undefined) {
    this.#token = token ? hash(token) : undefined;
  }

  /** @throws SluiceError `TokenRequired` if other machines can reach the address and there is no token. */
  checkAddress(address: ListenAddress): void {
    if (isLocal(address) || this.#token) return;
    throw new SluiceError('TokenRequired', `refusing to listen on ${addressText(address)} without a token`, {
      kind: 'invalid',
      hint: 'Put a token into the environment variable SLUICE_INFER_TOKEN, or listen on 127.0.0.1.',
    });
  }

  /** @param authorization `Bearer …` or `Basic …` */
  admits(authorization: string | undefined): boolean {
    if (!this.#token) return true;
    const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization ?? '') ?? [];
    if (scheme.toLowerCase() === 'bearer') return this.#is(value);
    if (scheme.toLowerCase() !== 'basic') return false;
    const userAndPassword = Buffer.from(value, 'base64').toString();
    return this.#is(userAndPassword.slice(userAndPassword.indexOf(':') + 1));
  }

  /**
   * Whether a request was addressed to this machine by a name of its own. A page that a browser has open could reach a
   * server without a token under a name of the page's site.
   */
  knowsHost(host: string | undefined, address: ListenAddress): boolean {
    return this.#token !== undefined || address.kind === 'unix' || isLoopbackName(hostNameOf(host ?? '') ?? '');
  }

  #is(token: string): boolean {
    return this.#token !== undefined && timingSafeEqual(hash(token), this.#token);
  }
}
