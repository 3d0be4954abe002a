import { createHash } from 'node:crypto';
import type { Answering } from './server.js';
import { FOUND, sendJson } from './server.js';

export interface GatekeeperOptions {
  scheme: 'basic' | 'digest';
  username: string;
  password: string;
  algorithm?: 'MD5' | 'SHA-256' | 'MD5-sess';
  qop?: boolean;
  /** After so many pictures a nonce is refused as stale. */
  nonceUses?: number;
  /** It does not say that a nonce is stale. */
  silent?: boolean;
}

/** Lets in whoever knows the password, and checks digests as strictly as RFC 7616 allows. */
export class Gatekeeper {
  /** What was wrong with each request that was refused. */
  readonly refused: string[] = [];
  readonly #options: GatekeeperOptions;
  #nonce = 0;
  #count = 0;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  readonly answer: Answering = (response, { method, url, headers }) => {
    const wrong = this.#fault(method, url, headers.authorization ?? '');
    if (wrong === undefined) {
      sendJson(response, FOUND);
      return;
    }
    this.refused.push(wrong);
    const text = 'who are you?';
    response.writeHead(401, {
      'WWW-Authenticate': this.#challenge(wrong === 'stale'),
      'Content-Length': text.length,
    });
    response.end(text);
  };

  #challenge(stale: boolean): string[] {
    const { scheme, algorithm, qop = true, silent } = this.#options;
    if (scheme === 'basic') return ['Negotiate', 'Basic realm="pictures", charset="UTF-8"'];
    this.#nonce += 1;
    this.#count = 0;
    const parts = [
      'realm="pictures"',
      `nonce="n${this.#nonce}"`,
      'opaque="o"',
      ...(algorithm ? [`algorithm=${algorithm}`] : []),
      ...(qop ? ['qop="auth,auth-int"'] : []),
      ...(stale && !silent ? ['stale=true'] : []),
    ];
    return [`Digest ${parts.join(', ')}`, 'Basic realm="pictures"'];
  }

  #fault(method: string, url: string, authorization: string): string | undefined {
    const { scheme, username, password, algorithm = 'MD5', qop = true, nonceUses = Infinity } = this.#options;
    if (authorization === '') return 'nothing';
    if (scheme === 'basic') {
      const [, base64 = ''] = /^Basic (\S+)$/.exec(authorization) ?? [];
      return Buffer.from(base64, 'base64').toString() === `${username}:${password}` ? undefined : 'password';
    }
    if (!authorization.startsWith('Digest ')) return 'scheme';
    const given = new Map(
      [...authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map((m) => [m[1]!, m[2] ?? m[3]!]),
    );
    if (given.get('nonce') !== `n${this.#nonce}`) return 'nonce';
    this.#count += 1;
    if (this.#count > nonceUses) return 'stale';
    if (qop && Number.parseInt(given.get('nc') ?? '', 16) !== this.#count) return 'count';
    if (given.get('uri') !== url || given.get('opaque') !== 'o') return 'uri';
    const hash = (text: string): string =>
      createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const account = hash(`${username}:pictures:${password}`);
    const a1 = algorithm.endsWith('-sess') ? hash(`${account}:n${this.#nonce}:${given.get('cnonce')}`) : account;
    const middle = qop ? `${given.get('nc')}:${given.get('cnonce')}:auth:` : '';
    return given.get('response') === hash(`${a1}:n${this.#nonce}:${middle}${hash(`${method}:${url}`)}`)
      ? undefined
      : 'password';
  }
}
