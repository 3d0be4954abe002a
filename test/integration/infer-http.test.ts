import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PIXEL_FORMATS } from '../../engine/core/pixel-formats.js';
import { encodedPicture, HEIGHT, SIGN, WIDTH } from '../kit/inference-servers/sign-picture.js';
import { type InferProcess, noDetector, startInfer } from '../kit/inference-servers/sluice-infer.js';
import { http } from '../kit/raw-http.js';

const SIGN_ENTITY = {
  type: 'entity',
  subtype: 'objectDetection',
  entity: {
    tag: { value: 'stop sign', confidence: expect.closeTo(0.9, 0) },
    box: {
      l: expect.closeTo(SIGN.l, 1),
      t: expect.closeTo(SIGN.t, 1),
      w: expect.closeTo(SIGN.w, 1),
      h: expect.closeTo(SIGN.h, 1),
    },
  },
};

describe.skipIf(noDetector)(`sluice infer over HTTP${noDetector ? ` (${noDetector})` : ''}`, () => {
  let server: InferProcess;
  beforeAll(async () => {
    server = await startInfer(['--http', '0']);
  });
  afterAll(async () => {
    await server?.stop();
  });

  const score = async (body: Uint8Array | string, query = '', headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.http}${query}`, {
      method: 'POST',
      body: body,
      headers: { 'content-type': 'image/jpeg', ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) as unknown };
  };

  it.each(['mjpeg', 'png', 'bmp'])('finds a sign in a picture as ffmpeg encodes it with %s', async (codec) => {
    const answer = await score(encodedPicture('sign', codec));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.json()).toEqual({ inferences: [SIGN_ENTITY] });
  });

  it.each(PIXEL_FORMATS)('finds it in raw pixels, %s', async (pixelFormat) => {
    const picture = encodedPicture('sign', 'rawvideo', pixelFormat);
    const query = `?pixelFormat=${pixelFormat}&width=${WIDTH}&height=${HEIGHT}`;
    const answer = await score(picture, query, { 'content-type': 'image/x-raw' });
    expect(answer.json()).toEqual({ inferences: [SIGN_ENTITY] });
  });

  it('answers 204 where nothing is found, or nothing of what is asked for', async () => {
    const sign = encodedPicture('sign', 'mjpeg');
    expect(await score(encodedPicture('nothing', 'mjpeg'))).toMatchObject({ status: 204, text: '' });
    expect((await score(sign, '?object=person,truck')).status).toBe(204);
    expect((await score(sign, '?confidence=0.99')).status).toBe(204);
    expect((await score(sign, '?object=stop%20sign&confidence=0.5&stream=yard')).status).toBe(200);
  });

  it('says what is wrong with a picture or a question', async () => {
    const sign = encodedPicture('sign', 'mjpeg');
    const raw = { 'content-type': 'image/x-raw' };
    const png = encodedPicture('sign', 'png');
    const wide = Buffer.from(png);
    wide.writeUInt32BE(1_000_000, 16);
    for (const [answer, message] of [
      [await score(''), /no picture/],
      [await score('no picture at all'), /neither a JPEG/],
      [await score(sign.subarray(0, sign.length / 2)), /JPEG picture cannot be decoded/],
      [await score(png.subarray(0, png.length / 2)), /PNG picture cannot be decoded/],
      [await score(wide), /more than \d+ pixels/],
      [await score(sign, '?object=unicorn'), /knows no unicorn/],
      [await score(sign, '?confidence=very'), /from 0 to 1/],
      [await score(sign, '', raw), /pixelFormat, width and height/],
      [await score(sign, '?pixelFormat=rgb24&width=640&height=360', raw), /too few/],
    ] as const) {
      expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(message) });
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    }
    // And goes on.
    expect((await score(sign)).status).toBe(200);
  });

  it('asks those to come back later for whom there is no room, and answers the others', async () => {
    const sign = encodedPicture('sign', 'mjpeg');
    const answers = await Promise.all(Array.from({ length: 16 }, () => score(sign)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(6);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await score(sign)).status).toBe(200);
  });

  it('refuses names that are not of this machine', async () => {
    const answer = await http(server.http, { method: 'POST', headers: { host: 'page.example' }, body: 'x' });
    expect(answer.status).toBe(403);
  });
});

describe.skipIf(noDetector)('sluice infer as a program', () => {
  it('listens beyond this machine with a token only, looks for what it is told to, and ends on SIGTERM', async () => {
    await expect(startInfer(['--http', '0.0.0.0:0'])).rejects.toThrow(/ended with 2: .*\[TokenRequired\]/s);
    await expect(startInfer(['--objects', 'person,unicorn'])).rejects.toThrow(/ended with 2: .*no unicorn/s);
    const args = ['--http', '0.0.0.0:0', '--objects', 'stop sign', '--minimum-confidence', '0.6'];
    const server = await startInfer(args, { SLUICE_INFER_TOKEN: 'let-me-in' });
    const url = server.http.replace('0.0.0.0', '127.0.0.1');
    const body = encodedPicture('sign', 'mjpeg');
    const status = async (authorization?: string) =>
      (await fetch(url, { method: 'POST', body, headers: authorization ? { authorization } : {} })).status;
    expect(await status()).toBe(401);
    expect(await status('Bearer let-me-out')).toBe(401);
    expect(await status(`Basic ${Buffer.from('anybody:let-me-in').toString('base64')}`)).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});
