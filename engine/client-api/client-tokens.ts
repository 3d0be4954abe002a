import { decodeProtectedHeader, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { messageOf } from '../core/errors.js';
import type { AccessPolicy, TokenKey } from './access-policies.js';

export type TokenVerdict = { ok: true; policy: string } | { ok: false; reason: string };

/** Clocks of those who issue tokens may be off by so much. */
const TOLERANCE_SECONDS = 60;
const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;

/** What stands in a policy for the addresses of this server's videos. */
const PATTERN_VARIABLE = '$' + '{System.Runtime.BaseResourceUrlPattern}';

/**
 * Whether a client's token opens videos: a policy must have its key, its issuer, its audience and its claims.
 *
 * @param base of this server's addresses, `https://cameras.example`
 * @param now in seconds since the epoch
 */
export const checkClientToken = async (
  token: string,
  policies: readonly AccessPolicy[],
  { base, now }: { base: string; now: number },
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
        currentDate: new Date(now * 1000),
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iss', 'aud'],
      });
      const problem = problemOf(payload, policy, base);
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
  base: string,
): string | undefined => {
  const fits = (value: unknown, patterns: readonly string[]): boolean =>
    typeof value === 'string' && patterns.some((pattern) => matches(value, pattern, base));
  if (!fits(payload.iss, issuers)) return 'its issuer is not in the access policy';
  const audience = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  if (!audience.some((each) => fits(each, audiences))) return 'its audience is not in the access policy';
  for (const { name, value } of claims) {
    const said = payload[name];
    const values = Array.isArray(said) ? said : [said];
    if (!values.some((each) => fits(each === undefined ? undefined : String(each), [value]))) {
      return `its claim ${name} is not as the access policy wants it`;
    }
  }
  return undefined;
};

/** `*` stands for anything, once at most, at the end: that is how AVA's pattern is used. */
const matches = (value: string, pattern: string, base: string): boolean => {
  const wanted = pattern.replaceAll(PATTERN_VARIABLE, `${base}/videos/*`);
  return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
};

const jwkOf = (key: TokenKey) =>
  key.kind === 'rsa' ? { kty: 'RSA', n: key.n, e: key.e } : { kty: 'EC', crv: CURVES[key.alg], x: key.x, y: key.y };
