import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../../../engine/inference/http/address.js';
import { Words } from '../../../../../engine/inference/http/words.js';

const endpoint = (url: string, secured = false) => ({ url, secured, ignoreHostname: false, ignoreSignature: false });

describe('the address of a server', () => {
  it.each([
    ['http://ai/score', 'http://ai', 'ai', 80, '/score', 'http://ai/score'],
    ['https://ai:8443?x=1', 'https://ai:8443', 'ai', 8443, '/?x=1', 'https://ai:8443'],
    [
      'http://[::1]:5001/a/../b?k=%2f|#part',
      'http://[::1]:5001',
      '::1',
      5001,
      '/a/../b?k=%2f|',
      'http://[::1]:5001/a/../b',
    ],
    ['http://my_ai/a b?c=é', 'http://my_ai', 'my_ai', 80, '/a%20b?c=%C3%A9', 'http://my_ai/a%20b'],
  ])('%s', (url, origin, host, port, path, label) => {
    expect(readAddress(endpoint(url))).toEqual({ secure: url.startsWith('https'), origin, host, port, path, label });
  });

  it('holds the credentials of the URL apart', () => {
    expect(readAddress(endpoint('http://me:p%40ss@ai/score?key=1'))).toMatchObject({
      origin: 'http://ai',
      path: '/score?key=1',
      label: 'http://ai/score',
      credentials: { username: 'me', password: 'p@ss' },
    });
  });
});

describe('the words of a server', () => {
  const address = readAddress(endpoint('http://me:topsecret@ai/score?code=a%20key&n=1'));
  if ('trouble' in address) throw new Error('no address');

  it('are quoted without what it was told', () => {
    const words = new Words(address, {
      ...endpoint('http://ai'),
      credentials: { type: 'httpHeader', headerName: 'x-key', headerValue: 'Bearer tok.en' },
    });
    const base64 = Buffer.from('me:topsecret').toString('base64');
    expect(words.quote(`bad password topsecret, Basic ${base64}, Bearer tok.en, tok.en`)).toBe(
      'bad password …, Basic …, …, …',
    );
    expect(words.quote('POST /score?code=a%20key&n=1 with a key at http://x:y@z/')).toBe(
      'POST /score?… with … at http://z/',
    );
  });

  it('are one line of what can be printed', () => {
    const words = new Words(address, endpoint('http://ai'));
    const body = Buffer.from('<html><title>No</title>\n\u0007<p>\u202ereally</p>');
    expect(words.of({ status: 400, headers: { 'content-type': 'text/html' }, body })).toBe('No really');
    expect(words.quote('x'.repeat(1000))).toHaveLength(201);
  });
});
