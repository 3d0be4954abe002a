import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Mosquitto, type MosquittoOptions, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { hubSettingsOf, loadConfig } from '../../engine/configuration.js';
import { systemClock } from '../../engine/core/clock.js';
import { MqttHub } from '../../engine/hub/index.js';
import type { CameraNow } from '../../engine/hub/states/camera-now.js';
import { MemoryJournal } from '../kit/memory-journal.js';

if (mosquittoMissing) console.warn(mosquittoMissing);

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const brokerOf = async (options?: MosquittoOptions): Promise<Mosquitto> => {
  const broker = await Mosquitto.start(options);
  cleanUp.push(() => broker.close());
  return broker;
};

const settingsOf = (url: string, overrides: Record<string, string> = {}) =>
  hubSettingsOf(
    loadConfig({ env: {}, overrides: { 'mqtt.url': url, 'mqtt.subscriberPatience': '0s', ...overrides } }).config,
  );

const cameraOf = (name: string, motion: boolean): CameraNow => ({
  ...{ name, pipelines: [name], connected: true, recording: false, scene: { motion } },
});

const hubOf = (url: string, overrides: Record<string, string> = {}, cameras = [cameraOf('door', true)]) => {
  const journal = new MemoryJournal();
  const world = { cameras };
  const hub = new MqttHub({
    settings: settingsOf(url, overrides),
    journal,
    cameras: {
      list: () => world.cameras,
      picture: async (camera) => ({ jpeg: Buffer.from(`picture of ${camera}`), version: '1' }),
    },
    clock: systemClock,
    random: () => 0,
  });
  cleanUp.push(() => hub.stop());
  hub.start();
  return { hub, journal, world };
};

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

/** What is retained below these topics, as one who has just come sees it. */
const retainedAt = async (broker: Mosquitto, ...filters: string[]): Promise<Record<string, string>> => {
  const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  const seen: Record<string, string> = {};
  const fenced = new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      if (topic === 'fence') resolve();
      else seen[topic] = payload.toString();
    });
  });
  await client.subscribeAsync([...filters, 'fence'], { qos: 1 });
  await client.publishAsync('fence', '', { qos: 1 });
  await fenced;
  await client.endAsync(true);
  return seen;
};

const STATES = 'sluice/avaedge/state/#';
const AVAILABILITY = 'sluice/avaedge/state/availability';
const motionOf = (camera: string) => `sluice/avaedge/state/camera/${camera}/motion`;
const HOME = { 'homeAssistant.enabled': 'true' };

describe.skipIf(mosquittoMissing)('states of cameras at a real broker', () => {
  it.each(['5', '3.1.1'])(
    'are retained, and unknown when the engine has gone without a word, on MQTT %s',
    async (version) => {
      const broker = await brokerOf();
      const { hub } = hubOf(broker.url, { 'mqtt.protocol': version });
      await until(async () =>
        expect(await retainedAt(broker, STATES)).toEqual({
          [AVAILABILITY]: 'online',
          [motionOf('door')]: 'ON',
          'sluice/avaedge/state/camera/door/connected': 'ON',
          'sluice/avaedge/state/camera/door/recording': 'OFF',
        }),
      );
      expect(hub.stats().protocol).toBe(version);
      // Another client of the same name takes its place: for the broker, the engine has gone.
      const other = await connectAsync(broker.url, {
        clientId: 'sluice-edge-avaedge',
        reconnectPeriod: 0,
        protocolVersion: 4,
      });
      cleanUp.push(() => other.endAsync(true));
      await until(() => expect(hub.stats().failures).toBeGreaterThan(0));
      await other.endAsync();
      await until(async () => expect((await retainedAt(broker, STATES))[AVAILABILITY]).toBe('online'));
      await hub.stop();
      expect((await retainedAt(broker, STATES))[AVAILABILITY]).toBe('offline');
    },
  );

  it('are there again when a broker that forgets everything has come back', async () => {
    const broker = await brokerOf();
    const { world } = hubOf(broker.url, HOME);
    const all = () => retainedAt(broker, STATES, 'homeassistant/#', 'sluice/avaedge/pictures/#');
    await until(async () => expect(Object.keys(await all())).toHaveLength(7));
    const before = await all();
    await broker.kill();
    world.cameras = [cameraOf('door', false)];
    await broker.run();
    await until(async () => expect(await all()).toEqual({ ...before, [motionOf('door')]: 'OFF' }));
  });

  it('of cameras that went while the engine was away are cleared by the next run', async () => {
    const broker = await brokerOf();
    const first = hubOf(broker.url, HOME, [cameraOf('door', true), cameraOf('gone', true)]);
    const all = () => retainedAt(broker, STATES, 'homeassistant/#', 'sluice/avaedge/pictures/#');
    await until(async () => expect(Object.keys(await all())).toHaveLength(13));
    await first.hub.stop();
    hubOf(broker.url, HOME, [cameraOf('door', true)]);
    await until(async () => {
      const left = await all();
      expect(Object.keys(left).filter((topic) => topic.includes('gone'))).toEqual([]);
      expect(left[AVAILABILITY]).toBe('online');
      expect(Object.keys(left)).toHaveLength(7);
    });
  });

  it('leave nothing behind when Home Assistant is no longer to be told, or topics are renamed', async () => {
    const broker = await brokerOf();
    const { hub } = hubOf(broker.url, HOME);
    const all = () => retainedAt(broker, '#');
    await until(async () => expect(Object.keys(await all())).toHaveLength(7));
    await hub.reconfigure(settingsOf(broker.url));
    await until(async () => expect(Object.keys(await all())).toHaveLength(4));
    await hub.reconfigure(
      settingsOf(broker.url, {
        'mqtt.topics.state': 'house/{camera}/{state}',
        'mqtt.topics.availability': 'house/sluice',
      }),
    );
    await until(async () =>
      expect(await all()).toEqual({
        'house/sluice': 'online',
        ...{ 'house/door/connected': 'ON', 'house/door/recording': 'OFF', 'house/door/motion': 'ON' },
      }),
    );
  });

  it.each(['5', '3.1.1'])('hold up nothing where access rules know nothing of them, on MQTT %s', async (version) => {
    const broker = await brokerOf({
      files: { acl: 'topic readwrite sluice/avaedge/outputs/#\ntopic read sluice/avaedge/inputs/#\n' },
      config: ['acl_file FOLDER/acl'],
    });
    const { hub, journal } = hubOf(broker.url, { 'mqtt.protocol': version });
    await until(() => expect(hub.stats().state).toBe('connected'));
    const listener = await connectAsync(broker.url, { protocolVersion: 4 });
    cleanUp.push(() => listener.endAsync(true));
    const heard: string[] = [];
    listener.on('message', (_topic, payload) => heard.push(payload.toString()));
    await listener.subscribeAsync('sluice/avaedge/outputs/#', { qos: 1 });
    for (let n = 0; n < 20; n++) journal.add({ output: 'o', data: { n } });
    await until(() => expect(heard).toHaveLength(20));
    await until(() => expect(hub.stats()).toMatchObject({ connections: 1, failures: 0, acknowledged: 20, lag: 0 }));
    // On 3.1.1 a broker cannot say no.
    if (version === '5') {
      await until(() => expect(hub.stats().wholeEvents).toMatchObject({ acknowledged: 0, lag: 20 }));
    }
  });
});

describe.skipIf(mosquittoMissing)('whole events at a real broker', () => {
  it('come in order and go on where they were, and begin anew when they were not wanted for a time', async () => {
    const broker = await brokerOf();
    const { hub, journal } = hubOf(broker.url);
    const listener = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 100 });
    cleanUp.push(() => listener.endAsync(true));
    const heard: number[] = [];
    listener.on('message', (_topic, payload) => heard.push((JSON.parse(payload.toString()) as { seq: number }).seq));
    await listener.subscribeAsync('sluice/avaedge/events/#', { qos: 1 });
    journal.add({}, { pipeline: 'door' }, { eventType: 'Sluice.Operational.EngineStarted' });
    await until(() => expect(heard).toEqual([1, 2, 3]));
    await until(() => expect(hub.stats().wholeEvents).toMatchObject({ cursor: 3, lag: 0 }));
    await hub.reconfigure(settingsOf(broker.url, { 'mqtt.wholeEvents': 'none' }));
    journal.add({}, {});
    await until(() => expect(hub.stats().lag).toBe(0));
    expect(hub.stats().wholeEvents).toBeUndefined();
    await hub.reconfigure(settingsOf(broker.url));
    journal.add({});
    await until(() => expect(heard).toEqual([1, 2, 3, 6]));
  });
});
