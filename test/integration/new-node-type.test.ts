import { afterEach, describe, expect, it } from 'vitest';
import { methodsOpenApi } from '../../engine/control/openapi.js';
import { NODE_TYPES } from '../../engine/nodes/table.js';
import { nodeReference } from '../../engine/topology/node-reference.js';
import { NodeTable } from '../../engine/topology/node-table.js';
import { validateTopology } from '../../engine/topology/validate.js';
import { brightnessProcessor } from '../kit/brightness-processor/index.js';
import { openTestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { fileSink, gate, hubSink, hubSource, type Json, rtspSource, topologyOf } from '../kit/topologies.js';
import { until } from '../kit/until.js';

const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

const table = new NodeTable([...NODE_TYPES, brightnessProcessor]);

const brightness = (...inputs: string[]): Json => ({
  '@type': '#example.brightnessprocessor',
  name: 'brightness',
  threshold: '${threshold}',
  inputs: inputs.map((nodeName) => ({ nodeName })),
});

const topology = (): Json => {
  const json = topologyOf(
    rtspSource(),
    hubSource(),
    brightness('rtspSource', 'hubSource'),
    gate('brightness', 'rtspSource'),
    fileSink(),
    hubSink('brightness'),
  );
  json.properties.parameters.push({ name: 'threshold', type: 'double', default: '0.9' });
  return json;
};

describe('a node type that the engine has never heard of', () => {
  it('validates, with its own rules and those that follow from its streams', () => {
    expect(validateTopology(table, topology()).problems).toEqual([]);
    const tooBright = topology();
    tooBright.properties.parameters.at(-1).default = '2';
    expect(validateTopology(table, tooBright).problems).toMatchObject([
      { pointer: '/properties/processors/0/threshold', message: expect.stringContaining('from 0 to 1') },
    ]);
    const behindGate = topologyOf(
      rtspSource(),
      hubSource(),
      brightness('gate'),
      gate('hubSource', 'rtspSource'),
      hubSink('brightness'),
    );
    behindGate.properties.parameters.push({ name: 'threshold', type: 'double', default: '0.9' });
    expect(validateTopology(table, behindGate).problems.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /'brightness' \(BrightnessProcessor\) cannot be directly behind 'gate'.*takes input from RtspSource/,
      ),
    );
  });

  it('appears in the node reference, in the rules of its neighbours, and in OpenAPI', () => {
    const reference = nodeReference(table);
    const section = reference.split('### BrightnessProcessor\n')[1]?.split('\n### ')[0] ?? '';
    expect(section).toContain('Tells when the picture turns bright or dark.');
    expect(section).toMatch(/Takes input from: RtspSource, IotHubMessageSource, MotionDetectionProcessor/);
    expect(section).toContain('| `threshold` | number, 0 to 1 | `0.5` |');
    const gateSection = reference.split('### SignalGateProcessor\n')[1]?.split('\n### ')[0];
    expect(gateSection).toMatch(/Takes input from: .*BrightnessProcessor/);
    expect(methodsOpenApi(table).schemas).toHaveProperty('BrightnessProcessor');
  });

  it('runs in a pipeline: it gets pictures of two sizes and events, opens a gate, and stops', async () => {
    const { url } = await camera({ scenes: ['quiet'] });
    const test = await openTestEngine({ nodeTypes: [brightnessProcessor] });
    try {
      test.engine.topologies.set(topology());
      const { name } = topology();
      test.engine.pipelines.set(livePipeline('p1', name, { rtspUrl: url, rtspUserName: 'u', rtspPassword: 'p' }));
      await test.engine.pipelines.activate('p1');
      expect(test.engine.deliver('trigger', { open: true }).delivered).toBe(1);
      const told = () => test.events.filter(({ eventType }) => eventType === 'Example.Analytics.BrightnessChanged');
      await test.until(() => told().length > 0);
      expect(told()[0]).toMatchObject({
        subject: expect.stringContaining('/livePipelines/p1/processors/brightness'),
        data: {
          state: 'dark',
          messages: 1,
          judged: { width: 64, height: 36, format: 'i420' },
          large: { width: 160, height: 90, format: 'rgb' },
        },
      });
      expect(Number(told()[0]?.data['mean'])).toBeGreaterThan(0.05);
      await test.until((events) => events.some(({ eventType }) => eventType.endsWith('.RecordingStarted')));
      expect(test.named('RecordingStarted')[0]?.correlationId).toBe(told()[0]?.id);
      const decoders = () => test.engine.stats().hosts.filter(({ role }) => role === 'decode');
      expect(decoders().reduce((sum, { slotsUsed }) => sum + slotsUsed, 0)).toBe(1);
      await test.engine.pipelines.deactivate('p1');
      expect(test.engine.stats().cameras).toEqual([]);
      await until('the decoder is free', () => decoders().every(({ slotsUsed }) => slotsUsed === 0));
    } finally {
      await test.remove();
    }
  });
});
