import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { Mosquitto, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { loadConfig } from '../../engine/config/index.js';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const TOPOLOGY = fileURLToPath(
  new URL('../../../shared/ava/topologies/evr-hubMessage-file-sink/topology.json', import.meta.url),
);
const missing = mosquittoMissing ?? (existsSync(TOPOLOGY) ? undefined : "skipped: AVA's topologies are not at hand");
if (missing) console.warn(missing);

let camera: TestCamera | undefined;
let test: TestEngine | undefined;
let broker: Mosquitto | undefined;
let service: Service | undefined;
afterEach(async () => {
  await service?.close();
  await test?.remove();
  await camera?.stop();
  await broker?.close();
});

it.skipIf(missing)(
  "AVA's external sensor: every message of the door opens the gate for a new file, told over the broker",
  async () => {
    broker = await Mosquitto.start();
    camera = await startCamera({ scenes: ['quiet'] });
    const { config } = loadConfig({
      env: {},
      overrides: {
        'mqtt.url': broker.url,
        'mqtt.subscriberPatience': '0s',
        'http.address': '',
        operationalEventsOutputName: 'operational',
      },
    });
    test = await openTestEngine({ config });
    service = await startService(test.engine);
    const told: Array<{ eventType: string; correlationId: string | undefined; outputLocation: string }> = [];
    const listener = await connectAsync(broker.url, { protocolVersion: 5 });
    listener.on('message', (topic, payload, packet) => {
      if (!topic.endsWith('/operational')) return;
      const { eventType = '', correlationId } = packet.properties!.userProperties as Record<string, string>;
      const { outputLocation } = JSON.parse(payload.toString()) as { outputLocation: string };
      told.push({ outputLocation, eventType, correlationId });
    });
    await listener.subscribeAsync('sluice/avaedge/outputs/operational', { qos: 1 });

    // Through the broker from the first to the last: the methods as well.
    const call = async (method: string, payload: unknown): Promise<{ status: number; payload: unknown }> => {
      const rid = `${method}-${Math.random()}`;
      const topic = `sluice/avaedge/methods/${method}/${rid}`;
      await listener.subscribeAsync(`${topic}/response`, { qos: 1 });
      const answer = new Promise<{ status: number; payload: unknown }>((resolve) => {
        const take = (from: string, body: Buffer): void => {
          if (from === `${topic}/response`) resolve(JSON.parse(body.toString()));
        };
        listener.on('message', take);
      });
      await listener.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
      return await answer;
    };
    const topology = JSON.parse(readFileSync(TOPOLOGY, 'utf8')) as { name: string };
    expect(await call('pipelineTopologySet', topology)).toMatchObject({ status: 201 });
    expect(await call('livePipelineSet', livePipeline('door', topology.name, { rtspUrl: camera.url }))).toMatchObject({
      status: 201,
    });
    expect(await call('livePipelineActivate', { '@apiVersion': '1.1', name: 'door' })).toMatchObject({ status: 200 });
    await test.until((events) => events.some((event) => event.eventType.endsWith('MediaSessionEstablished')));

    const sensor = (topic: string): void => {
      const args = ['-h', '127.0.0.1', '-p', String(broker!.port), '-q', '1', '-t', topic, '-m', '{"door":"open"}'];
      expect(spawnSync('mosquitto_pub', args).status).toBe(0);
    };
    const available = (): typeof told => told.filter(({ eventType }) => eventType.endsWith('RecordingAvailable'));
    for (const [index, topic] of ['recordingTrigger', 'recordingTrigger/another', 'recordingTrigger/door'].entries()) {
      sensor(`sluice/avaedge/inputs/${topic}`);
      // A message for another pipeline opens nothing.
      if (topic.endsWith('another')) continue;
      const clips = index === 0 ? 1 : 2;
      await test.until(
        (events) => events.filter(({ eventType }) => eventType.endsWith('RecordingAvailable')).length === clips,
      );
      await expect.poll(() => available().length, { timeout: 60_000 }).toBe(clips);
    }
    const files = available().map(({ outputLocation }) => outputLocation);
    expect(new Set(files).size).toBe(2);
    for (const file of files) {
      const clip = await judgeClip(file);
      expect(clip.complaints).toBe('');
      expect(clip.durationSeconds).toBeGreaterThan(9.9);
    }
    const triggers = test.named('InputReceived').map(({ id }) => id);
    expect(available().map(({ correlationId }) => correlationId)).toEqual(triggers);
    await listener.endAsync(true);
  },
  120_000,
);
