import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Access } from '../../../../engine/api/access.js';
import { MICROS_PER_SECOND } from '../../../../engine/core/time.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const KEY = Buffer.from('a shared access key').toString('base64');

const tokenUntil = (expirySeconds: number): string => {
  const resource = 'hub.example';
  const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(`${resource}\n${expirySeconds}`);
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature.digest('base64'))}&se=${expirySeconds}`;
};

describe('access', () => {
  it("judges the expiry of a SAS token by the engine's clock", async () => {
    const clock = new FakeClock();
    const access = new Access({ kind: 'tcp', host: '127.0.0.1', port: 8080 }, clock, { iotHubKey: KEY });
    const authorization = tokenUntil(clock.utc() / MICROS_PER_SECOND + 60);
    const statusNow = async () => {
      const verdict = await access.check({
        method: 'POST',
        url: '/twins/edge/modules/avaedge/methods',
        headers: { host: '127.0.0.1', authorization },
        websocket: false,
      });
      return verdict.ok ? 200 : verdict.status;
    };
    clock.advance(59_000);
    expect(await statusNow()).toBe(200);
    clock.advance(1000);
    expect(await statusNow()).toBe(401);
    clock.stepWall(-10_000);
    expect(await statusNow()).toBe(200);
  });
});
