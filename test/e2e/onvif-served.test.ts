import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeClip } from '../kit/encoded-clip.js';
import { fakeMedia } from '../kit/fake-media.js';
import { FakeMetadata, metadataDocument, motionNotification, withMetadata } from '../kit/fake-metadata.js';
import { FakeOnvifDevice } from '../kit/fake-onvif-device.js';
import { startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { type LoggedEvent, ofType, serveEngine, untilLogged } from '../kit/served-engine.js';
import { tempFolder } from '../kit/temp-files.js';
import { until } from '../kit/until.js';

const PAGE = resolve(import.meta.dirname, '../../docs/ref/onvif.md');
const DEVICE_URL = 'http://192.168.1.20/onvif/device_service';
const USER = { name: 'admin', password: 'onvif-secret' };

/** The nodes that the reference shows, with this device in the place of its own. */
const nodesOfPage = (deviceUrl: string): Array<Record<string, unknown>> =>
  [...readFileSync(PAGE, 'utf8').matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json]) =>
    JSON.parse(json!.replace(DEVICE_URL, deviceUrl)),
  );

const statesOf = (events: readonly LoggedEvent[], node: string): string[] =>
  ofType(events, 'Inference')
    .filter(({ subject }) => subject.endsWith(`/sources/${node}`))
    .map(({ data }) => (data as { inferences: [{ event: { properties: { state: string } } }] }).inferences[0].event)
    .map(({ properties }) => properties.state);

describe('sluice serve', () => {
  it('describes a device, and runs the nodes of the reference on it and on its stream', async () => {
    const device = await FakeOnvifDevice.start({ user: USER, auth: 'digest' });
    onTestFinished(() => device.close());
    const media = fakeMedia(Buffer.concat(encodeClip({ frames: 25 }).units.map(({ payload }) => payload)));
    const camera = await startFakeRtspServer({ media, sdp: withMetadata(media.sdp) });
    onTestFinished(() => camera.close());
    const folder = tempFolder();
    onTestFinished(() => folder.remove());
    const engine = await serveEngine(join(folder.path, 'data'));
    onTestFinished(() => engine.kill());

    const described = await engine.call('onvifDeviceGet', {
      '@apiVersion': '1.1',
      endpoint: {
        '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
        url: device.url,
        credentials: {
          '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
          username: USER.name,
          password: USER.password,
        },
      },
    });
    expect(described).toMatchObject({ status: 200, payload: { hostname: { hostname: 'cam-7' } } });

    const nodes = nodesOfPage(device.url);
    expect(nodes.map(({ name }) => name)).toEqual(['contact', 'cameraEvents']);
    const names = ['user', 'password', 'rtspUrl'];
    const set = await engine.call('pipelineTopologySet', {
      '@apiVersion': '1.1',
      name: 'Events',
      properties: {
        parameters: names.map((name) => ({ name, type: name === 'password' ? 'secretString' : 'string' })),
        sources: nodes,
        sinks: [
          {
            '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
            name: 'hub',
            hubOutputName: 'events',
            inputs: nodes.map(({ name }) => ({ nodeName: name })),
          },
        ],
      },
    });
    expect(set).toMatchObject({ status: 201 });
    const values: Record<string, string> = { user: USER.name, password: USER.password, rtspUrl: camera.url };
    await engine.call('livePipelineSet', {
      '@apiVersion': '1.1',
      name: 'yard',
      properties: { topologyName: 'Events', parameters: names.map((name) => ({ name, value: values[name] })) },
    });
    expect(await engine.call('livePipelineActivate', { '@apiVersion': '1.1', name: 'yard' })).toMatchObject({
      status: 200,
    });

    const metadata = new FakeMetadata();
    await until('the stream to play', () => camera.requests.some(({ method }) => method === 'PLAY'));
    await until('a subscription', () => device.subscriptions === 1);
    device.set('tns1:Device/Trigger/DigitalInput', 'LogicalState', 'true');
    // The camera may play before the engine hears of it; a state that is told again is no change.
    const [base = ''] = engine.urls;
    const events = await untilLogged(base, (all) => {
      camera.send(metadata.control, metadata.packets(metadataDocument(motionNotification('true'))));
      return statesOf(all, 'contact').length > 0 && statesOf(all, 'cameraEvents').length > 0;
    });
    expect([statesOf(events, 'contact'), statesOf(events, 'cameraEvents')]).toEqual([['true'], ['true']]);
    expect(await engine.end()).toEqual({ code: 0, signal: null });
    expect(device.subscriptions).toBe(0);
    expect(engine.log()).not.toContain(USER.password);
  });
});
