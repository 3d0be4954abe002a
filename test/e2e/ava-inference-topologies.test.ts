import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { BlobDetector, personAt, readBmp } from '../kit/inference-servers/blob-detector.js';
import { type InferenceServer, sendJson, startServer } from '../kit/inference-servers/http/server.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { sampleTopologies } from '../kit/topologies.js';

const samples = sampleTopologies();

interface Parameters {
  [name: string]: string;
}

/** A server that looks at BMPs: 200 with a person, or 204. A detector of its own for each camera. */
const startDetector = async (): Promise<InferenceServer> => {
  const detectors = new Map<string, BlobDetector>();
  return startServer((response, { url, body }) => {
    const detector = detectors.get(url) ?? new BlobDetector();
    detectors.set(url, detector);
    const box = detector.find(readBmp(body));
    if (box) sendJson(response, { inferences: [personAt(box)] });
    else response.writeHead(204).end();
  });
};

interface Inferred {
  timestamp: number;
  inferences: Array<{
    sequenceId?: string;
    entity: { tag: { value: string }; box: { l: number; w: number; t: number; h: number } };
  }>;
}

describe.skipIf(samples.size === 0)(
  "AVA's topologies with an HttpExtension (skipped where they are not at hand)",
  () => {
    let camera: TestCamera;
    let test: TestEngine;

    beforeAll(async () => {
      camera = await startCamera({ scenes: ['motion'], gop: 1 });
      test = await openTestEngine();
    });

    afterAll(async () => {
      await test?.remove();
      await camera?.stop();
    });

    const activate = async (folder: string, parameters: Parameters): Promise<void> => {
      const topology = JSON.parse(samples.get(`${folder}/topology.json`)!) as { name: string };
      test.engine.topologies.set(topology);
      test.engine.pipelines.set(livePipeline(folder, topology.name, { rtspUrl: camera.url, ...parameters }));
      await test.engine.pipelines.activate(folder);
    };

    const inferred = (pipeline: string): Inferred[] =>
      test.told(pipeline, 'Inference').map(({ data }) => data as unknown as Inferred);

    it('httpExtension asks once in five seconds, in the size that it says', async () => {
      const server = await startDetector();
      await activate('httpExtension', { inferencingUrl: `${server.url}/score` });
      await test.until(() => server.arrived.length >= 3, 40_000);
      await test.engine.pipelines.deactivate('httpExtension');
      for (const { method, url, headers, body } of server.arrived) {
        expect([method, url, headers['content-type']]).toEqual(['POST', '/score', 'image/bmp']);
        const { width, height } = readBmp(body);
        expect([width, height]).toEqual([416, 234]);
      }
    }, 60_000);

    it('evr-httpExtension-video-sink records when the server has found somebody, and not before', async () => {
      const folder = 'evr-httpExtension-video-sink';
      const server = await startDetector();
      await activate(folder, { inferencingUrl: `${server.url}/score` });
      await test.until(() => test.told(folder, 'RecordingStarted').length > 0, 60_000);
      const [first] = test.told(folder, 'Inference');
      const [started] = test.told(folder, 'RecordingStarted');
      expect(started?.correlationId).toBe(first?.id);
      expect(server.arrived.length).toBeGreaterThan(2);
      // The figure fills a third of the height of the camera's picture, which is 9/16 of the padded one.
      for (const { inferences } of inferred(folder)) {
        for (const { entity } of inferences) {
          const { t, h } = entity.box;
          expect(h).toBeGreaterThan(0.2);
          expect(t + h).toBeGreaterThan(0.6);
          expect(t + h).toBeLessThanOrEqual(1);
        }
      }
      await test.engine.pipelines.deactivate(folder);
    }, 90_000);

    it('motion-with-httpExtension records what moves, whatever the server says', async () => {
      const folder = 'motion-with-httpExtension';
      const server = await startServer((response) => void response.writeHead(204).end());
      await activate(folder, { httpAIServerAddress: `${server.url}/score` });
      await test.until(() => test.told(folder, 'RecordingStarted').length > 0, 60_000);
      expect(server.arrived.length).toBeGreaterThan(0);
      await test.engine.pipelines.deactivate(folder);
    }, 90_000);

    it('evr-hubMessage-video-sink records when somebody else says so, with 5 s before', async () => {
      const folder = 'evr-hubMessage-video-sink';
      const server = await startDetector();
      await activate(folder, { inferencingUrl: `${server.url}/score`, hubSourceInput: 'recordingTrigger' });
      await test.until(() => test.told(folder, 'Inference').length > 0, 60_000);
      expect(test.told(folder, 'RecordingStarted')).toEqual([]);
      test.engine.deliver('recordingTrigger', { found: 'person' });
      await test.until(() => test.told(folder, 'RecordingStarted').length > 0);
      const [started] = test.told(folder, 'RecordingStarted');
      expect(started?.data).toMatchObject({ outputType: 'video' });
      await test.engine.pipelines.deactivate(folder);
    }, 90_000);
  },
);
