import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { UtcMicros } from '../../engine/core/time.js';
import type { VideoResource } from '../../engine/playback/video-resource.js';
import { type Service, startService } from '../../engine/service.js';
import { type ClientKeys, clientKeys } from '../kit/client-keys.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { http } from '../kit/raw-http.js';
import { storeVideo } from '../kit/stored-videos.js';
import { tempFolder } from '../kit/temp-files.js';

const TOKEN = 'token-of-the-server';
const WALL = 'https://wall.example';
const START = (Date.UTC(2026, 0, 2, 3, 0, 0) * 1000) as UtcMicros;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const folder = tempFolder();
const file = join(folder.path, 'policies.json');
let keys: ClientKeys;
let test: TestEngine;
let service: Service;
let base: string;
let host: string;

beforeAll(async () => {
  keys = await clientKeys();
  writeFileSync(file, keys.policies);
  const settings = { 'http.address': '127.0.0.1:0', 'http.token': TOKEN, 'http.accessPolicies': file };
  test = await openTestEngine({ settings: { ...settings, 'http.allowedOrigins': WALL } });
  for (const name of ['front door', 'back']) storeVideo(test.engine.archive, name, START);
  service = await startService(test.engine);
  base = service.urls[0]!;
  host = new URL(base).host;
});

afterAll(async () => {
  await service?.close();
  await test?.remove();
  folder.remove();
});

const clientToken = (videos: string) => keys.token(`https://${host}/videos/${videos}`);

const contentToken = async (video: string): Promise<string> => {
  const url = `${base}/videos/${encodeURIComponent(video)}/listContentToken?api-version=2021-11-01-preview`;
  const headers = { ...bearer(await clientToken('*')), 'content-type': 'application/json' };
  const reply = await http(url, { method: 'POST', headers });
  expect(reply.status).toBe(200);
  const { ExpirationDate, Token } = reply.json() as { ExpirationDate: string; Token: string };
  expect(Date.parse(ExpirationDate) - Date.now()).toBeGreaterThan(3_500_000);
  return Token;
};

const statusOf = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  (await http(`${base}${path}`, { method, headers })).status;

const MANIFEST = 'manifest(format=mpd-time-cmaf,starttime=2026-01-02,endtime=2026-01-02).mpd';

describe("AVA's client API", () => {
  it('describes videos', async () => {
    const all = (await http(`${base}/videos`, { headers: bearer(TOKEN) })).json() as { value: VideoResource[] };
    expect(all.value.map(({ name }) => name)).toEqual(['back', 'front door']);
    const headers = bearer(await clientToken('front%20door'));
    const one = await http(`${base}/videos/front%20door?api-version=2021-11-01-preview`, { headers });
    expect(one.json()).toEqual(all.value[1]);
    const preview = (width: number) =>
      `${base}/videos/front%20door/preview.jpg?time=2026-01-02T03:00:08.000Z&width=${width}`;
    expect(one.json()).toMatchObject({
      name: 'front door',
      properties: {
        ...{ title: 'title of front door', type: 'Archive', mediaInfo: { segmentLength: 'PT30S' } },
        flags: { canStream: true, hasData: true, isInUse: false },
        contentUrls: {
          archiveBaseUrl: `${base}/videos/front%20door/content`,
          previewImageUrls: { small: preview(320), medium: preview(640), large: preview(1280) },
        },
        archival: { retentionPeriod: 'P7D' },
      },
    });
    expect(one.text).not.toContain('rtspTunnelUrl');
    expect(await statusOf('/videos/nothing', bearer(TOKEN))).toBe(404);
  });

  it('gives addresses of the server as a proxy is known', async () => {
    const headers = { ...bearer(TOKEN), host: 'cameras.example', 'x-forwarded-proto': 'https' };
    const { text } = await http(`${base}/videos/back`, { headers });
    expect(text).toContain('"https://cameras.example/videos/back/content"');
  });

  it("lets a client's token open the resource of its video, and nothing else", async () => {
    const token = bearer(await clientToken('back'));
    expect(await statusOf('/videos/back', token)).toBe(200);
    expect(await statusOf('/videos/back/listContentToken', token, 'POST')).toBe(200);
    for (const path of ['/videos', '/videos/front%20door', '/cameras', '/videos/back/availableMedia', '/events']) {
      expect(await statusOf(path, token)).toBe(401);
    }
    expect(await statusOf(`/videos/back/content/${MANIFEST}`, token)).toBe(401);
    expect(await statusOf('/videos/front%20door/listContentToken', token, 'POST')).toBe(401);
    expect(await statusOf('/methods/livePipelineList', token, 'POST')).toBe(401);
    expect(await statusOf('/videos/back', bearer(await keys.token(`https://${host}/videos/back`, -120)))).toBe(401);
    const named = { ...token, host: 'other.example' };
    expect(await statusOf('/videos/back', named)).toBe(401);
  });

  it('lets a content token open the media of its video, and nothing else', async () => {
    const token = await contentToken('back');
    const query = `?token=${token}`;
    expect(await statusOf('/videos/back/content/availableMedia?precision=year', bearer(token))).toBe(200);
    const manifest = await http(`${base}/videos/back/content/${MANIFEST}${query}`);
    expect(manifest.status).toBe(200);
    const [, media] = /media="([^"]+)"/.exec(manifest.text)!;
    const piece = media!.replace('$Time$', String((START * 9) / 100));
    expect(piece).toContain(query);
    expect(await statusOf(`/videos/back/content/${piece}`)).toBe(200);
    for (const path of [
      '/videos',
      '/videos/back',
      '/videos/back/availableMedia',
      '/videos/back/preview.jpg',
      '/cameras',
    ]) {
      expect(await statusOf(`${path}${query}`)).toBe(401);
      expect(await statusOf(path, bearer(token))).toBe(401);
    }
    expect(await statusOf(`/videos/front%20door/content/${MANIFEST}${query}`)).toBe(401);
    expect(await statusOf(`/videos/back/listContentToken${query}`, {}, 'POST')).toBe(401);
    expect(await statusOf(`/videos/back/content/${MANIFEST}?token=${token.slice(0, -2)}xx`)).toBe(401);
  });

  it('lets a content token open the tunnel of its video', async () => {
    const token = await contentToken('back');
    const refused = (path: string) =>
      new Promise<number>((done, failed) => {
        const socket = new WebSocket(`${base.replace('http', 'ws')}${path}`, 'binary');
        socket.on('unexpected-response', (_, response) => done(response.statusCode ?? 0));
        socket.on('open', () => failed(new Error('it opened')));
        socket.on('error', () => {});
      });
    // No camera is being recorded into it.
    expect(await refused(`/videos/back/rtsp?authorization=${token}`)).toBe(404);
    expect(await refused(`/videos/back/rtsp?token=${token}`)).toBe(404);
    expect(await refused(`/videos/front%20door/rtsp?authorization=${token}`)).toBe(401);
    expect(await refused(`/events?authorization=${token}`)).toBe(401);
    expect(await refused(`/cameras/x/live?token=${token}`)).toBe(401);
  });

  it('answers pages of allowed origins, and their preflight requests without a token', async () => {
    const preflight = (origin: string, path = '/videos/back') =>
      http(`${base}${path}`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
    const allowed = await preflight(WALL);
    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': WALL,
      'access-control-allow-headers': expect.stringContaining('authorization, content-type'),
      vary: 'origin',
    });
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
    expect((await preflight(WALL, '/cameras')).headers['access-control-allow-origin']).toBeUndefined();
    const got = await http(`${base}/videos/back`, { headers: { ...bearer(TOKEN), origin: WALL } });
    expect(got.headers['access-control-allow-origin']).toBe(WALL);
    const refused = await http(`${base}/videos/back`, { headers: { origin: WALL } });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, WALL]);
    const posted = {
      method: 'POST',
      headers: { ...bearer(await clientToken('back')), origin: 'https://evil.example' },
    };
    expect((await http(`${base}/videos/back/listContentToken`, posted)).status).toBe(403);
  });

  it('reads access policies again when they have changed, and keeps the good ones', async () => {
    const old = bearer(await clientToken('back'));
    const others = await clientKeys();
    writeFileSync(file, '{"value": [');
    expect(await statusOf('/videos/back', old)).toBe(200);
    writeFileSync(file, others.policies);
    expect(await statusOf('/videos/back', old)).toBe(401);
    const fresh = bearer(await others.token(`https://${host}/videos/back`));
    expect(await statusOf('/videos/back', fresh)).toBe(200);
    service.reconfigure({ ...test.engine.config, http: { ...test.engine.config.http, accessPolicies: '' } });
    expect(await statusOf('/videos/back', fresh)).toBe(401);
  });

  it('does not start with policies that are wrong', async () => {
    const wrong = join(folder.path, 'wrong.json');
    writeFileSync(wrong, '{}');
    const { config } = test.engine;
    for (const accessPolicies of [wrong, join(folder.path, 'missing.json')]) {
      const changed = { ...config, http: { ...config.http, accessPolicies } };
      await expect(startService(test.engine, changed)).rejects.toMatchObject({ code: 'AccessPolicyInvalid' });
    }
  });
});
