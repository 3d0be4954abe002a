import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { IngestSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { encodeClip } from '../kit/encoded-clip.js';
import { isNamed, openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { fakeMedia } from '../kit/fake-media.js';
import {
  FakeMetadata,
  metadataDocument,
  motionNotification,
  SCENE_DOCUMENT,
  withMetadata,
} from '../kit/fake-metadata.js';
import { type FakeRtspOptions, type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { judgeClip } from '../kit/judge-clip.js';
import { ringHolds } from '../kit/media-waits.js';

const PATHS = ['gstreamer', 'direct'] as const;
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

const media = fakeMedia(Buffer.concat(encodeClip({ frames: 50, gop: 25 }).units.map(({ payload }) => payload)));

/** A camera with a metadata track, or without one where `encoding` is empty. */
const cameraOf = async (
  encoding = 'vnd.onvif.metadata',
  options: FakeRtspOptions = {},
): Promise<{ server: FakeRtspServer; tell(text: string, mtu?: number): void }> => {
  const sdp = encoding === '' ? media.sdp : withMetadata(media.sdp, encoding);
  const server = await startFakeRtspServer({ media, sdp, ...options });
  onTestFinished(() => server.close());
  const metadata = new FakeMetadata();
  return { server, tell: (text, mtu) => server.send(metadata.control, metadata.packets(text, mtu)) };
};

const setUps = ({ requests }: FakeRtspServer): string[] =>
  requests.filter(({ method }) => method === 'SETUP').map(({ uri }) => uri.replace(/^.*\//, ''));

describe.each(PATHS)('a metadata track, with the path %s,', (path) => {
  const ingest = (server: FakeRtspServer, more: Partial<IngestSpec> = {}) => {
    const recorded = recordIngest(testBridge().bridge, { url: server.url, transport: 'tcp', path, ...more });
    onTestFinished(() => recorded.ingest.stop());
    return recorded;
  };

  it('is set up only if it is wanted', async () => {
    const { server, tell } = await cameraOf();
    const without = ingest(server);
    await without.count(5);
    expect(setUps(server)).toEqual(['track0']);
    const having = ingest(server, { metadata: true });
    await having.count(5);
    expect(setUps(server).slice(1)).toEqual(['track0', 'metadata']);
    expect(having.descriptions[0]?.metadata).toBe('taken');
    const document = metadataDocument(motionNotification('true'));
    tell(document);
    await until(() => expect(having.documents).toEqual([document]));
    expect(without.documents).toEqual([]);
  });

  it('gives documents in the order in which they came, in however many packets, and none without events', async () => {
    const { server, tell } = await cameraOf();
    const { documents, count, units } = ingest(server, { metadata: true });
    await count(5);
    const one = metadataDocument(motionNotification('true'));
    const two = metadataDocument(motionNotification('false', 'Source=2'), motionNotification('true', 'Ünder=3'));
    tell(one, 50);
    tell(SCENE_DOCUMENT);
    tell(`${two}${one}`, 700);
    tell(two);
    await until(() => expect(documents).toEqual([one, `${two}${one}`, two]));
    expect(new Set(units.map(({ track }) => track))).toEqual(new Set(['video']));
  });

  it.each([
    ['vnd.onvif.metadata.gzip', 'unreadable'],
    ['vnd.onvif.metadata.exi.onvif', 'unreadable'],
    ['', 'none'],
    ['x-own', 'none'],
  ])('in the encoding "%s" is %s, and the video comes all the same', async (encoding, expected) => {
    const { server } = await cameraOf(encoding);
    const { count, descriptions } = ingest(server, { metadata: true });
    await count(5);
    expect(descriptions[0]?.metadata).toBe(expected);
    expect(setUps(server)).toEqual(['track0']);
  });

  it('that the camera refuses is told of, and the video comes all the same', async () => {
    const { server } = await cameraOf(undefined, {
      answers: {
        SETUP: ({ uri }) => (uri.endsWith('metadata') ? { kind: 'status', status: 500 } : { kind: 'usual' }),
      },
    });
    const { count, refusals } = ingest(server, { metadata: true });
    await count(5);
    await until(() => expect(refusals).toEqual([expect.stringContaining('500')]));
  });
});

/** The gate that a message opens, with the events in the camera's stream in place of the message. */
const eventsToFiles = () => {
  const evr = messageToFiles({ name: 'MetadataToFiles', offset: '-PT1S', maximum: 'PT20S' });
  const [rtsp] = evr.properties.sources;
  const [gate] = evr.properties.processors;
  const onvif = {
    '@type': '#Sluice.OnvifEventSource',
    name: 'cameraEvents',
    delivery: 'metadataTrack',
    endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
  };
  return {
    ...evr,
    properties: {
      ...evr.properties,
      parameters: [{ name: 'rtspUrl', type: 'string' }],
      sources: [rtsp, onvif],
      processors: [{ ...gate, inputs: [{ nodeName: 'cameraEvents' }, { nodeName: 'rtspSource' }] }],
    },
  };
};

describe.each(PATHS)('a gate behind the metadata track, with the path %s,', (path) => {
  const recorder = async (server: FakeRtspServer) => {
    const test = await openTestEngine({ settings: { ingest: path } });
    onTestFinished(() => test.remove());
    const topology = eventsToFiles();
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('yard', topology.name, { rtspUrl: server.url }));
    await test.engine.pipelines.activate('yard');
    return test;
  };
  const states = (test: Awaited<ReturnType<typeof recorder>>): unknown[] =>
    test
      .named('Inference')
      .map(({ data }) => (data as { inferences: [{ event: { properties: { state: string } } }] }).inferences[0].event)
      .map(({ properties }) => properties.state);

  it('opens by its events for a clip, on the connection of the video', async () => {
    const { server, tell } = await cameraOf();
    const test = await recorder(server);
    await ringHolds(test.engine, 2, 'yard');
    tell(metadataDocument(motionNotification('false')));
    await test.until(() => states(test).length === 1);
    expect(test.named('RecordingStarted')).toEqual([]);
    expect([server.open, server.accepted]).toEqual([1, 1]);

    tell(`${SCENE_DOCUMENT}${metadataDocument(motionNotification('true'))}`, 100);
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingStarted')));
    tell(metadataDocument(motionNotification('false')));
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingAvailable')), 60_000);

    expect(states(test)).toEqual(['false', 'true', 'false']);
    const [, motion] = test.named('Inference');
    expect(motion).toMatchObject({
      subject: expect.stringContaining('/livePipelines/yard/sources/cameraEvents'),
      data: { inferences: [{ subtype: 'onvif', event: { name: 'RuleEngine/CellMotionDetector/Motion' } }] },
    });
    const [available] = test.named('RecordingAvailable');
    expect(available?.correlationId).toBe(motion?.id);
    const clip = await judgeClip(String(available?.data['outputLocation']));
    expect([clip.complaints, clip.firstIsKeyframe]).toEqual(['', true]);
    expect(clip.durationSeconds).toBeGreaterThan(10.9);
  }, 120_000);

  it('knows nothing any more when the connection ends, and says once that there is no such track', async () => {
    const { server, tell } = await cameraOf();
    const test = await recorder(server);
    await ringHolds(test.engine, 1, 'yard');
    tell(metadataDocument(motionNotification('true')));
    await test.until(() => states(test).length === 1);
    server.drop();
    await test.until(() => states(test).length === 2);
    expect(states(test)).toEqual(['true', 'unknown']);

    const bare = await cameraOf('vnd.onvif.metadata.gzip');
    const other = await recorder(bare.server);
    await ringHolds(other.engine, 1, 'yard');
    bare.server.drop();
    await other.until((events) => events.filter((event) => isNamed(event, 'MediaSessionEstablished')).length === 2);
    const told = other.named('ProtocolError').filter(({ subject }) => subject.endsWith('/cameraEvents'));
    expect(told.map(({ data }) => data)).toEqual([
      { code: 'OnvifUnsupported', protocol: 'onvif', message: expect.stringMatching(/compressed or as EXI only/) },
    ]);
  }, 120_000);
});
