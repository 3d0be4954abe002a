import { afterEach, describe, expect, it } from 'vitest';
import { isNamed, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { FakeOnvifDevice } from '../kit/fake-onvif-device.js';
import { judgeClip } from '../kit/judge-clip.js';
import { ringHolds } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const TOPIC = 'tns1:RuleEngine/CellMotionDetector/Motion';
const PRE_ROLL_SECONDS = 3;

/** The gate that a message opens, with a camera's own events in place of the message. */
const onvifToFiles = () => {
  const evr = messageToFiles({ name: 'OnvifToFiles', offset: `-PT${PRE_ROLL_SECONDS}S`, maximum: 'PT20S' });
  const [rtsp] = evr.properties.sources;
  const [gate] = evr.properties.processors;
  const onvif = {
    '@type': '#Sluice.OnvifEventSource',
    name: 'cameraEvents',
    endpoint: {
      '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
      url: '${onvifUrl}',
      credentials: {
        '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
        username: 'admin',
        password: '${onvifPassword}',
      },
    },
  };
  return {
    ...evr,
    properties: {
      ...evr.properties,
      parameters: [
        { name: 'rtspUrl', type: 'string' },
        { name: 'onvifUrl', type: 'string' },
        { name: 'onvifPassword', type: 'secretString' },
      ],
      sources: [rtsp, onvif],
      processors: [{ ...gate, inputs: [{ nodeName: 'cameraEvents' }, { nodeName: 'rtspSource' }] }],
    },
  };
};

describe("a camera's own motion detection", () => {
  let camera: TestCamera | undefined;
  let device: FakeOnvifDevice | undefined;
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    await device?.close();
    await camera?.stop();
  });

  it('opens the gate for a clip with its pre-roll, which correlates with the ONVIF event', async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 1 });
    device = await FakeOnvifDevice.start({ user: { name: 'admin', password: 'onvif-secret' }, auth: 'wsse' });
    device.set(TOPIC, 'IsMotion', 'false');
    test = await openTestEngine();
    const { engine } = test;
    const topology = onvifToFiles();
    engine.topologies.set(topology);
    const parameters = { rtspUrl: camera.url, onvifUrl: device.url, onvifPassword: 'onvif-secret' };
    engine.pipelines.set(livePipeline('yard', topology.name, parameters));
    await engine.pipelines.activate('yard');
    await test.until(
      (events) =>
        events.some((event) => isNamed(event, 'MediaSessionEstablished')) &&
        events.some((event) => isNamed(event, 'Inference')),
    );
    // Media time may still be ahead of the clock: a second more than the pre-roll.
    await ringHolds(engine, PRE_ROLL_SECONDS + 1, 'yard');
    const quiet = test.events.length;
    expect(test.named('RecordingStarted')).toEqual([]);

    device.set(TOPIC, 'IsMotion', 'true');
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingStarted')));
    device.set(TOPIC, 'IsMotion', 'false');
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingAvailable')), 40_000);

    const [motion] = test.events.slice(quiet).filter((event) => isNamed(event, 'Inference'));
    expect(motion).toMatchObject({
      subject: expect.stringContaining('/livePipelines/yard/sources/cameraEvents'),
      data: {
        inferences: [
          {
            type: 'event',
            subtype: 'onvif',
            event: { name: 'RuleEngine/CellMotionDetector/Motion', properties: { state: 'true' } },
          },
        ],
      },
    });
    const available = test.named('RecordingAvailable');
    expect(available).toHaveLength(1);
    for (const name of ['RecordingStarted', 'RecordingStopped', 'RecordingAvailable']) {
      expect(test.named(name).map(({ correlationId }) => correlationId)).toEqual([motion?.id]);
    }
    const [start] = test.named('RecordingStarted');
    expect(start?.data['preRollTruncated']).toBe(false);
    const began = Date.parse(String(start?.data['startTime']));
    expect(began).toBeLessThanOrEqual(Date.parse(String(motion?.eventTime)) - PRE_ROLL_SECONDS * 1000 + 50);
    const clip = await judgeClip(String(available[0]?.data['outputLocation']));
    expect(clip.complaints).toBe('');
    expect(clip.firstIsKeyframe).toBe(true);
    expect(clip.durationSeconds).toBeGreaterThan(PRE_ROLL_SECONDS + 10 - 0.1);
    expect(JSON.stringify(test.events)).not.toContain('onvif-secret');
  });
});
