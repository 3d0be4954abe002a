import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AccessPolicy, readAccessPolicies } from '../../../../engine/client-api/access-policies.js';
import { checkClientToken } from '../../../../engine/client-api/client-tokens.js';
import { ContentTokens } from '../../../../engine/client-api/content-tokens.js';

const NOW = Date.UTC(2026, 0, 2) / 1000;
const WHERE = { video: 'front', authority: 'cameras.example', now: NOW };
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
const pairs = new Map<string, Keys>();
let policies: AccessPolicy[];

const document = async () => [
  {
    name: 'wall',
    properties: {
      role: 'Reader',
      authentication: {
        '@type': '#Microsoft.VideoAnalyzer.JwtAuthentication',
        issuers: ['https://login.example'],
        audiences: ['$' + '{System.Runtime.BaseResourceUrlPattern}', 'https://other.example/videos/one'],
        claims: [{ name: 'scope', value: 'view' }],
        keys: await Promise.all(
          ALGORITHMS.map(async (alg) => {
            const { n, e, x, y } = await exportJWK(pairs.get(alg)!.publicKey);
            return alg.startsWith('RS')
              ? { '@type': '#Microsoft.VideoAnalyzer.RsaTokenKey', kid: alg, alg, n, e }
              : { '@type': '#Microsoft.VideoAnalyzer.EccTokenKey', kid: alg, alg, x, y };
          }),
        ),
      },
    },
  },
];

interface Claims {
  iss?: string;
  aud?: string | string[];
  exp?: number | undefined;
  scope?: string;
  kid?: string;
  signedWith?: string;
}

const token = (alg: string, claims: Claims = {}): Promise<string> => {
  const { kid = alg, signedWith = alg, ...payload } = claims;
  const all: Record<string, unknown> = {
    iss: 'https://login.example',
    aud: 'https://cameras.example/videos/front',
    scope: 'view',
    exp: NOW + 60,
    ...payload,
  };
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(pairs.get(signedWith)!.privateKey);
};

beforeAll(async () => {
  for (const alg of [...ALGORITHMS, 'stranger'])
    pairs.set(alg, await generateKeyPair(alg === 'stranger' ? 'RS256' : alg, { extractable: true }));
  policies = readAccessPolicies(JSON.stringify(await document()), 'policies.json');
});

describe("a client's token", () => {
  it.each(ALGORITHMS)('opens videos when it is signed with %s', async (alg) => {
    expect(await checkClientToken(await token(alg), policies, WHERE)).toEqual({ ok: true, policy: 'wall' });
  });

  it.each<[string, Claims, RegExp]>([
    ['another issuer', { iss: 'https://evil.example' }, /issuer/],
    ['another audience', { aud: 'https://cameras.example.evil/videos/front' }, /audience/],
    ['another claim', { scope: 'none' }, /claim scope/],
    ['an unknown key', { kid: 'other' }, /no access policy has its key/],
    ['the key of a stranger', { signedWith: 'stranger' }, /signature/],
    ['its time over', { exp: NOW - 120 }, /exp/],
    ['no end', { exp: undefined }, /exp/],
  ])('does not with %s', async (_, claims, reason) => {
    const verdict = await checkClientToken(await token('RS256', claims), policies, WHERE);
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('does not without a signature, or if it is none', async () => {
    const [, payload] = (await token('RS256')).split('.');
    const none = `${Buffer.from('{"alg":"none","kid":"RS256"}').toString('base64url')}.${payload}.`;
    for (const each of [none, '', 'a.b.c', 'x'.repeat(10_000)]) {
      expect((await checkClientToken(each, policies, WHERE)).ok).toBe(false);
    }
  });

  it.each<[string, string, boolean]>([
    ['https://cameras.example/videos/*', 'back', true],
    ['https://cameras.example/videos/front', 'back', false],
    ['https://cameras.example/videos/front', 'front door', false],
    ['https://cameras.example/videos/front%20door', 'front door', true],
    ['http://Cameras.example/videos/front*', 'front door', true],
    ['https://cameras.example/videos/', 'front', false],
    ['https://cameras.example:8443/videos/*', 'front', false],
    ['https://cameras.example/videos/front/content', 'front', false],
    ['https://cameras.example/videos/%', 'front', false],
    ['https://other.example/videos/one', 'front', true],
  ])('for %s opens the video "%s": %s', async (aud, video, opens) => {
    const verdict = await checkClientToken(await token('ES256', { aud }), policies, { ...WHERE, video });
    expect(verdict.ok).toBe(opens);
  });

  it('is for addresses of this server only where its name can be believed', async () => {
    const verdict = await checkClientToken(await token('ES256'), policies, { ...WHERE, authority: undefined });
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringMatching(/audience/) });
  });

  it('may be for one of several audiences', async () => {
    const aud = ['https://nothing.example', 'https://other.example/videos/one'];
    expect((await checkClientToken(await token('ES256', { aud }), policies, WHERE)).ok).toBe(true);
  });
});

it('says where access policies are wrong', async () => {
  const [policy] = await document();
  const told = (change: (policy: Record<string, never>) => void): string => {
    const changed = structuredClone(policy) as unknown as Record<string, never>;
    change(changed);
    try {
      readAccessPolicies(JSON.stringify([changed]), 'p.json');
      return '';
    } catch (error) {
      return String((error as Error).message);
    }
  };
  expect(told(() => {})).toBe('');
  // biome-ignore lint/suspicious/noExplicitAny: a document that is broken on purpose
  expect(told((each: any) => delete each.properties.authentication.issuers)).toMatch(/p\.json#\/0\/properties\/auth/);
  expect(() => readAccessPolicies('{', 'p.json')).toThrow(/p\.json#: it is no JSON/);
  expect(() => readAccessPolicies('{}', 'p.json')).toThrow(/list of access policies/);
});

describe('a content token', () => {
  const tokens = new ContentTokens(Buffer.alloc(32, 7));

  it('opens one video, for an hour', async () => {
    const { token: issued, expires } = await tokens.issue('front door', NOW);
    expect(expires).toBe(NOW + 3600);
    expect(await tokens.opens(issued, 'front door', NOW + 3599)).toBe(true);
    expect(await tokens.opens(issued, 'front door', NOW + 3601)).toBe(false);
    expect(await tokens.opens(issued, 'back door', NOW)).toBe(false);
    expect(await new ContentTokens(Buffer.alloc(32, 8)).opens(issued, 'front door', NOW)).toBe(false);
    expect(await tokens.opens(`${issued}x`, 'front door', NOW)).toBe(false);
  });
});
