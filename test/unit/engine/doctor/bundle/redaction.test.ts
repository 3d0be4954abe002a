import { expect, it } from 'vitest';
import { Redaction } from '../../../../../engine/doctor/bundle/redaction.js';

const { text, json } = (() => {
  const redaction = new Redaction(['p@ss:w/rd "x"', 'short', 'abc', 'shorter-one']);
  return { text: (each: string) => redaction.text(each), json: (each: unknown) => redaction.json(each) };
})();

it.each([
  ['a password as it is', 'it is p@ss:w/rd "x"!'],
  ['in JSON', String.raw`{"a":"p@ss:w/rd \"x\""}`],
  ['in a URL', `http://h/${encodeURIComponent('p@ss:w/rd "x"')}`],
  ['in Base64', `Basic ${Buffer.from('p@ss:w/rd "x"').toString('base64')}`],
])('leaves out what is known to be secret: %s', (_, said) => {
  const clean = text(said);
  expect(clean).toContain('…');
  for (const part of ['w/rd', 'w%2Frd', Buffer.from('p@ss:w/rd "x"').toString('base64')])
    expect(clean).not.toContain(part);
});

it.each([
  ['rtsp://admin:secret-1@camera/live?key=secret-2#secret-3 and on', 'rtsp://camera/live?… and on'],
  ['Authorization: Digest username="secret-1", response="secret-2"', 'Authorization: …'],
  ['got Bearer secret-1.x', 'got Bearer …'],
  ['password=secret-1&x=1', 'password=…&x=1'],
  ["token: 'secret-1' next", "token: '…' next"],
  ['SharedAccessSignature sr=a&sig=secret-1&se=1', 'SharedAccessSignature …'],
  ['eyJhbGciOiJI.eyJzdWIi.c2lnbmF0', '…'],
  ['-----BEGIN PRIVATE KEY-----\nsecret-1\n-----END PRIVATE KEY-----\nrest', '…\nrest'],
])('leaves out what looks like a secret: %s', (said, clean) => {
  expect(text(said)).toBe(clean);
});

it('leaves out by name, also below it and in lists, and keeps the names of parameters', () => {
  expect(
    json({
      ...{ name: 'door', rtspPassword: 'abc', user: 'me', trustedCertificates: { pem: ['x'] }, headers: { token: 7 } },
      parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }],
      credentials: { '@type': '#C', username: '${user}', password: 'abc' },
      frames: 12,
    }),
  ).toEqual({
    ...{ name: 'door', rtspPassword: '…', user: '…', trustedCertificates: { pem: ['…'] }, headers: { token: '…' } },
    parameters: [{ name: 'rtspUrl', value: '…' }],
    credentials: { '@type': '…', username: '${user}', password: '…' },
    frames: 12,
  });
});

it('leaves out what was sent to an input, and no other message', () => {
  const data = { hubInputName: 'door', message: { open: 'secret' } };
  expect(json([{ data }, { message: 'it failed' }])).toEqual([
    { data: { hubInputName: 'door', message: '…' } },
    { message: 'it failed' },
  ]);
});

it('does not take every word for a secret that is as short as one', () => {
  expect(text('abc is three letters, short is not')).toBe('abc is three letters, … is not');
});
