import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import type { MediaTime } from '../../engine/core/time.js';
import { GrpcClient } from '../../engine/inference/grpc/client.js';
import type { GrpcTransfer } from '../../engine/inference/grpc/transfer.js';
import type { ServerImage, Trouble } from '../../engine/inference/types.js';
import { encodedPicture, HEIGHT, rawPicture, WIDTH } from '../kit/inference-servers/sign-picture.js';
import { type InferProcess, noDetector, startInfer } from '../kit/inference-servers/sluice-infer.js';
import { until } from '../kit/until.js';

const size = { width: WIDTH, height: HEIGHT };
const jpeg = (what: 'sign' | 'nothing'): ServerImage => ({
  ...size,
  format: { kind: 'jpeg', quality: 90 },
  data: encodedPicture(what, 'mjpeg'),
});
const raw = (what: 'sign' | 'nothing'): ServerImage => ({
  ...size,
  format: { kind: 'raw', pixelFormat: 'yuv420p' },
  strideBytes: WIDTH,
  data: rawPicture(what),
});

describe.skipIf(noDetector)(`the engine's gRPC client and sluice infer${noDetector ? ` (${noDetector})` : ''}`, () => {
  let server: InferProcess;
  beforeAll(async () => {
    server = await startInfer(['--grpc', '0'], { SLUICE_INFER_TOKEN: 'key' });
  });
  afterAll(async () => {
    await server?.stop();
  });

  it.each<[string, GrpcTransfer, typeof jpeg]>([
    ['embedded', { mode: 'embedded' }, jpeg],
    ['shared memory', { mode: 'sharedMemory', sizeMiB: 4 }, raw],
  ])('every picture has its answer, %s', async (_name, transfer, imageOf) => {
    const credentials = { type: 'usernamePassword', username: 'any', password: 'key' } as const;
    const endpoint = { url: `tcp://${server.grpc}`, secured: false, ignoreHostname: false, ignoreSignature: false };
    const client = new GrpcClient({
      endpoint: { ...endpoint, credentials },
      transfer,
      identity: { pipeline: 'yard', node: 'inference' },
      clock: systemClock,
    });
    const troubles: Trouble[] = [];
    const answers: [timestamp: number, tags: unknown[]][] = [];
    const lost: string[] = [];
    client.start({
      onAnswer: ({ timestamp }, { inferences }) =>
        void answers.push([
          timestamp,
          inferences.map(({ entity }) => (entity as { tag: { value: string } }).tag.value),
        ]),
      onLost: (_sample, cause) => void lost.push(cause),
      onReady: () => {},
      onTrouble: (trouble) => void troubles.push(trouble),
      onRecovered: () => {},
    });
    const pictures = ['sign', 'nothing', 'sign', 'sign', 'nothing'] as const;
    for (const [index, what] of pictures.entries()) {
      await until('another picture may be sent', () => client.ready);
      const pts = (index * 100_000) as MediaTime;
      client.send({ pts, timestamp: 9_000 * (index + 1), image: imageOf(what), found: [] });
    }
    await until('all are answered', () => answers.length + lost.length === pictures.length);
    await client.stop();
    const expected = pictures.map((what, index) => [9_000 * (index + 1), what === 'sign' ? ['stop sign'] : []]);
    expect({ answers, lost, troubles }).toEqual({ answers: expected, lost: [], troubles: [] });
  });
});
