import { describe, expect, it } from 'vitest';
import { OnvifEventSourceNode } from '../../../../../engine/nodes/onvif-event-source/node.js';
import { HERE, refusal } from '../../../../kit/fake-bridge.js';
import { metadataDocument, motionNotification } from '../../../../kit/fake-metadata.js';
import { FakeOutlet, NodeRig } from '../../../../kit/node-rig.js';

const nodeOf = (rig: NodeRig, transport: 'tcp' | 'http' = 'tcp') => {
  const context = rig.context('cameraEvents', 'sources');
  const events = new FakeOutlet(context);
  const settings = {
    endpoint: { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false },
    topics: [],
    delivery: 'metadataTrack' as const,
    transport,
  };
  return { node: new OnvifEventSourceNode(settings, context, rig.links({ events })), events };
};
const statesIn = ({ emitted }: FakeOutlet): unknown[] =>
  emitted.map(({ data }) => (data['inferences'] as [{ event: { properties: unknown } }])[0].event.properties);

const SOURCE = 'VideoSourceConfigurationToken=1,Rule=MyRule';

describe('an OnvifEventSource on a metadata track', () => {
  it('asks for the track with the first connection, signals motion while it lasts, and forgets it with the connection', async () => {
    const rig = new NodeRig();
    rig.bridge.answer = { ...HERE, metadata: 'taken' };
    const { node, events } = nodeOf(rig);
    node.start();
    await rig.connected();
    expect(rig.bridge.ingests.map(({ spec }) => spec.metadata)).toEqual([true]);
    rig.send(1);
    rig.ingest.metadata(metadataDocument(motionNotification('true')));
    expect(statesIn(events)).toEqual([{ source: SOURCE, state: 'true' }]);
    expect(events.handedOn).toHaveLength(1);
    await rig.clock.run(4_500);
    expect(events.handedOn.map(({ id }) => id)).toEqual([events.handedOn[0]!.id, events.handedOn[0]!.id]);
    rig.ingest.end();
    await rig.clock.run(0);
    expect(statesIn(events).slice(1)).toEqual([{ source: SOURCE, state: 'unknown' }]);
    const signals = events.handedOn.length;
    await rig.clock.run(10_000);
    expect(events.handedOn).toHaveLength(signals);
    await node.stop();
    expect([rig.cameras.sessions, rig.ingest.over]).toEqual([[], true]);
  });

  it('says once that the camera sends no metadata, and again after it has', async () => {
    const rig = new NodeRig();
    const { node } = nodeOf(rig, 'http');
    node.start();
    for (const metadata of ['none', 'none', 'taken', 'unreadable'] as const) {
      rig.bridge.answer = { ...HERE, metadata };
      await rig.connected();
      rig.send(1);
      if (metadata === 'taken') rig.ingest.metadata(metadataDocument(motionNotification('false')));
      rig.ingest.end();
    }
    expect(rig.ingest.spec.transport).toBe('http');
    expect(rig.journal.named('ProtocolError').map(({ data }) => data)).toEqual([
      { code: 'OnvifUnsupported', protocol: 'onvif', message: expect.stringContaining('offers no track') },
      { code: 'OnvifUnsupported', protocol: 'onvif', message: expect.stringContaining('compressed or as EXI only') },
    ]);
    await node.stop();
  });

  it('says once why the camera cannot be had', async () => {
    const rig = new NodeRig();
    rig.bridge.answer = refusal('auth', '401');
    const { node } = nodeOf(rig);
    node.start();
    await rig.clock.run(900_000);
    expect(rig.bridge.ingests.length).toBeGreaterThan(1);
    expect(rig.journal.named('AuthenticationError')).toMatchObject([
      { subject: '/livePipelines/p1/sources/cameraEvents', data: { errorCode: '401', protocol: 'rtsp' } },
    ]);
    await node.stop();
  });
});
