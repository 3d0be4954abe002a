import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Mosquitto, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { loadConfig } from '../../engine/config/index.js';
import { type Service, startService } from '../../engine/service.js';
import { isNamed, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { parsePrometheus } from '../kit/prometheus-text.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const SAMPLES = resolve(import.meta.dirname, '../../../shared/ava/topologies');
const missing = mosquittoMissing ?? (existsSync(SAMPLES) ? undefined : "skipped: AVA's topologies are not at hand");
if (missing) console.warn(missing);

const DEVICE = 'my-device';
const BASE = `devices/${DEVICE}/modules/avaedge`;
const USER = `my-hub.azure-devices.net/${DEVICE}/avaedge/?api-version=2018-06-30`;

/** What an Edge hub lets a module do: these topics, and no other. */
const ACCESS = `
user ${USER}
topic write ${BASE}/messages/events/#
topic read ${BASE}/inputs/#
topic read $iothub/methods/POST/#
topic write $iothub/methods/res/#

user edge-hub
topic readwrite #
topic readwrite $iothub/#
`;

interface Message {
  /** Of the topic's property bag. */
  properties: Record<string, string>;
  body: unknown;
}

interface Answer {
  status: number;
  payload: unknown;
}

/** The other side: what the Edge hub does with a module's topics, on a plain broker that keeps to its access rules. */
class EdgeHub {
  readonly messages: Message[] = [];
  readonly #client: MqttClient;
  readonly #answers = new Map<string, Answer>();
  #rid = 0;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload) => {
      const method = /^\$iothub\/methods\/res\/(\d+)\/\?\$rid=(.+)$/.exec(topic);
      if (method) {
        this.#answers.set(method[2]!, { status: Number(method[1]), payload: JSON.parse(payload.toString()) });
        return;
      }
      const bag = topic.slice(`${BASE}/messages/events/`.length);
      this.messages.push({
        properties: Object.fromEntries(new URLSearchParams(bag)),
        body: JSON.parse(payload.toString()),
      });
    });
  }

  static async connect(url: string): Promise<EdgeHub> {
    const client = await connectAsync(url, { protocolVersion: 4, username: 'edge-hub' });
    const hub = new EdgeHub(client);
    await client.subscribeAsync([`${BASE}/messages/events/#`, '$iothub/methods/res/#'], { qos: 1 });
    return hub;
  }

  /** A direct method, as the service asks for it. */
  async invoke(method: string, payload: unknown): Promise<Answer> {
    const rid = `${++this.#rid}`;
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.#client.publishAsync(`$iothub/methods/POST/${method}/?$rid=${rid}`, body, { qos: 1 });
    return await vi.waitFor(
      () => {
        const answer = this.#answers.get(rid);
        if (!answer) throw new Error(`no answer to ${method}`);
        return answer;
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  /** A message of another module, by a route into an input. */
  async send(input: string, body: unknown, properties: Record<string, string> = {}): Promise<void> {
    const bag = Object.entries({ '$.cdid': DEVICE, '$.cmid': 'sensor', ...properties })
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('&');
    await this.#client.publishAsync(`${BASE}/inputs/${input}/${bag}`, JSON.stringify(body), { qos: 1 });
  }

  named(lastPart: string, output: string): Message[] {
    return this.messages.filter(
      ({ properties }) => properties['eventType']?.endsWith(`.${lastPart}`) && properties['$.on'] === output,
    );
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}

describe.skipIf(missing)("the whole engine on an Azure IoT Edge hub's topics", () => {
  let broker: Mosquitto;
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let hub: EdgeHub;

  beforeAll(async () => {
    broker = await Mosquitto.start({ files: { access: ACCESS }, config: ['acl_file FOLDER/access', 'log_type all'] });
    camera = await startCamera({ scenes: ['busy'] });
    hub = await EdgeHub.connect(broker.url);
    const { config } = loadConfig({
      env: {},
      overrides: {
        device: DEVICE,
        'mqtt.url': broker.url,
        'mqtt.layout': 'azure-iot-edge',
        'mqtt.protocol': '3.1.1',
        'mqtt.clientId': `${DEVICE}/avaedge`,
        'mqtt.username': USER,
        'http.address': '',
        operationalEventsOutputName: 'operational',
        diagnosticsEventsOutputName: 'diagnostics',
      },
    });
    test = await openTestEngine({ config });
    service = await startService(test.engine);
    // A request that comes before the engine has subscribed to inputs and methods is nobody's.
    await vi.waitFor(
      () => expect(broker.output.match(new RegExp(`Sending SUBACK to ${DEVICE}/avaedge`, 'g'))).toHaveLength(2),
      { timeout: 60_000 },
    );
  });

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await hub?.close();
    await camera?.stop();
    await broker?.close();
  });

  const metric = async (name: string, result?: string): Promise<number | undefined> =>
    parsePrometheus(await test.engine.metrics.text()).find(
      (sample) => sample.name === name && sample.labels['result'] === result,
    )?.value;

  const sample = (folder: string): { name: string } =>
    JSON.parse(readFileSync(resolve(SAMPLES, folder, 'topology.json'), 'utf8'));

  const activate = async (name: string, topology: string): Promise<void> => {
    expect(await hub.invoke('livePipelineSet', livePipeline(name, topology, { rtspUrl: camera.url }))).toMatchObject({
      status: 201,
      payload: { name, properties: { state: 'inactive' } },
    });
    expect(await hub.invoke('livePipelineActivate', { '@apiVersion': '1.1', name })).toEqual({
      status: 200,
      payload: null,
    });
  };

  it('answers direct methods with the status in the topic and the result alone in the payload', async () => {
    expect(await hub.invoke('pipelineTopologySet', sample('motion-detection'))).toMatchObject({
      status: 201,
      payload: { name: 'MotionDetection' },
    });
    expect(await hub.invoke('livePipelineGet', { '@apiVersion': '1.1', name: 'nobody' })).toMatchObject({
      status: 404,
      payload: { error: { code: 'NotFound' } },
    });
    expect(await hub.invoke('livePipelineList', 'not json')).toMatchObject({ status: 400 });
    expect(await hub.invoke('noSuchMethod', {})).toMatchObject({ status: 501 });
  });

  it("sends analytics through the sink's output, and diagnostics through the configured one, as AVA's messages", async () => {
    await activate('motion', 'MotionDetection');
    await vi.waitFor(() => expect(hub.named('Inference', 'inferenceOutput').length).toBeGreaterThan(0), 30_000);
    const { properties, body } = hub.named('Inference', 'inferenceOutput')[0]!;
    const event = test.events.find(({ id }) => id === properties['$.mid'])!;
    expect(body).toEqual(event.data);
    const motion = expect.objectContaining({ type: 'motion' });
    expect(body).toEqual({ timestamp: expect.any(Number), inferences: expect.arrayContaining([motion]) });
    expect(properties).toEqual({
      '$.on': 'inferenceOutput',
      '$.mid': event.id,
      '$.ct': 'application/json',
      '$.ce': 'utf-8',
      topic: event.topic,
      subject: '/edgeModules/avaedge/livePipelines/motion/processors/motionDetection',
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      eventTime: event.eventTime,
      dataVersion: '1.0',
      seq: String(event.seq),
    });
    const [established] = hub.named('MediaSessionEstablished', 'diagnostics');
    expect(established?.body).toEqual({ sdp: expect.stringContaining('v=0') });
    expect(await hub.invoke('livePipelineDeactivate', { name: 'motion' })).toEqual({ status: 200, payload: null });
  });

  it('a message of another module opens the gate of every pipeline, or of the one in its properties', async () => {
    const topology = sample('evr-hubMessage-file-sink');
    expect((await hub.invoke('pipelineTopologySet', topology)).status).toBe(201);
    for (const name of ['door', 'window']) await activate(name, topology.name);
    const media = (name: string) =>
      test.events.some((event) => isNamed(event, 'MediaSessionEstablished') && event.subject.includes(`/${name}/`));
    await test.until(() => media('door') && media('window'));
    await hub.send('recordingTrigger', { open: true }, { pipeline: 'window' });
    await vi.waitFor(() => expect(hub.named('RecordingStarted', 'operational')).toHaveLength(1), 30_000);
    await hub.send('recordingTrigger', { open: true });
    await vi.waitFor(() => expect(hub.named('RecordingStarted', 'operational')).toHaveLength(2), 30_000);
    const subjects = hub.named('RecordingStarted', 'operational').map(({ properties }) => properties['subject']);
    expect(subjects).toEqual(
      ['window', 'door'].map((name) => `/edgeModules/avaedge/livePipelines/${name}/sinks/fileSink`),
    );
    for (const name of ['door', 'window']) {
      expect((await hub.invoke('livePipelineDeactivate', { name })).status).toBe(200);
    }
    await vi.waitFor(() => expect(hub.named('RecordingAvailable', 'operational')).toHaveLength(2), 30_000);
    const triggers = test.named('InputReceived').map(({ id }) => id);
    for (const { properties, body } of hub.named('RecordingAvailable', 'operational')) {
      expect(triggers).toContain(properties['$.cid']);
      const { outputLocation } = body as { outputLocation: string };
      expect(existsSync(outputLocation)).toBe(true);
    }
  }, 120_000);

  it('has kept to the topics that such a hub allows, and the metrics tell of all of it', async () => {
    await vi.waitFor(async () => expect(await metric('sluice_mqtt_lag_events')).toBe(0), 60_000);
    const acknowledged = await metric('sluice_mqtt_events_acknowledged_total');
    expect(acknowledged).toBeGreaterThan(5);
    await vi.waitFor(() => expect(hub.messages).toHaveLength(acknowledged!), 60_000);
    expect(await metric('sluice_mqtt_inputs_total', 'delivered')).toBe(2);
    expect(await metric('sluice_mqtt_inputs_total', 'refused')).toBe(0);
    expect(await metric('sluice_mqtt_methods_refused_total')).toBe(1);
    expect(broker.output).not.toMatch(/denied/i);
    const stray = await connectAsync(broker.url, { protocolVersion: 4, username: USER, clientId: 'stray' });
    await stray.publishAsync('sluice/avaedge/outputs/operational', '{}', { qos: 1 });
    await vi.waitFor(() => expect(broker.output).toMatch(/denied publish from stray/i), 60_000);
    await stray.endAsync(true);
    const failures = (await metric('sluice_mqtt_connection_failures_total'))!;
    await broker.kill();
    await vi.waitFor(async () => expect(await metric('sluice_mqtt_connected')).toBe(0), 60_000);
    await vi.waitFor(async () => {
      expect(await metric('sluice_mqtt_connection_failures_total')).toBeGreaterThan(failures + 1);
    }, 60_000);
    await broker.run();
    await vi.waitFor(async () => expect(await metric('sluice_mqtt_connections_total')).toBe(2), 30_000);
  });
});
