import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { Mosquitto, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { loadConfig } from '../../engine/configuration.js';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { discoveryFaults } from '../kit/home-assistant-schema.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { jpegSize } from '../kit/stills.js';
import { until } from '../kit/until.js';

if (mosquittoMissing) console.warn(mosquittoMissing);

const STATE = 'sluice/avaedge/state/camera/door';
const AVAILABILITY = 'sluice/avaedge/state/availability';
const DISCOVERY = 'homeassistant/device/sluice_edge_avaedge_door/config';
const PICTURE = 'sluice/avaedge/pictures/door';

let camera: TestCamera | undefined;
let test: TestEngine | undefined;
let broker: Mosquitto | undefined;
let service: Service | undefined;
let home: MqttClient | undefined;
afterEach(async () => {
  await home?.endAsync(true);
  await service?.close();
  await test?.remove();
  await camera?.stop();
  await broker?.close();
});

it.skipIf(mosquittoMissing)(
  'a camera appears in Home Assistant, is there what it is here, and goes when it goes',
  async () => {
    broker = await Mosquitto.start();
    camera = await startCamera({ scenes: ['motion'] });
    const overrides = { 'mqtt.url': broker.url, 'http.address': '', 'homeAssistant.enabled': 'true' };
    const { config } = loadConfig({ env: {}, overrides });
    test = await openTestEngine({ config });
    service = await startService(test.engine);
    // As Home Assistant does by default, and with what it can read there: no user properties.
    home = await connectAsync(broker.url, { protocolVersion: 4 });
    const heard = new Map<string, Buffer[]>();
    home.on('message', (topic, payload) => heard.set(topic, [...(heard.get(topic) ?? []), payload]));
    await home.subscribeAsync(['homeassistant/#', 'sluice/avaedge/#'], { qos: 1 });
    const all = (topic: string): string[] => (heard.get(topic) ?? []).map(String);
    const is = (topic: string): string | undefined => all(topic).at(-1);
    const wait = (what: string, condition: () => boolean) => until(what, condition, 60_000);
    await wait('the engine is online', () => is(AVAILABILITY) === 'online');

    const topology = motionToFiles({ maximum: 'PT10S' });
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('door', topology.name, { rtspUrl: camera.url }));
    await wait('the camera is announced', () => is(DISCOVERY) !== undefined);
    expect(discoveryFaults({ topic: DISCOVERY, payload: is(DISCOVERY)! })).toEqual([]);
    await wait('it is not connected', () => is(`${STATE}/connected`) === 'OFF' && is(`${STATE}/motion`) === 'UNKNOWN');

    await test.engine.pipelines.activate('door');
    await wait('it is connected', () => is(`${STATE}/connected`) === 'ON');
    await wait('something moves', () => is(`${STATE}/motion`) === 'ON');
    await wait('it is recorded', () => is(`${STATE}/recording`) === 'ON');
    await wait('it is neither covered nor blind', () =>
      ['tampered', 'degraded'].every((state) => is(`${STATE}/${state}`) === 'OFF'),
    );
    await wait('there is a picture', () => heard.has(PICTURE));
    expect(jpegSize(heard.get(PICTURE)!.at(-1)!)).toEqual({ width: 640, height: 360 });
    const happened = () => all(`${STATE}/event`).map((text) => JSON.parse(text) as Record<string, unknown>);
    await wait('a recording is finished', () => happened().some((each) => each['event_type'] === 'recordingAvailable'));
    expect(happened().map((each) => each['event_type'])).toContain('motion');
    expect(happened().find((each) => each['event_type'] === 'recordingAvailable')).toMatchObject({
      url: expect.stringContaining('/clips/'),
    });

    // Whoever speaks 3.1.1 gets the whole event, of every kind, though the engine speaks 5 and no output is configured.
    const available = test.named('RecordingAvailable')[0]!;
    const topic = 'sluice/avaedge/events/door/RecordingAvailable';
    await wait('the whole event', () => heard.has(topic));
    expect(JSON.parse(all(topic)[0]!)).toEqual(JSON.parse(JSON.stringify(available)));

    await camera.stop();
    await wait('the camera is away', () => is(`${STATE}/connected`) === 'OFF' && is(`${STATE}/motion`) === 'UNKNOWN');

    heard.delete(DISCOVERY);
    await home.publishAsync('homeassistant/status', 'online');
    await wait('it is announced again to one that has started', () => heard.has(DISCOVERY));

    await test.engine.pipelines.deactivate('door');
    test.engine.pipelines.delete('door');
    const retained = ['connected', 'recording', 'motion', 'tampered', 'degraded', 'discovery'];
    const gone = [DISCOVERY, PICTURE, ...retained.map((state) => `${STATE}/${state}`)];
    await wait('nothing is left of it', () => gone.every((each) => is(each) === ''));
    await service.close();
    await wait('the engine is offline', () => is(AVAILABILITY) === 'offline');
  },
  300_000,
);
