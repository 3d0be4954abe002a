import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../../../bridge/index.js';
import { MICROS_PER_MS, seconds } from '../../../../../engine/core/time.js';
import type { Found } from '../../../../../engine/nodes/links.js';
import { RtspSourceNode } from '../../../../../engine/nodes/rtsp-source/node.js';
import { HERE, refusal } from '../../../../kit/fake-bridge.js';
import { NodeRig } from '../../../../kit/node-rig.js';
import { FRAME, h264Unit } from '../../../../kit/units.js';

const ENDPOINT = { url: 'rtsp://user:secret@camera/1', secured: false, ignoreHostname: false, ignoreSignature: false };

const source = (rig: NodeRig, name = 'camera', url = ENDPOINT.url): RtspSourceNode =>
  new RtspSourceNode(
    { endpoint: { ...ENDPOINT, url }, transport: 'tcp', priority: 'normal' },
    rig.context(name, 'sources'),
  );

/** A source that has started. */
const started = (rig: NodeRig): RtspSourceNode => {
  const node = source(rig);
  node.start();
  return node;
};

const HALF_AN_HOUR = 30 * 60_000;

describe('an RTSP source', () => {
  it('tells once that the camera is absent, however often it is tried, and again when something else is wrong', async () => {
    const rig = new NodeRig();
    rig.bridge.answer = refusal('network', 'ECONNREFUSED');
    started(rig);
    await rig.clock.run(HALF_AN_HOUR, 1_000);
    expect(rig.journal.drafts).toMatchObject([
      {
        eventType: 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError',
        subject: '/livePipelines/p1/sources/camera',
        data: { errorCode: 'ECONNREFUSED', target: 'rtsp://camera/1' },
      },
    ]);
    expect(rig.metrics.camera('rtsp://camera/1').connectAttempts.value).toBeGreaterThan(20);
    rig.bridge.answer = refusal('auth', '401');
    await rig.clock.run(HALF_AN_HOUR, 1_000);
    expect(rig.journal.told()).toEqual(['NetworkError', 'AuthenticationError']);
    expect(JSON.stringify(rig.journal.drafts)).not.toContain('secret');
  });

  it('tells again of the same failure after the camera had been there', async () => {
    const rig = new NodeRig();
    rig.bridge.answer = refusal('network', 'ECONNREFUSED');
    started(rig);
    await rig.clock.run(60_000, 1_000);
    rig.bridge.answer = HERE;
    await rig.connected();
    await rig.stream(1);
    rig.bridge.answer = refusal('network', 'ECONNREFUSED');
    rig.ingest.end({ kind: 'eos' });
    await rig.clock.run(HALF_AN_HOUR, 1_000);
    const codes = rig.journal.named('NetworkError').map(({ data }) => data['errorCode']);
    expect(codes).toEqual(['ECONNREFUSED', 'eos', 'ECONNREFUSED']);
  });

  it('tells each time that a stream which flowed has ended', async () => {
    const rig = new NodeRig();
    started(rig);
    for (let count = 0; count < 3; count++) {
      await rig.connected();
      await rig.stream(5);
      rig.ingest.end({ kind: 'eos' });
      await rig.clock.run(1);
    }
    const each = ['MediaSessionEstablished', 'NetworkError'];
    expect(rig.journal.told()).toEqual([...each, ...each, ...each]);
  });

  it('tells that media comes once for each connection, with the description', async () => {
    const rig = new NodeRig();
    started(rig);
    await rig.connected();
    expect(rig.journal.drafts).toEqual([]);
    await rig.stream(10);
    expect(rig.journal.named('MediaSessionEstablished')).toMatchObject([{ data: { sdp: 'v=0' } }]);
  });

  it('tells so at once on a session that another pipeline has opened, and connects no second time', async () => {
    const rig = new NodeRig();
    started(rig);
    await rig.connected();
    await rig.stream(10);
    const other = source(rig, 'other');
    other.start();
    expect(rig.journal.named('MediaSessionEstablished').map(({ subject }) => subject)).toEqual([
      '/livePipelines/p1/sources/camera',
      '/livePipelines/p1/sources/other',
    ]);
    await rig.stream(10);
    expect(rig.journal.named('MediaSessionEstablished')).toHaveLength(2);
    expect(rig.bridge.ingests).toHaveLength(1);
  });

  it('tells in each pipeline that its camera kills hosts, and when it is trusted again', async () => {
    const rig = new NodeRig();
    started(rig);
    source(rig, 'other').start();
    const { owner } = rig.session.address;
    source(rig, 'neighbour', 'rtsp://camera/2').start();
    const cause = 'exited with SIGSEGV';
    rig.cameras.isolation({ kind: 'isolated', role: 'decode', owner, deaths: 3, cause, retryInMs: 500 });
    rig.cameras.isolation({ kind: 'released', role: 'decode', owner, deaths: 3 });
    const common = { target: 'rtsp://camera/1', role: 'decode', deaths: 3 };
    expect(rig.journal.named('CameraIsolated')).toMatchObject([
      { subject: '/livePipelines/p1/sources/camera', data: { ...common, cause, retryInSeconds: 0.5 } },
      { subject: '/livePipelines/p1/sources/other' },
    ]);
    expect(rig.journal.named('CameraReleased')).toMatchObject([{ data: common }, { data: common }]);
    expect(JSON.stringify(rig.journal.drafts)).not.toContain(owner);
  });

  it('tells that its camera is decoded by the processor, although there is hardware', () => {
    const rig = new NodeRig();
    started(rig);
    const { owner } = rig.session.address;
    const told = { owner, kind: 'vaapi', retryInMs: 30_000 } as const;
    rig.cameras.fallback({ ...told, code: 'noPicture', cause: 'no picture came' });
    rig.cameras.fallback({
      ...told,
      code: 'noSession',
      cause: '32 streams are decoded by vaapi already',
      retryInMs: 0,
    });
    rig.cameras.fallback({ ...told, owner: 'another', code: 'lost', cause: 'exited' });
    const common = { target: 'rtsp://camera/1', decoder: 'vaapi' };
    expect(rig.journal.named('DecoderFellBack')).toMatchObject([
      { data: { ...common, code: 'noPicture', cause: 'no picture came', retryInSeconds: 30 } },
      { data: { ...common, code: 'noSession', message: expect.stringContaining('until one of them ends') } },
    ]);
  });

  it('tells nothing any more when it has stopped, and keeps the camera until it is let go', async () => {
    const rig = new NodeRig();
    const node = started(rig);
    await rig.connected();
    await rig.stream(10);
    rig.journal.told();
    await node.stop();
    expect(node.session).toBe(rig.session);
    rig.ingest.end({ kind: 'eos' });
    await rig.connected();
    await rig.stream(10);
    expect(rig.journal.told()).toEqual([]);
    await node.release();
    await node.release();
    expect([node.session, rig.cameras.sessions, rig.ingest.over]).toEqual([undefined, [], true]);
  });

  it('passes on the notices of the session', async () => {
    const rig = new NodeRig();
    started(rig);
    await rig.connected();
    for (let n = 1; n < 25 * 12; n++) {
      rig.clock.advance(FRAME / MICROS_PER_MS);
      rig.ingest.unit(h264Unit(n, { gop: 1_000 }));
    }
    expect(rig.journal.named('MediaFormatError')).toMatchObject([
      { subject: '/livePipelines/p1/sources/camera', data: { code: 'noKeyframe' } },
    ]);
  });

  it('counts the bytes that it has received', async () => {
    const rig = new NodeRig();
    started(rig);
    await rig.connected();
    await rig.stream(10);
    const { bytes } = rig.metrics.camera('rtsp://camera/1');
    const text = await rig.metrics.text();
    expect(text).toMatch(new RegExp(`^va_received_bytes_total\\{.*node="camera"\\} ${bytes.value}$`, 'm'));
  });

  it.each(['rtsp://', 'rtsp://camera:99999/1', 'http://camera/1'])('refuses the URL %j, and leases nothing', (url) => {
    const rig = new NodeRig();
    const node = source(rig, 'camera', url);
    expect(() => node.start()).toThrow(expect.objectContaining({ code: 'EndpointUrlInvalid' }));
    expect(rig.cameras.sessions).toEqual([]);
  });
});

describe("an RTSP source's ports", () => {
  it('give units of every track, from now on until the reader leaves', async () => {
    const rig = new NodeRig();
    const node = started(rig);
    expect([...node.media.tracks]).toEqual(['video', 'audio', 'application']);
    await rig.connected();
    await rig.stream(5);
    const seen: number[] = [];
    const leave = node.media.attach({ unit: ({ pts }) => seen.push(pts) });
    await rig.stream(5);
    leave();
    await rig.stream(5);
    expect(seen).toHaveLength(5);
  });

  it('keep as much of the past as the reader asks for', async () => {
    const rig = new NodeRig();
    const node = started(rig);
    const leave = node.media.attach({ span: seconds(10) });
    await rig.connected();
    await rig.stream(25 * 20);
    expect(node.media.session.ringSpan).toBeGreaterThanOrEqual(seconds(10));
    leave();
    await rig.stream(25);
    expect(node.media.session.ringSpan).toBeLessThan(seconds(2));
  });

  it('give pictures in which nothing has been found yet, with their time', async () => {
    const rig = new NodeRig();
    const node = started(rig);
    await rig.connected();
    const seen: Array<{ picture: Picture; found: Found }> = [];
    const blind: Array<string | null> = [];
    const request = { width: 64, format: 'rgb', policy: { kind: 'full' } } as const;
    node.pictures.open(request, {
      onPicture: (picture, found) => seen.push({ picture, found }),
      onBlind: (cause) => blind.push(cause),
    });
    await rig.stream(1);
    rig.decoder.picture();
    expect(seen).toMatchObject([{ picture: { width: 64, format: 'rgb' }, found: { inferences: [], asked: false } }]);
    const { pts } = rig.session.ring.newest!;
    expect(node.pictures.toUtc(pts)).toBe(rig.session.toUtc(pts));
    await rig.stream(25 * 7);
    expect(blind).toEqual([expect.any(String)]);
  });
});
