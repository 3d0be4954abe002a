import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { authorize, bestChallenge, type Challenge, parseChallenges } from '../../../../bridge/rtsp/authorization.js';

const only = (header: string): Challenge => {
  const challenges = parseChallenges([header]);
  expect(challenges).toHaveLength(1);
  return challenges[0]!;
};

describe('digest answers', () => {
  const request = { method: 'GET', uri: '/dir/index.html' };

  it('gives the response of RFC 2617, section 3.5', () => {
    const challenge = only(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    const answer = authorize(challenge, { username: 'Mufasa', password: 'Circle Of Life' }, request, 1, '0a4f113b');
    expect(answer).toContain('response="6629fae49393a05397450978507c4ef1"');
    expect(answer).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"');
    expect(answer).toContain('qop=auth, nc=00000001, cnonce="0a4f113b"');
  });

  it('gives both responses of RFC 7616, section 3.9.1, and prefers SHA-256', () => {
    const common =
      'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
    const challenges = parseChallenges([`Digest ${common}, algorithm=MD5`, `Digest ${common}, algorithm=SHA-256`]);
    const answers = challenges.map((challenge) =>
      authorize(
        challenge,
        { username: 'Mufasa', password: 'Circle of Life' },
        request,
        1,
        'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      ),
    );
    expect(answers[0]).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
    expect(answers[1]).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
    expect(bestChallenge(challenges)).toEqual(challenges[1]);
  });

  it('gives the response of RFC 2069 (as corrected by its erratum) when no qop is offered', () => {
    const challenge = only('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
    const answer = authorize(challenge, { username: 'Mufasa', password: 'CircleOfLife' }, request);
    expect(answer).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(answer).not.toMatch(/qop|cnonce|nc=|algorithm/);
  });

  it('hashes the session into A1 for MD5-sess', () => {
    const challenge = only('Digest realm="r", nonce="n", qop="auth", algorithm=md5-sess');
    const answer = authorize(
      challenge,
      { username: 'u', password: 'p' },
      { method: 'DESCRIBE', uri: 'rtsp://h/' },
      1,
      'c',
    );
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const a1 = md5(`${md5('u:r:p')}:n:c`);
    expect(answer).toContain(`response="${md5(`${a1}:n:00000001:c:auth:${md5('DESCRIBE:rtsp://h/')}`)}"`);
  });

  it('keeps quotes, line breaks and other letters from breaking the header', () => {
    const challenge = only('Digest realm="a \\"quoted\\" realm", nonce="n"');
    expect(challenge).toMatchObject({ realm: 'a "quoted" realm' });
    const answer = authorize(challenge, { username: 'u"\r\nEvil: 1', password: 'p' }, request);
    expect(answer).not.toMatch(/[\r\n]/);
    expect(answer).toContain('realm="a \\"quoted\\" realm"');
    const basic = authorize({ scheme: 'basic', realm: '' }, { username: 'ü', password: 'p:p\n' }, request);
    expect(basic).toBe(`Basic ${Buffer.from('ü:p:p\n').toString('base64')}`);
  });
});

describe('challenges', () => {
  it('takes several in one header, in any order and case', () => {
    const found = parseChallenges(['basic realm="x", DIGEST nonce=abc, Realm=plain , algorithm="MD5",Basic realm=y']);
    expect(found.map((challenge) => challenge.scheme)).toEqual(['basic', 'digest', 'basic']);
    expect(bestChallenge(found)).toMatchObject({ scheme: 'digest', nonce: 'abc', realm: 'plain' });
  });

  it('leaves out what it cannot answer', () => {
    expect(parseChallenges(['Digest realm="r", nonce="n", algorithm=SHA-512-256'])).toEqual([]);
    expect(parseChallenges(['Digest realm="r", nonce="n", qop="auth-int"'])).toEqual([]);
    expect(parseChallenges(['Digest realm="r"', 'Negotiate', '', ', ,', 'Bearer x="'])).toEqual([]);
    expect(bestChallenge([])).toBeUndefined();
  });

  it('sees that a nonce has only grown old', () => {
    expect(only('Digest realm="r", nonce="n", stale=TRUE')).toMatchObject({ stale: true });
  });
});
