import { describe, expect, it } from 'vitest';
import { toTicks90k, type UtcMicros } from '../../../../engine/core/time.js';
import { ExtensionRun, type PlacedAnswer } from '../../../../engine/nodes/extension-run.js';
import { extensionSettings } from '../../../../engine/nodes/extension-settings.js';
import { emitAnswer } from '../../../../engine/nodes/inference-event.js';
import { FakeInferenceClient } from '../../../kit/fake-inference-client.js';
import { FoundCamera } from '../../../kit/found-camera.js';
import { FakeOutlet, NodeRig } from '../../../kit/node-rig.js';

const AVA = '#Microsoft.VideoAnalyzer.';
const entity = (l: number, t: number, w: number, h: number) => ({
  type: 'entity',
  entity: { tag: { value: 'car', confidence: 0.9 }, box: { l, t, w, h } },
});
const MOTION = { type: 'motion', motion: {} };

class Rig extends NodeRig {
  readonly camera = new FoundCamera();
  readonly client: FakeInferenceClient;
  readonly outlet = new FakeOutlet(this.context('http'));
  readonly answers: PlacedAnswer[] = [];
  readonly lost: number[] = [];
  readonly run: ExtensionRun;

  constructor(document: Record<string, unknown> = {}, { filters = false, window = 1 } = {}) {
    super();
    this.camera.filters = filters;
    this.client = new FakeInferenceClient(window);
    const context = this.context('http');
    const links = this.links({ pictures: [this.camera], events: this.outlet });
    const url = 'http://user:secret@model/score';
    this.run = new ExtensionRun({
      settings: extensionSettings({ endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url }, ...document } as never),
      ...{ context, links, client: this.client, protocol: 'http' },
      onAnswer: (answer) => {
        this.answers.push(answer);
        emitAnswer(answer, context, links);
      },
      onLost: (at) => this.lost.push(at),
    });
    this.run.start();
  }

  async count(series: string): Promise<number | undefined> {
    const line = (await this.metrics.text()).split('\n').find((each) => each.startsWith(`sluice_${series} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }
}

const at = (cause: string) => `inference_dropped_total{pipeline="p1",node="http",cause="${cause}"}`;

describe('an extension', () => {
  it('asks for pictures as its document says', () => {
    const scale = { mode: 'preserveAspectRatio', width: '416', height: '300' };
    const format = { '@type': `${AVA}ImageFormatRaw`, pixelFormat: 'rgb565be' };
    const rig = new Rig({ image: { scale, format }, samplingOptions: { maximumSamplesPerSecond: '0.2' } });
    const policy = { kind: 'fps', fps: 0.2 };
    expect(rig.camera.opened.map(({ request }) => request)).toEqual([
      { width: 416, height: 300, fit: 'inside', format: 'rgb565', policy },
    ]);
  });

  it('takes JPEGs of the stream’s size, of all pictures, where its document says nothing', () => {
    const rig = new Rig();
    const policy = { kind: 'full' };
    expect(rig.camera.opened.map(({ request }) => request)).toEqual([
      { fit: 'pad', format: 'jpeg', quality: 85, policy },
    ]);
  });

  it('sends a picture with its time, and publishes what was found, in the camera’s picture', async () => {
    const rig = new Rig();
    rig.camera.show([40_000]);
    const timestamp = toTicks90k(41_000 as UtcMicros);
    expect(rig.client.sent).toMatchObject([{ pts: 40_000, timestamp, image: { width: 160, height: 160 } }]);
    expect([...rig.client.sent[0]!.image.data]).toEqual([40_000 & 255]);
    // The picture is 90 lines high in 160, from line 35 on.
    rig.client.answer([entity(0.25, 35 / 160, 0.5, 45 / 160)]);
    expect(rig.outlet.emitted).toMatchObject([
      {
        ...{
          kind: 'inference',
          at: 40_000,
          eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
          eventTime: 41_000,
        },
        data: { timestamp, inferences: [entity(0.25, 0, 0.5, 0.5)], delaySeconds: expect.any(Number) },
      },
    ]);
    expect(await rig.count('inference_calls_total{pipeline="p1",node="http"}')).toBe(1);
    expect(await rig.count('inference_answers_total{pipeline="p1",node="http",found="something"}')).toBe(1);
  });

  it('tells the server what was found before, in the picture as it is sent', () => {
    const rig = new Rig();
    rig.camera.show([40], { inferences: [MOTION, entity(0.25, 0, 0.5, 0.5)] });
    expect(rig.client.sent[0]?.found).toEqual([MOTION, entity(0.25, 0.21875, 0.5, 0.28125)]);
  });

  it('publishes nothing where nothing was found', async () => {
    const rig = new Rig();
    rig.camera.show([40]);
    rig.client.answer([]);
    expect(rig.outlet.emitted).toEqual([]);
    expect(rig.answers).toHaveLength(1);
    expect(await rig.count('inference_answers_total{pipeline="p1",node="http",found="nothing"}')).toBe(1);
  });

  it('publishes JSON that is not of the schema as it came', () => {
    const rig = new Rig();
    rig.camera.show([40]);
    rig.client.answer([], { cars: 3, timestamp: 'now' });
    expect(rig.outlet.emitted).toMatchObject([{ data: { cars: 3, timestamp: toTicks90k(1_040 as UtcMicros) } }]);
  });

  it('lets the newest picture wait for a server that is busy, and counts those that it takes the place of', async () => {
    const rig = new Rig();
    rig.camera.show([1, 2, 3, 4]);
    rig.client.answer([]);
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([1, 4]);
    expect(rig.client.sent.map(({ image }) => image.data[0])).toEqual([1, 4]);
    expect(await rig.count(at('serverBusy'))).toBe(2);
  });

  it('keeps nothing for a server that is away', async () => {
    const rig = new Rig();
    rig.client.ready = false;
    rig.camera.show([1, 2]);
    rig.client.ready = true;
    rig.client.handlers?.onReady();
    expect(rig.client.sent).toEqual([]);
    rig.camera.show([3]);
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([3]);
    expect(await rig.count(at('serverAway'))).toBe(2);
  });

  it('has several pictures under way if the server takes them', () => {
    const rig = new Rig({}, { window: 3 });
    rig.camera.show([1, 2, 3, 4, 5]);
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([1, 2, 3]);
    rig.client.answer([entity(0, 0.5, 0.5, 0.2)], undefined, rig.client.sent[1]);
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([1, 2, 3, 5]);
    expect(rig.answers.map((answer) => answer.at)).toEqual([2]);
  });

  it('sends only pictures in which something was found, thinned by itself', async () => {
    const samplingOptions = { skipSamplesWithoutAnnotation: 'true', maximumSamplesPerSecond: '1' };
    const rig = new Rig({ samplingOptions });
    expect(rig.camera.opened[0]?.request.policy).toEqual({ kind: 'keyframes' });
    rig.camera.show([0, 500_000, 1_000_000]);
    rig.camera.show([1_100_000, 1_600_000, 2_100_000], { inferences: [MOTION] });
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([1_100_000]);
    rig.client.answer([]);
    rig.camera.show([2_200_000], { inferences: [MOTION] });
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([1_100_000, 2_100_000]);
    expect(await rig.count(at('withoutAnnotation'))).toBe(3);
    expect(await rig.count(at('sampledOut'))).toBe(2);
  });

  it('thins behind a node that lets few pictures through, so that a short event has one', () => {
    const rig = new Rig({ samplingOptions: { maximumSamplesPerSecond: '0.2' } }, { filters: true });
    expect(rig.camera.opened[0]?.request.policy).toEqual({ kind: 'keyframes' });
    rig.camera.show([7_000_000, 7_200_000]);
    expect(rig.client.sent.map(({ pts }) => pts)).toEqual([7_000_000]);
  });

  it('tells of a server in trouble, and when it answers again, without its credentials', async () => {
    const rig = new Rig();
    rig.camera.show([1]);
    rig.client.handlers?.onTrouble({ kind: 'network', code: 'ECONNREFUSED', message: 'no', retryInMs: 1_250 });
    rig.client.lose('connection');
    rig.client.handlers?.onTrouble({ kind: 'protocol', code: '500', message: 'oh' });
    rig.client.handlers?.onTrouble({ kind: 'authentication', code: '401', message: 'who' });
    rig.client.handlers?.onRecovered();
    const common = { target: 'http://model/score', protocol: 'http' };
    expect(rig.journal.drafts.map(({ eventType, data }) => [eventType.split('.').at(-1), data])).toEqual([
      ['NetworkError', { errorCode: 'ECONNREFUSED', ...common, message: 'no', retryInSeconds: 1.3 }],
      ['ProtocolError', { code: '500', ...common, message: 'oh' }],
      ['AuthenticationError', { errorCode: '401', ...common, message: 'who' }],
      ['InferenceRestored', { state: 'restored', target: 'http://model/score', unanswered: 1 }],
    ]);
    expect(rig.lost).toEqual([1]);
    expect(await rig.count('inference_lost_total{pipeline="p1",node="http",cause="connection"}')).toBe(1);
  });

  it('says when it gets no pictures, and opens no gate for that', () => {
    const rig = new Rig();
    rig.camera.opened[0]?.handlers.onBlind?.('no picture came out of the decoder');
    rig.camera.opened[0]?.handlers.onBlind?.(null);
    expect(rig.journal.drafts.map(({ eventType }) => eventType.split('.').at(-1))).toEqual([
      'DetectionDegraded',
      'DetectionRestored',
    ]);
    const cause = 'no picture came out of the decoder';
    expect(rig.journal.drafts.map(({ data }) => data)).toEqual([
      { state: 'degraded', cause, action: 'none' },
      { state: 'restored', cause },
    ]);
    expect(rig.outlet.handedOn).toEqual([]);
  });

  it('passes pictures on with what was found in them', () => {
    const rig = new Rig({ samplingOptions: { maximumSamplesPerSecond: '2' } });
    const seen: unknown[] = [];
    rig.run.pictures.open(
      { width: 320, format: 'i420', policy: { kind: 'full' } },
      { onPicture: ({ pts }, { inferences, asked }) => seen.push([pts, asked, inferences.length]) },
    );
    const [own, behind] = rig.camera.opened;
    rig.camera.show([10], { to: [own!] });
    rig.camera.show([10, 20], { to: [behind!] });
    own?.handlers.onSkipped?.(20);
    expect(seen).toEqual([]);
    rig.client.answer([entity(0, 0.3, 0.1, 0.1)]);
    expect(seen).toEqual([
      [10, true, 1],
      [20, false, 0],
    ]);
  });

  it('stops with its client, and gives its place at the camera back', async () => {
    const rig = new Rig();
    await rig.run.stop();
    await rig.run.stop();
    expect([rig.camera.closed, rig.client.stops]).toEqual([1, 2]);
  });
});
