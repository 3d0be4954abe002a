import { decodeProtectedHeader, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { messageOf } from '../core/errors.js';
import type { AccessPolicy, TokenKey } from './access-policies.js';

export type TokenVerdict = { ok: true; policy: string } | { ok: false; reason: string };

/** Clocks of those who issue tokens may be off by so much. */
const TOLERANCE_SECONDS = 60;
const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;

/** What stands in a policy for the addresses of this server's videos. */
const PATTERN_VARIABLE = '$' + '{System.Runtime.BaseResourceUrlPattern}';

export interface TokenContext {
  /** The video that is asked for. */
  video: string;
  /** Host, and port where there is one, of this server as the client knows it; undefined if that cannot be believed. */
  authority: string | undefined;
  /** In seconds since the epoch. */
  now: number;
}

/** Whether a client's token opens a video: a policy must have its key, its issuer, its audience and its claims. */
export const checkClientToken = async (
  token: string,
  policies: readonly AccessPolicy[],
  context: TokenContext,
): Promise<TokenVerdict> => {
  let kid: string | undefined;
  let alg: string | undefined;
  try {
    ({ kid, alg } = decodeProtectedHeader(token));
  } catch {
    return { ok: false, reason: 'it is no JSON Web Token' };
  }
  let reason = 'no access policy has its key';
  for (const policy of policies) {
    const key = policy.keys.find((each) => each.kid === kid && each.alg === alg);
    if (!key) continue;
    try {
      const { payload } = await jwtVerify(token, await importJWK(jwkOf(key), key.alg), {
        algorithms: [key.alg],
        currentDate: new Date(context.now * 1000),
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iss', 'aud'],
      });
      const problem = problemOf(payload, policy, context);
      if (problem === undefined) return { ok: true, policy: policy.name };
      reason = problem;
    } catch (error) {
      reason = messageOf(error);
    }
  }
  return { ok: false, reason };
};

const problemOf = (
  payload: JWTPayload,
  { issuers, audiences, claims }: AccessPolicy,
  context: TokenContext,
): string | undefined => {
  const fits = (value: unknown, patterns: readonly string[]): boolean =>
    typeof value === 'string' && patterns.some((pattern) => matches(value, pattern));
  if (!fits(payload.iss, issuers)) return 'its issuer is not in the access policy';
  const audience = (Array.isArray(payload.aud) ? payload.aud : [payload.aud]).filter((each) => each !== undefined);
  const named = audience.filter((each) => audiences.some((pattern) => isAudience(each, pattern, context)));
  if (named.length === 0) return 'its audience is not in the access policy';
  if (!named.some((each) => isForVideo(each, context))) return 'it is for another video';
  for (const { name, value } of claims) {
    const said = payload[name];
    const values = Array.isArray(said) ? said : [said];
    if (!values.some((each) => fits(each === undefined ? undefined : String(each), [value]))) {
      return `its claim ${name} is not as the access policy wants it`;
    }
  }
  return undefined;
};

/** `*` at the end stands for anything: that is how AVA's patterns are used. */
const matches = (value: string, pattern: string): boolean =>
  pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;

const isAudience = (value: string, pattern: string, context: TokenContext): boolean =>
  pattern === PATTERN_VARIABLE ? videosIn(value, context) !== undefined : matches(value, pattern);

/** An audience that is an address of this server's videos opens those that it names, any other one all of them. */
const isForVideo = (audience: string, context: TokenContext): boolean => {
  const videos = videosIn(audience, context);
  return videos === undefined || matches(context.video, videos);
};

/** Of an address below this server's videos, which of them it names: `front%20door`, `front*`, `*`. */
const videosIn = (audience: string, { authority }: TokenContext): string | undefined => {
  const [, host = '', videos = ''] = /^https?:\/\/([^/?#]+)\/videos\/([^/?#]+)$/i.exec(audience) ?? [];
  if (authority === undefined || host.toLowerCase() !== authority.toLowerCase()) return undefined;
  try {
    return decodeURIComponent(videos);
  } catch {
    return undefined;
  }
};

const jwkOf = (key: TokenKey) =>
  key.kind === 'rsa' ? { kty: 'RSA', n: key.n, e: key.e } : { kty: 'EC', crv: CURVES[key.alg], x: key.x, y: key.y };
