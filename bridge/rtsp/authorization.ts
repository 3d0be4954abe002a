import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  username: string;
  password: string;
}

/** One way in that the server offers. */
export type Challenge =
  | { scheme: 'basic'; realm: string }
  | {
      scheme: 'digest';
      realm: string;
      nonce: string;
      opaque?: string;
      algorithm: 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess';
      /** The server named its algorithm, so it is named in the answer too. */
      algorithmNamed: boolean;
      qop: boolean;
      stale: boolean;
    };

const TOKEN = /^[ \t,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/;
const PARAMETER = /^[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;
const ALGORITHMS = ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess'] as const;

/** Reads the challenges of `WWW-Authenticate` headers; what cannot be understood or answered is left out. */
export const parseChallenges = (headers: readonly string[]): Challenge[] =>
  headers.flatMap((header) => {
    const challenges: Challenge[] = [];
    let rest = header;
    for (;;) {
      const scheme = TOKEN.exec(rest);
      if (!scheme) return challenges;
      rest = rest.slice(scheme[0].length);
      const parameters = new Map<string, string>();
      for (;;) {
        const parameter = PARAMETER.exec(rest);
        if (!parameter) break;
        rest = rest.slice(parameter[0].length);
        parameters.set(parameter[1]!.toLowerCase(), parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3]!);
        const comma = /^[ \t]*,/.exec(rest);
        if (!comma) break;
        rest = rest.slice(comma[0].length);
      }
      const challenge = toChallenge(scheme[1]!.toLowerCase(), parameters);
      if (challenge) challenges.push(challenge);
    }
  });

const toChallenge = (scheme: string, parameters: ReadonlyMap<string, string>): Challenge | undefined => {
  const realm = parameters.get('realm') ?? '';
  if (scheme === 'basic') return { scheme, realm };
  const nonce = parameters.get('nonce');
  if (scheme !== 'digest' || nonce === undefined) return undefined;
  const algorithmText = parameters.get('algorithm');
  const algorithm = ALGORITHMS.find((name) => name.toLowerCase() === (algorithmText ?? 'MD5').toLowerCase());
  const offered = parameters.get('qop');
  const qop = offered !== undefined && /(^|[\s,])auth([\s,]|$)/i.test(offered);
  // `auth-int` alone would need the body's hash; no camera asks for it.
  if (!algorithm || (offered && !qop)) return undefined;
  const opaque = parameters.get('opaque');
  return {
    scheme,
    realm,
    nonce,
    ...(opaque === undefined ? {} : { opaque }),
    algorithm,
    algorithmNamed: algorithmText !== undefined,
    qop,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
};

const strength = (challenge: Challenge): number =>
  challenge.scheme === 'basic' ? 0 : challenge.algorithm.startsWith('MD5') ? 1 : 2;

/** The strongest of the ways in that are offered. */
export const bestChallenge = (challenges: readonly Challenge[]): Challenge | undefined =>
  [...challenges].sort((a, b) => strength(b) - strength(a))[0];

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/**
 * The `Authorization` header's value (RFC 7617; RFC 2069, 2617 and 7616 for digest). `cnonce` is given only by tests.
 * Line breaks in what the caller or the server wrote cannot reach the header.
 *
 * @param uses how often the nonce has been used, this time included
 */
export const authorize = (
  challenge: Challenge,
  credentials: Credentials,
  request: { method: string; uri: string },
  uses = 1,
  cnonce: string = randomBytes(12).toString('hex'),
): string => {
  const { username, password } = credentials;
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }
  const { realm, nonce, opaque, algorithm, algorithmNamed, qop } = challenge;
  const hash = (text: string): string =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const account = hash(`${username}:${realm}:${password}`);
  const a1 = algorithm.endsWith('-sess') ? hash(`${account}:${nonce}:${cnonce}`) : account;
  const a2 = hash(`${request.method}:${request.uri}`);
  const count = uses.toString(16).padStart(8, '0');
  const response = hash(qop ? `${a1}:${nonce}:${count}:${cnonce}:auth:${a2}` : `${a1}:${nonce}:${a2}`);
  const needsCnonce = qop || algorithm.endsWith('-sess');
  const parts = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
    ...(algorithmNamed ? [`algorithm=${algorithm}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? ['qop=auth', `nc=${count}`] : []),
    ...(needsCnonce ? [`cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`.replace(/[\r\n]+/g, ' ');
};
