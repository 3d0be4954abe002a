import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Guest } from '../../engine/api/access.js';
import { FakeClock } from '../kit/fake-clock.js';
import { serve } from '../kit/http-server.js';

const TOKEN = 'token-of-this-server';
const SECRET = Buffer.alloc(32, 7);
const BEARER = { authorization: `Bearer ${TOKEN}` };
const DAY_MS = 86_400_000;

const signIn = async (base: string): Promise<string> => {
  const response = await fetch(`${base}/session`, { method: 'POST', headers: BEARER });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')!;
};

const cookieOf = (setCookie: string): Record<string, string> => ({ cookie: setCookie.split(';', 1)[0]! });

describe('a browser', () => {
  it('signs in with the token, and comes in with a cookie from then on, also to sockets', async () => {
    const { server } = await serve({ token: TOKEN, secret: SECRET });
    const state = async (headers: Record<string, string> = {}) =>
      (await fetch(`${server.url}/session`, { headers })).json();
    expect(await state()).toEqual({ needsToken: true, signedIn: false });
    const setCookie = await signIn(server.url);
    expect(setCookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = cookieOf(setCookie);
    expect(await state(headers)).toEqual({ needsToken: true, signedIn: true });
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/events`, { headers });
    await new Promise((done, failed) => socket.on('open', done).on('error', failed));
    socket.terminate();
    const out = await fetch(`${server.url}/session`, { method: 'DELETE', headers });
    expect(out.headers.get('set-cookie')).toMatch(/^sluice=; Max-Age=0; /);
  });

  it('cannot sign in without the token, nor with a cookie that was not issued here', async () => {
    const { server } = await serve({ token: TOKEN, secret: SECRET });
    expect((await fetch(`${server.url}/session`, { method: 'POST' })).status).toBe(401);
    const { cookie = '' } = cookieOf(await signIn(server.url));
    const [, expires = '', signature = ''] = /^sluice=(\d+)\.(.*)$/.exec(cookie)!;
    const forged = [
      `sluice=${Number(expires) + 1}.${signature}`,
      `sluice=${expires}.${signature.slice(1)}`,
      `sluice=${expires}.`,
      'sluice=',
      `other=${expires}.${signature}`,
      `sluice=${expires}.${'A'.repeat(signature.length)}`,
    ];
    for (const each of forged) {
      expect((await fetch(`${server.url}/metrics`, { headers: { cookie: each } })).status, each).toBe(401);
    }
    const other = await serve({ token: `${TOKEN}!`, secret: SECRET });
    expect((await fetch(`${other.server.url}/metrics`, { headers: { cookie } })).status).toBe(401);
    const elsewhere = await serve({ token: TOKEN, secret: Buffer.alloc(32, 8) });
    expect((await fetch(`${elsewhere.server.url}/metrics`, { headers: { cookie } })).status).toBe(401);
  });

  it('is signed out after thirty days', async () => {
    const clock = new FakeClock();
    const { server } = await serve({ token: TOKEN, secret: SECRET, clock });
    const headers = cookieOf(await signIn(server.url));
    clock.stepWall(30 * DAY_MS - 2000);
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200);
    clock.stepWall(3000);
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(401);
  });

  it('of a page of another origin gets nothing out of the cookie', async () => {
    const { server } = await serve({ token: TOKEN, secret: SECRET });
    const headers = { ...cookieOf(await signIn(server.url)), origin: 'https://evil.example' };
    expect((await fetch(`${server.url}/methods/echo`, { method: 'POST', headers })).status).toBe(403);
  });

  it('need not sign in where no token is needed', async () => {
    const { server } = await serve();
    expect(await (await fetch(`${server.url}/session`)).json()).toEqual({ needsToken: false, signedIn: true });
    expect((await fetch(`${server.url}/session`, { method: 'POST' })).headers.get('set-cookie')).toBeNull();
  });
});

describe('a guest', () => {
  it('comes in where its token opens, and nowhere else', async () => {
    const asked: unknown[] = [];
    const guest: Guest = {
      admits: async ({ segments, query, bearer, websocket }) => {
        asked.push({ path: segments.join('/'), token: query.get('token'), bearer, websocket });
        return segments[1] === 'events' && (bearer === 'guest' || query.get('token') === 'guest');
      },
    };
    const { server } = await serve({ token: TOKEN, secret: SECRET, guests: [guest] });
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(server.url + path, { headers })).status;
    expect(await status('/events', { authorization: 'Bearer guest' })).toBe(200);
    expect(await status('/events', { authorization: 'Bearer stranger' })).toBe(401);
    expect(await status('/metrics', { authorization: 'Bearer guest' })).toBe(401);
    expect(await status('/%65vents', { authorization: 'Bearer guest' })).toBe(200);
    expect(await status('/metrics', BEARER)).toBe(200);
    expect(asked).toContainEqual({ path: '/metrics', token: null, bearer: 'guest', websocket: false });
    expect(asked).toHaveLength(4);
  });
});
