import { afterEach, expect, it, vi } from 'vitest';
import { readReadiness } from '../../../page/api/readiness.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const answers = (status: number, body: unknown): void => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
};

it('takes what the engine says of itself, ready or not', async () => {
  for (const [status, ready] of [
    [200, true],
    [503, false],
  ] as const) {
    answers(status, { ready, checks: { eventLog: 'ok' } });
    expect(await readReadiness()).toEqual({ ready, checks: { eventLog: 'ok' } });
  }
});

it('tells a browser that has signed out from an engine that is closing', async () => {
  answers(200, { ready: true });
  await expect(readReadiness()).rejects.toMatchObject({ status: 401 });
  answers(503, { error: { code: 'ServiceUnavailable', message: 'the engine is closing' } });
  await expect(readReadiness()).rejects.toMatchObject({ status: 503, code: 'Unreachable' });
});
