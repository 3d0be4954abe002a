import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bridge, IngestSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { fakeMedia } from '../kit/fake-media.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { encodeRaw } from '../kit/raw-stream.js';
import { strictSession } from '../kit/strict-session.js';

/**
 * Times of sessions in seconds. Requests come after half of one: a busy machine has the other half. Longer by hand:
 *   SLUICE_SESSION_SECONDS=10,30,60 SLUICE_SESSION_MINUTES=5 npx vitest run test/integration/rtsp-keep-alive
 */
const TIMEOUTS = (process.env['SLUICE_SESSION_SECONDS'] ?? '4').split(',').map(Number);
const FOR_MS = Number(process.env['SLUICE_SESSION_MINUTES'] ?? 12 / 60) * 60_000;

const stream = Buffer.concat(
  encodeRaw({ frames: 25 })
    .flat()
    .flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]),
);

const KINDS: Record<string, Record<string, number | 'hang'>> = {
  'takes both ways of asking': {},
  'takes OPTIONS only': { GET_PARAMETER: 405, SET_PARAMETER: 405 },
  'takes GET_PARAMETER only': { OPTIONS: 405, SET_PARAMETER: 405 },
  'does not implement GET_PARAMETER': { GET_PARAMETER: 501 },
  'says to GET_PARAMETER that there is no session': { GET_PARAMETER: 454 },
  'says to OPTIONS that there is no session': { OPTIONS: 454 },
  'does not answer GET_PARAMETER': { GET_PARAMETER: 'hang' },
  'does not answer OPTIONS': { OPTIONS: 'hang' },
};

describe('a session that only requests keep alive', () => {
  it.each(['gstreamer', 'direct'] as const)(
    'lives on, whatever the camera takes for one: %s',
    async (path) => {
      const { bridge } = testBridge();
      const lives = TIMEOUTS.flatMap((seconds) =>
        Object.entries(KINDS).map(async ([name, kind]) => [
          `${seconds} s, ${name}`,
          await live(bridge, path, seconds, kind),
        ]),
      );
      const ends = Object.fromEntries(await Promise.all(lives));
      expect(ends).toEqual(Object.fromEntries(Object.keys(ends).map((name) => [name, 'lives'])));
    },
    FOR_MS + 60_000,
  );
});

const live = async (
  bridge: Bridge,
  path: NonNullable<IngestSpec['path']>,
  seconds: number,
  kind: Record<string, number | 'hang'>,
): Promise<string> => {
  const session = strictSession(seconds, kind, () => server.drop());
  const server = await startFakeRtspServer({ media: fakeMedia(stream), answers: session.answers });
  onTestFinished(async () => {
    session.end();
    await server.close();
  });
  const { ingest, ends, units, count } = recordIngest(bridge, { url: server.url, transport: 'tcp', path });
  await count(1);
  await pause(FOR_MS);
  if (session.expired > 0 || ends.length > 0)
    return `ended: ${JSON.stringify(ends)}, after ${server.requests.map(({ method }) => method).join(' ')}`;
  await count(units.length + 10);
  await ingest.stop();
  return 'lives';
};
