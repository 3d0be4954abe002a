import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { BlobDetector, personAt, readBmp } from '../kit/inference-servers/blob-detector.js';
import { GrpcDetector, type Looking, lookingAtPixels } from '../kit/inference-servers/grpc/detector.js';
import { type InferenceServer, sendJson, startServer } from '../kit/inference-servers/http/server.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { sampleTopologies } from '../kit/topologies.js';

const samples = sampleTopologies();

interface Topology {
  name: string;
  properties: { parameters: { name: string; default?: string }[] };
}

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

describe.skipIf(samples.size === 0)("AVA's topologies with inference (skipped where they are not at hand)", () => {
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

  /** @param name of the live pipeline. Default: that of the folder. */
  const activate = async (folder: string, values: Parameters, name = folder, file = 'topology'): Promise<void> => {
    const topology = JSON.parse(samples.get(`${folder}/${file}.json`)!) as Topology;
    test.engine.topologies.set(topology);
    const needed = topology.properties.parameters.filter((each) => each.default === undefined);
    const unused = Object.fromEntries(needed.map((each) => [each.name, 'unused']));
    test.engine.pipelines.set(livePipeline(name, topology.name, { ...unused, rtspUrl: camera.url, ...values }));
    await test.engine.pipelines.activate(name);
  };

  /** What a node has found. */
  const foundBy = (pipeline: string, node: string) =>
    test.told(pipeline, 'Inference').filter(({ subject }) => subject.endsWith(`/processors/${node}`));

  const inferred = (events: readonly { data: unknown }[]): Inferred[] => events.map(({ data }) => data as Inferred);

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
    // A third of the height of the camera's picture, which is 9/16 of the padded one. Its legs are as dark as the ground now and then.
    for (const { inferences } of inferred(test.told(folder, 'Inference'))) {
      for (const { entity } of inferences) {
        const { t, h } = entity.box;
        expect(Math.abs(t - 0.27)).toBeLessThan(0.02);
        expect(h).toBeGreaterThan(0.24);
        expect(h).toBeLessThan(0.37);
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

  it('object-tracking and line-crossing follow whom the server has seen, and count who crosses', async () => {
    const server = await startDetector();
    const inferenceUrl = `${server.url}/score`;
    await activate('object-tracking', { inferenceUrl: `${inferenceUrl}?a` });
    await activate('line-crossing', { inferenceUrl: `${inferenceUrl}?b` });
    await test.until(() => foundBy('line-crossing', 'lineCrossing').length >= 2, 90_000);
    await test.engine.pipelines.deactivate('line-crossing');
    await test.engine.pipelines.deactivate('object-tracking');
    const tracked = inferred(foundBy('object-tracking', 'objectTracker')).flatMap(({ inferences, timestamp }) =>
      inferences.map((each) => ({ ...each, timestamp })),
    );
    // The figure walks across in 4 s: many more pictures than the two a second that the server gets.
    expect(tracked.length).toBeGreaterThan(30);
    const walks = new Map<string | undefined, typeof tracked>();
    for (const each of tracked) walks.set(each.sequenceId, [...(walks.get(each.sequenceId) ?? []), each]);
    const [longest] = [...walks.values()].sort((a, b) => b.length - a.length);
    expect(longest!.length).toBeGreaterThan(20);
    const middle = ({ entity: { box } }: (typeof tracked)[number]): number => box.l + box.w / 2;
    expect(Math.abs(middle(longest!.at(-1)!) - middle(longest![0]!))).toBeGreaterThan(0.3);
    const crossings = foundBy('line-crossing', 'lineCrossing').map(({ data }) => data['inferences'] as object[]);
    expect(crossings.flat()).toMatchObject([
      {
        ...{ type: 'event', subtype: 'lineCrossing', relatedInferences: [expect.any(String)] },
        event: { name: 'LineCrossing1', properties: { total: '1' } },
      },
      { event: { name: 'LineCrossing1', properties: { clockwiseTotal: '1', counterclockwiseTotal: '1', total: '2' } } },
    ]);
  }, 120_000);

  it('cvr-with-httpExtension-and-objectTracking records all, and what was found with it', async () => {
    const server = await startDetector();
    const inferencingUrl = `${server.url}/score`;
    await activate('cvr-with-httpExtension-and-objectTracking', { inferencingUrl }, 'cvr-tracked');
    await test.until(() => foundBy('cvr-tracked', 'objectTracker').length > 10, 60_000);
    await test.engine.pipelines.deactivate('cvr-tracked');
    expect(test.told('cvr-tracked', 'RecordingAvailable').length).toBeGreaterThan(0);
  }, 90_000);

  it.each(['grpcExtensionOpenVINO', 'nvidia-deepstream-grpcExtension'])(
    '%s sends pixels through shared memory, and says what was found',
    async (folder) => {
      const server = await GrpcDetector.start(lookingAtPixels());
      onTestFinished(() => server.close());
      await activate(folder, { grpcExtensionAddress: server.url });
      await test.until(() => test.told(folder, 'Inference').length > 5, 60_000);
      await test.engine.pipelines.deactivate(folder);
      expect(server.descriptors).toMatchObject([
        {
          graphIdentifier: { graphInstanceName: folder, graphNodeName: 'grpcExtension' },
          mediaDescriptor: { timescale: 90_000, videoFrameSampleFormat: { encoding: 3, pixelFormat: 61 } },
          sharedMemoryBufferTransferProperties: { handleName: expect.any(String) },
        },
      ]);
      const { handleName } = server.descriptors[0]!.sharedMemoryBufferTransferProperties!;
      expect(existsSync(`/dev/shm/${handleName}`)).toBe(false);
    },
    90_000,
  );

  it.each(['evr-grpcExtension-video-sink', 'cvr-with-grpcExtension'])(
    '%s sends JPEGs, and records',
    async (folder) => {
      const somebody = { l: 0.4, t: 0.4, w: 0.1, h: 0.2 };
      const server = await GrpcDetector.start((_picture, _descriptor, number) =>
        number === 40 ? somebody : undefined,
      );
      onTestFinished(() => server.close());
      await activate(folder, { grpcExtensionAddress: server.url });
      await test.until(() => test.told(folder, 'Inference').length > 0, 60_000);
      await test.until(() => test.told(folder, 'RecordingStarted').length > 0, 60_000);
      await test.engine.pipelines.deactivate(folder);
      expect([...server.beginning!.subarray(0, 2)]).toEqual([0xff, 0xd8]);
      // 16:9 in a square: the middle fifth of it is a third of the camera's picture.
      const [{ inferences } = { inferences: [] }] = inferred(test.told(folder, 'Inference'));
      expect(inferences[0]?.entity.box.h).toBeCloseTo((0.2 * 416) / 234, 2);
    },
    90_000,
  );

  /** Walks across the picture in five seconds, and not as the figure in it does. */
  const walker: Looking = (_picture, _descriptor, number) => ({
    l: ((number % 75) / 75) * 0.9,
    t: 0.1,
    w: 0.08,
    h: 0.3,
  });

  it.each([
    ['person-count', 'personCountEvent', lookingAtPixels()],
    ['person-line-crossing', 'personLineEvent', walker],
    ['person-zone-crossing', 'personZoneEnterExitEvent', lookingAtPixels()],
  ])(
    'spatial-analysis: %s',
    async (name, eventName, looking) => {
      const server = await GrpcDetector.start(looking);
      onTestFinished(() => server.close());
      await activate('spatial-analysis', { grpcUrl: server.url }, name, `${name}-operation-topology`);
      await test.until(() => test.told(name, 'Inference').length > 0, 90_000);
      await test.until(() => test.told(name, 'RecordingStarted').length > 0, 60_000);
      await test.engine.pipelines.deactivate(name);
      const found = test
        .told(name, 'Inference')
        .flatMap(({ data }) => data['inferences'] as { event?: { name: string } }[]);
      expect(found.map(({ event }) => event?.name)).toContain(eventName);
    },
    120_000,
  );

  it('spatial-analysis: custom, which as published is no JSON', async () => {
    const published = samples.get('spatial-analysis/custom-operation-topology.json')!;
    const mended = published.replaceAll(/\{YOUR_[A-Z_]+\}?(\\?")/g, 'mine\\\\"').replaceAll('mine\\\\"', 'mine\\"');
    const topology = JSON.parse(mended) as Topology;
    const server = await GrpcDetector.start(lookingAtPixels());
    onTestFinished(() => server.close());
    test.engine.topologies.set(topology);
    const values = { rtspUrl: camera.url, grpcUrl: server.url };
    test.engine.pipelines.set(livePipeline('custom', topology.name, values));
    await test.engine.pipelines.activate('custom');
    await test.until(() => test.told('custom', 'RecordingStarted').length > 0, 90_000);
    await test.engine.pipelines.deactivate('custom');
    expect(server.descriptors[0]?.extensionConfiguration).toContain('cognitiveservices.vision');
  }, 120_000);
});
