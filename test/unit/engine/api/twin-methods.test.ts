import fastify from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import type { HttpServerOptions } from '../../../../engine/api/server-options.js';
import { registerTwinMethods } from '../../../../engine/api/twin-methods.js';
import type { MethodResult } from '../../../../engine/core/method-result.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const PATH = '/twins/edge/modules/avaedge/methods';

/** The route, and a method that answers when the test says so. */
const start = () => {
  const clock = new FakeClock();
  const app = fastify();
  const invoke = vi.fn(() => new Promise<MethodResult>((resolve) => calls.push(resolve)));
  const calls: Array<(result: MethodResult) => void> = [];
  registerTwinMethods(app, { clock, methods: { invoke } } as unknown as HttpServerOptions);
  const post = async (body: object) => {
    const { statusCode, body: text } = await app.inject({ method: 'POST', url: PATH, payload: body });
    return { status: statusCode, json: JSON.parse(text) as unknown };
  };
  return { clock, calls, post };
};

describe('direct methods through /twins', () => {
  it("are given up after responseTimeoutInSeconds of the engine's clock", async () => {
    const { clock, calls, post } = start();
    const answer = post({ methodName: 'slow', responseTimeoutInSeconds: 5 });
    await vi.waitFor(() => expect(calls).toHaveLength(1), 60_000);
    clock.advance(4999);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    expect(await answer).toMatchObject({ status: 504, json: { Message: expect.stringContaining('GatewayTimeout') } });
  });

  it('leave no timer behind when they answer', async () => {
    const { clock, calls, post } = start();
    const answer = post({ methodName: 'quick' });
    await vi.waitFor(() => expect(calls).toHaveLength(1), 60_000);
    clock.advance(29_999);
    calls[0]!({ status: 200, payload: 7 });
    expect(await answer).toEqual({ status: 200, json: { status: 200, payload: 7 } });
    expect(clock.pendingTimers).toBe(0);
  });
});
