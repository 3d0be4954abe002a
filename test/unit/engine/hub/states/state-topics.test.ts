import { describe, expect, it } from 'vitest';
import { hubSettingsOf, loadConfig } from '../../../../../engine/configuration.js';
import { StateTopics } from '../../../../../engine/hub/states/state-topics.js';

const settingsOf = (overrides: Record<string, string> = {}) =>
  hubSettingsOf(loadConfig({ env: {}, overrides: { module: 'm', device: 'd', ...overrides } }).config);
const topicsOf = (overrides?: Record<string, string>) => StateTopics.of(settingsOf(overrides))!;

describe('topics of states', () => {
  it('have a place for every camera and state, which leads back to them', () => {
    const topics = topicsOf();
    expect(topics.availability).toBe('sluice/m/state/availability');
    expect(topics.filter).toBe('sluice/m/state/camera/+/+');
    for (const camera of ['door', 'a/b', '+', '#', 'ä ö', '100%']) {
      const topic = topics.camera(camera, 'motion');
      expect(topic.split('/')).toHaveLength(6);
      expect(topic).not.toMatch(/[+#]/);
      expect(topics.parse(topic)).toEqual({ camera, state: 'motion' });
    }
    expect(topics.picture('a/b')).toBe('sluice/m/pictures/a%2Fb');
  });

  it("are not those of others: what is not a state's name is not ours", () => {
    const topics = topicsOf();
    expect(topics.parse('sluice/m/state/camera/door/mine')).toBeUndefined();
    expect(topics.parse('sluice/m/state/camera/door/event')).toBeUndefined();
    expect(topics.parse('sluice/other/state/camera/door/motion')).toBeUndefined();
    expect(topics.parse(topics.availability)).toBeUndefined();
  });

  it('may be configured; the filter covers them', () => {
    const topics = topicsOf({
      'mqtt.topics.state': 'home/{device}/cam-{camera}/{state}',
      'mqtt.topics.availability': 'home/{device}/sluice',
    });
    expect(topics.filter).toBe('home/d/+/+');
    expect(topics.parse('home/d/cam-door/motion')).toEqual({ camera: 'door', state: 'motion' });
    expect(topics.parse('home/d/door/motion')).toBeUndefined();
  });

  it('do not exist on an Edge hub, which keeps no retained messages', () => {
    expect(StateTopics.of(settingsOf({ 'mqtt.layout': 'azure-iot-edge' }))).toBeUndefined();
  });

  it.each([
    [{ 'mqtt.topics.state': 'a/{camera}' }, 'must hold {state}'],
    [{ 'mqtt.topics.state': 'a/{camera}/{state}/#' }, 'wildcards'],
    [{ 'mqtt.topics.picture': 'a/b' }, 'must hold {camera}'],
    [{ 'mqtt.topics.availability': 'sluice/{module}/state/camera/x/motion' }, 'must not be that of a state'],
    [{ 'mqtt.layout': 'azure-iot-edge', 'mqtt.topics.state': 'a/{camera}/{state}' }, 'must be set where'],
  ])('are refused with their place where they make no sense: %j', (overrides, why) => {
    expect(() => settingsOf(overrides)).toThrow(why);
    expect(() => settingsOf(overrides)).toThrow('mqtt.topics.');
  });
});
