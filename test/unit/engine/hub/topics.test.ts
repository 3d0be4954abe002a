import { describe, expect, it } from 'vitest';
import { hubSettingsOf, loadConfig } from '../../../../engine/configuration.js';
import type { StoredEvent } from '../../../../engine/events/types.js';
import { outgoingMessage, packetSize, wholeEventMessage } from '../../../../engine/hub/outgoing.js';
import { Topics } from '../../../../engine/hub/topics.js';
import { MemoryJournal } from '../../../kit/memory-journal.js';

const settingsOf = (overrides: Record<string, string> = {}) =>
  hubSettingsOf(loadConfig({ env: {}, overrides: { module: 'avaedge', device: 'd1', ...overrides } }).config);
const topicsOf = (overrides: Record<string, string> = {}) => new Topics(settingsOf(overrides));

const eventOf = (added: Parameters<MemoryJournal['add']>[0]) => {
  const journal = new MemoryJournal();
  journal.add(added);
  return journal.read(0, 1)[0]!;
};

describe('topics of the hub', () => {
  it('are those of the contract', () => {
    const topics = topicsOf();
    expect(topics.output('inferenceOutput', 'p1', '')).toBe('sluice/avaedge/outputs/inferenceOutput');
    expect(topics.inputFilter).toBe('sluice/avaedge/inputs/#');
    expect(topics.parseInput('sluice/avaedge/inputs/recordingTrigger')).toEqual({
      input: 'recordingTrigger',
      pipeline: undefined,
      properties: {},
    });
    expect(topics.parseInput('sluice/avaedge/inputs/recordingTrigger/cam-1')).toMatchObject({ pipeline: 'cam-1' });
    expect(topics.parseInput('sluice/other/inputs/x')).toBeUndefined();
    expect(topics.parseInput('sluice/avaedge/inputs/a/b/c')).toBeUndefined();
    expect(topics.parseMethod('sluice/avaedge/methods/livePipelineList/7')).toEqual({
      method: 'livePipelineList',
      rid: '7',
    });
    expect(topics.parseMethod('sluice/avaedge/methods/livePipelineList/7/response')).toBeUndefined();
    expect(topics.response({ method: 'm', rid: '7' }, 200)).toBe('sluice/avaedge/methods/m/7/response');
  });

  it('can be those of an Azure IoT Edge hub', () => {
    const settings = settingsOf({ 'mqtt.layout': 'azure-iot-edge' });
    const topics = new Topics(settings);
    expect(topics.inputFilter).toBe('devices/d1/modules/avaedge/inputs/#');
    expect(topics.parseInput('devices/d1/modules/avaedge/inputs/in1/%24.mid=7&pipeline=cam%2F1&a=b%26c')).toEqual({
      input: 'in1',
      pipeline: undefined,
      properties: { '$.mid': '7', pipeline: 'cam/1', a: 'b&c' },
    });
    expect(topics.parseInput('devices/d1/modules/avaedge/inputs/in1/')).toMatchObject({ input: 'in1', properties: {} });
    expect(topics.parseInput('devices/d1/modules/avaedge/inputs/in1')).toMatchObject({ input: 'in1', properties: {} });
    expect(topics.parseMethod('$iothub/methods/POST/livePipelineGet/?$rid=abc')).toEqual({
      method: 'livePipelineGet',
      rid: 'abc',
    });
    expect(topics.response({ method: 'livePipelineGet', rid: 'abc' }, 404)).toBe('$iothub/methods/res/404/?$rid=abc');

    const event = eventOf({ output: 'inferenceOutput', correlationId: 'c1' });
    const message = outgoingMessage(event, settings, topics, '3.1.1')!;
    const [path, bag] = [message.topic.slice(0, 44), message.topic.slice(44)];
    expect(path).toBe('devices/d1/modules/avaedge/messages/events/$');
    expect(Object.fromEntries(new URLSearchParams(`$${bag}`))).toEqual({
      '$.on': 'inferenceOutput',
      '$.mid': 'id-1',
      '$.cid': 'c1',
      '$.ct': 'application/json',
      '$.ce': 'utf-8',
      topic: '/sluice/test',
      subject: '/edgeModules/avaedge/livePipelines/p',
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      eventTime: '2026-01-02T03:04:05.678Z',
      dataVersion: '1.0',
      seq: '1',
    });
    expect(message.topic).not.toMatch(/[+#]/);
    // The envelope has its place, so the payload is AVA's body on either version.
    expect(JSON.parse(message.payload)).toEqual({ n: 1 });
  });

  it('cannot be broken by names', () => {
    const topics = topicsOf();
    for (const name of ['a/b', '#', '+', '100%', 'ä ö', '\u0000', '%2F']) {
      const topic = topics.output(name, undefined, '');
      expect(topic.split('/')).toHaveLength(4);
      expect(topic).not.toMatch(/[+#\0]/);
      expect(topics.parseInput(topic.replace('outputs', 'inputs'))?.input).toBe(name);
    }
    expect(topics.parseInput('sluice/avaedge/inputs/100%')?.input).toBe('100%');
  });

  it('may be configured, and what makes no sense is refused with its place', () => {
    const topics = topicsOf({
      'mqtt.topics.output': 'site/{device}/{pipeline}/{output}',
      'mqtt.topics.inputForPipeline': 'site/{device}/{pipeline}/in/{input}',
      'mqtt.topics.input': 'site/{device}/in/{input}',
      'mqtt.topics.inputFilter': 'site/{device}/#',
    });
    expect(topics.output('o', 'p', '')).toBe('site/d1/p/o');
    expect(topics.parseInput('site/d1/p/in/x')).toMatchObject({ input: 'x', pipeline: 'p' });
    expect(topics.parseInput('site/d1/in/x')).toMatchObject({ input: 'x', pipeline: undefined });
    const refused = (name: string, template: string) => {
      expect(() => settingsOf({ [`mqtt.topics.${name}`]: template })).toThrow(`settings: mqtt.topics.${name} `);
    };
    refused('output', 'a/{outputs}');
    refused('output', 'a/#');
    refused('input', 'a/b');
    refused('input', 'a/{input}/{pipeline}');
    refused('method', 'a/{method}');
    refused('inputFilter', 'a/{input}');
  });
});

describe('what goes out', () => {
  const settings = settingsOf({ operationalEventsOutputName: 'operational' });
  const topics = new Topics(settings);

  it('analytics only through a sink, the others under their configured names', () => {
    const outputOf = (event: StoredEvent) => outgoingMessage(event, settings, topics, '5')?.topic.split('/').at(-1);
    expect(outputOf(eventOf({ output: 'o' }))).toBe('o');
    expect(outputOf(eventOf({}))).toBeUndefined();
    expect(outputOf(eventOf({ eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted' }))).toBe(
      'operational',
    );
    expect(outputOf(eventOf({ eventType: 'Sluice.Operational.EngineStarted' }))).toBe('operational');
    // No name is configured for diagnostics.
    expect(outputOf(eventOf({ eventType: 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError' }))).toBeUndefined();
  });

  it('the envelope is in the user properties on MQTT 5, in the payload on 3.1.1', () => {
    const event = eventOf({ output: 'o', correlationId: 'c', data: { timestamp: 1, inferences: [] } });
    const five = outgoingMessage(event, settings, topics, '5')!;
    expect(JSON.parse(five.payload)).toEqual({ timestamp: 1, inferences: [] });
    expect(five.userProperties).toEqual({
      id: 'id-1',
      correlationId: 'c',
      topic: '/sluice/test',
      subject: '/edgeModules/avaedge/livePipelines/p',
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      eventTime: '2026-01-02T03:04:05.678Z',
      dataVersion: '1.0',
      seq: '1',
    });
    expect(JSON.parse(outgoingMessage(event, settings, topics, '3.1.1')!.payload)).toEqual(event.record);
    const body = settingsOf({ 'mqtt.payload': 'body' });
    expect(JSON.parse(outgoingMessage(event, body, topics, '3.1.1')!.payload)).toEqual({
      timestamp: 1,
      inferences: [],
    });
    const whole = settingsOf({ 'mqtt.payload': 'envelope' });
    expect(JSON.parse(outgoingMessage(event, whole, topics, '5')!.payload)).toEqual(event.record);
    expect(packetSize(five)).toBeGreaterThan(Buffer.byteLength(five.payload));
  });

  it('every event goes once more to a topic of its pipeline and type, whole', () => {
    const topicOf = (added: Parameters<MemoryJournal['add']>[0]) => {
      const event = eventOf(added);
      const message = wholeEventMessage(event, settings, topics)!;
      expect(JSON.parse(message.payload)).toEqual(event.record);
      return message.topic;
    };
    expect(topicOf({ pipeline: 'door' })).toBe('sluice/avaedge/events/door/Inference');
    expect(topicOf({ pipeline: 'a/b', eventType: 'Sluice.Analytics.scene.tampered' })).toBe(
      'sluice/avaedge/events/a%2Fb/scene.tampered',
    );
    expect(topicOf({ eventType: 'Sluice.Operational.EngineStarted' })).toBe('sluice/avaedge/events/_/EngineStarted');
    const none = settingsOf({ 'mqtt.wholeEvents': 'none' });
    expect(wholeEventMessage(eventOf({ pipeline: 'door' }), none, topics)).toBeUndefined();
    const edge = settingsOf({ 'mqtt.layout': 'azure-iot-edge' });
    expect(wholeEventMessage(eventOf({ pipeline: 'door' }), edge, new Topics(edge))).toBeUndefined();
  });
});
