import { expect, it } from 'vitest';
import { forwardedHeaders } from '../../../../engine/fleet/forward.js';

it("passes on what a request is about, and not the sender's credentials", () => {
  const headers = {
    host: 'cameras.example:8080',
    range: 'bytes=0-',
    'if-none-match': '"1"',
    authorization: 'Bearer of-people',
    cookie: 'session=1',
    origin: 'https://wall.example',
    connection: 'keep-alive',
    'content-length': '2',
  };
  expect(forwardedHeaders(headers, 'own', true)).toEqual({
    host: 'cameras.example:8080',
    range: 'bytes=0-',
    'if-none-match': '"1"',
    authorization: 'Bearer own',
    'x-forwarded-proto': 'https',
  });
  expect(forwardedHeaders({ 'x-forwarded-proto': 'https' }, 'own', false)).toMatchObject({
    'x-forwarded-proto': 'https',
  });
});
