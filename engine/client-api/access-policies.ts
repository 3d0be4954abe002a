import { Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { SluiceError } from '../core/errors.js';

const RSA = ['RS256', 'RS384', 'RS512'] as const;
const ECC = ['ES256', 'ES384', 'ES512'] as const;

type RsaAlgorithm = (typeof RSA)[number];
type EccAlgorithm = (typeof ECC)[number];

/** A key with which tokens of clients may be signed. Numbers are base64url. */
export type TokenKey =
  | { kind: 'rsa'; kid: string; alg: RsaAlgorithm; n: string; e: string }
  | { kind: 'ecc'; kid: string; alg: EccAlgorithm; x: string; y: string };

/** Whose tokens open all videos for reading. */
export interface AccessPolicy {
  name: string;
  issuers: readonly string[];
  audiences: readonly string[];
  /** Claims that a token must have with these values. */
  claims: readonly { name: string; value: string }[];
  keys: readonly TokenKey[];
}

const AVA = '#Microsoft.VideoAnalyzer.';
const MOST_KEYS = 10;
const text = Type.String({ minLength: 1, maxLength: 4096 });
const literals = (values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** As AVA's resource `accessPolicies` has it. */
const Policy = Type.Object({
  name: text,
  properties: Type.Object({
    role: Type.Optional(Type.Literal('Reader')),
    authentication: Type.Object({
      '@type': Type.Literal(`${AVA}JwtAuthentication`),
      issuers: Type.Array(text, { minItems: 1 }),
      audiences: Type.Array(text, { minItems: 1 }),
      claims: Type.Optional(Type.Array(Type.Object({ name: text, value: text }))),
      keys: Type.Array(
        Type.Union([
          Type.Object({
            '@type': Type.Literal(`${AVA}RsaTokenKey`),
            ...{ kid: text, alg: literals(RSA), n: text, e: text },
          }),
          Type.Object({
            '@type': Type.Literal(`${AVA}EccTokenKey`),
            ...{ kid: text, alg: literals(ECC), x: text, y: text },
          }),
        ]),
        { minItems: 1, maxItems: MOST_KEYS },
      ),
    }),
  }),
});

interface PolicyDocument {
  name: string;
  properties: {
    authentication: {
      issuers: string[];
      audiences: string[];
      claims?: { name: string; value: string }[];
      keys: { '@type': string; kid: string; alg: string; n?: string; e?: string; x?: string; y?: string }[];
    };
  };
}

/**
 * Reads a list of AVA's access policies, or a page of them with `value`.
 *
 * @param file where they come from, for the error
 * @throws SluiceError `AccessPolicyInvalid`
 */
export const readAccessPolicies = (json: string, file: string): AccessPolicy[] => {
  const document = parsed(json, file);
  const list = Array.isArray(document) ? document : (document as { value?: unknown } | null)?.value;
  if (!Array.isArray(list)) throw invalid(file, '', 'it must be a list of access policies');
  return list.map((each, index) => {
    if (!Check(Policy, each)) {
      const [first] = [...Errors(Policy, each)];
      throw invalid(file, `/${index}${first?.instancePath ?? ''}`, first?.message ?? 'it is no access policy');
    }
    return policyOf(each as PolicyDocument);
  });
};

const policyOf = ({ name, properties: { authentication } }: PolicyDocument): AccessPolicy => {
  const { issuers, audiences, claims = [], keys } = authentication;
  return {
    ...{ name, issuers, audiences, claims },
    keys: keys.map(({ kid, alg, n = '', e = '', x = '', y = '' }) =>
      alg.startsWith('RS')
        ? { kind: 'rsa', kid, alg: alg as RsaAlgorithm, n: base64url(n), e: base64url(e) }
        : { kind: 'ecc', kid, alg: alg as EccAlgorithm, x: base64url(x), y: base64url(y) },
    ),
  };
};

/** Some tools write base64 with the other two letters and with padding. */
const base64url = (value: string): string => value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const parsed = (json: string, file: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(file, '', 'it is no JSON');
  }
};

const invalid = (file: string, pointer: string, what: string): SluiceError =>
  new SluiceError('AccessPolicyInvalid', `${file}#${pointer}: ${what}`, {
    kind: 'invalid',
    where: { file },
    hint: 'Write them as AVA has them: name, and in properties.authentication issuers, audiences and keys.',
  });
