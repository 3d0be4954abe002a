import { afterEach, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { fakeMedia } from '../kit/fake-media.js';
import { type FakeRtspOptions, type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { encodeRaw } from '../kit/raw-stream.js';

const SLOW_MS = 1500;
/** Less than the cameras take. */
const settings = {
  'camera.connectionsPerSecond': '100',
  'camera.answerTimeout': 'PT1S',
  'camera.firstMediaTimeout': 'PT1S',
};
const stream = Buffer.concat(
  encodeRaw({ frames: 50 })
    .flat()
    .flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]),
);
const at = (...methods: string[]): FakeRtspOptions => ({
  media: fakeMedia(stream),
  answers: Object.fromEntries(methods.map((method) => [method, { kind: 'later', ms: SLOW_MS }])),
});
const cameras: Record<string, FakeRtspOptions> = {
  describes: at('DESCRIBE'),
  'sets-up': at('SETUP'),
  plays: at('PLAY'),
  'does-everything': at('DESCRIBE', 'SETUP', 'PLAY'),
  sends: { media: fakeMedia(stream, { sendAt: (index) => SLOW_MS / 1000 + index / 25 }) },
};

describe('a source that begins to work when it is asked', () => {
  const servers: FakeRtspServer[] = [];
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    test = undefined;
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it.each(['gstreamer', 'direct'] as const)(
    'is given the time that it takes, though that is more than was planned: %s',
    async (ingest) => {
      test = await openTestEngine({ settings: { ...settings, ingest } });
      const { engine, told } = test;
      const topology = messageToFiles();
      engine.topologies.set(topology);
      for (const [name, options] of Object.entries(cameras)) {
        const server = await startFakeRtspServer(options);
        servers.push(server);
        engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl: server.url, input: 'go' }));
        await engine.pipelines.activate(name);
      }
      const names = Object.keys(cameras);
      await test.until(() => names.every((name) => told(name, 'MediaSessionEstablished').length > 0), 120_000);
      for (const name of names) expect(told(name, 'ProtocolError')).toEqual([]);
    },
    150_000,
  );
});
