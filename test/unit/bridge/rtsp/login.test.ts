import { describe, expect, it } from 'vitest';
import { Login } from '../../../../bridge/rtsp/login.js';
import type { Response } from '../../../../bridge/rtsp/message.js';

const answer = (status: number, headers: Record<string, string[]> = {}): Response => ({
  ...{ kind: 'response', protocol: 'RTSP', status, reason: '', body: '' },
  headers: new Map(Object.entries(headers)),
});
const refused = (...challenges: string[]): Response => answer(401, { 'www-authenticate': challenges });
const digest = (nonce: string, more = ''): string => `Digest realm="cam", nonce="${nonce}", qop="auth"${more}`;

const login = (): Login => new Login({ username: 'viewer', password: 's3cret' });
const ask = (each: Login): string => each.header('DESCRIBE', 'rtsp://camera/') ?? 'nothing';

describe('a login', () => {
  it('says nothing until it is asked, and then counts how often a nonce is used', () => {
    const each = login();
    expect([ask(each), each.tried]).toEqual(['nothing', false]);
    expect(each.challenged(refused(digest('n1')))).toBe('again');
    expect(ask(each)).toContain('nc=00000001');
    each.answered(answer(200));
    expect(ask(each)).toContain('nc=00000002');
    expect(each.tried).toBe(true);
  });

  it('answers the strongest of several challenges', () => {
    const each = login();
    each.challenged(refused('Basic realm="cam"', digest('n1'), digest('n2', ', algorithm=SHA-256')));
    expect(ask(each)).toMatch(/nonce="n2".*algorithm=SHA-256/);
  });

  it('tries wrong credentials once', () => {
    for (const challenge of ['Basic realm="cam"', digest('n1')]) {
      const each = login();
      expect(each.challenged(refused(challenge))).toBe('again');
      expect(each.challenged(refused(challenge))).toBe('refused');
    }
    const each = login();
    each.challenged(refused(digest('n1')));
    expect(each.challenged(refused(digest('n2')))).toBe('refused');
  });

  it('tries once more with a nonce that is new because the last had grown old', () => {
    const each = login();
    each.challenged(refused(digest('n1')));
    expect(each.challenged(refused(digest('n2', ', stale=true')))).toBe('again');
    expect(each.challenged(refused(digest('n3', ', stale=true')))).toBe('refused');
  });

  it('takes a new nonce from a camera that has taken the credentials before', () => {
    const each = login();
    each.challenged(refused(digest('n1')));
    each.answered(answer(200));
    expect(each.challenged(refused(digest('n2')))).toBe('again');
    expect(ask(each)).toMatch(/nonce="n2".*nc=00000001/);
    each.answered(answer(200));
    expect(each.challenged(refused(digest('n2')))).toBe('refused');
  });

  it('takes the nonce that the camera wants next', () => {
    const each = login();
    each.challenged(refused(digest('n1')));
    each.answered(answer(200, { 'authentication-info': ['nextnonce="n9", qop=auth'] }));
    expect(ask(each)).toMatch(/nonce="n9".*nc=00000001/);
  });

  it('can do nothing without credentials, or without a way that it knows', () => {
    expect(new Login(undefined).challenged(refused(digest('n1')))).toBe('refused');
    expect(login().challenged(refused('Negotiate'))).toBe('unanswerable');
    expect(login().challenged(refused())).toBe('unanswerable');
    const each = login();
    each.challenged(refused(digest('n1')));
    expect(each.challenged(refused())).toBe('refused');
  });
});
