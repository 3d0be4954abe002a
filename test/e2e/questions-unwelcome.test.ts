import { afterEach, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { fakeMedia } from '../kit/fake-media.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { encodeRaw } from '../kit/raw-stream.js';

const stream = Buffer.concat(
  encodeRaw({ frames: 50 })
    .flat()
    .flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]),
);

describe('a camera that hangs up when it is asked what it has', () => {
  let test: TestEngine | undefined;
  let server: FakeRtspServer | undefined;

  afterEach(async () => {
    await test?.remove();
    await server?.close();
    test = undefined;
    server = undefined;
  });

  it.each(['gstreamer', 'direct'] as const)('is asked something else from the third session on: %s', async (ingest) => {
    const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1';
    const camera = await startFakeRtspServer({
      media: fakeMedia(stream),
      answers: {
        OPTIONS: { kind: 'close' },
        SETUP: { kind: 'status', status: 200, headers: { Session: '1;timeout=2', Transport: transport } },
      },
    });
    server = camera;
    test = await openTestEngine({ settings: { ingest, 'camera.connectionsPerSecond': '100' } });
    const topology = messageToFiles();
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('shy', topology.name, { rtspUrl: camera.url, input: 'go' }));
    await test.engine.pipelines.activate('shy');
    const asked = (method: string): number[] =>
      camera.requests.flatMap((request) => (request.method === method ? [request.connection] : []));
    await expect.poll(() => asked('GET_PARAMETER').length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
    expect(new Set(asked('GET_PARAMETER')).size).toBe(1);
    expect(asked('OPTIONS')).toHaveLength(2);
  });
});
