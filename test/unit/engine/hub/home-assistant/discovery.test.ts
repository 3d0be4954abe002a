import { describe, expect, it } from 'vitest';
import { hubSettingsOf, loadConfig } from '../../../../../engine/configuration.js';
import { seconds } from '../../../../../engine/core/time.js';
import {
  type DiscoveryOptions,
  deviceId,
  discoveryOf,
  discoveryTopic,
  isDiscoveryTopic,
} from '../../../../../engine/hub/home-assistant/discovery.js';
import type { CameraNow } from '../../../../../engine/hub/states/camera-now.js';
import { StateTopics } from '../../../../../engine/hub/states/state-topics.js';
import { discoveryFaults } from '../../../../kit/home-assistant-schema.js';

const optionsOf = (changes: Partial<DiscoveryOptions> = {}): DiscoveryOptions => ({
  topics: StateTopics.of(hubSettingsOf(loadConfig({ env: {} }).config))!,
  ...{ prefix: 'homeassistant', device: 'edge', module: 'avaedge', version: '1.2.3' },
  refresh: seconds(20),
  pictures: true,
  ...changes,
});

const cameraOf = (name: string, scene: CameraNow['scene'] = {}): CameraNow => ({
  ...{ name, pipelines: [name], connected: true, recording: false, scene },
});

type Payload = { dev: unknown; availability: unknown; cmps: Record<string, Record<string, unknown>> };
const payloadOf = (camera: CameraNow, options = optionsOf()): Payload =>
  JSON.parse(JSON.stringify(discoveryOf(camera, options))) as Payload;

const watched = { motion: false, tampered: 'unknown', degraded: false } as const;

describe("Home Assistant's discovery", () => {
  it.each([
    ['a camera with everything', cameraOf('door', watched), optionsOf()],
    ['a camera that nobody watches', cameraOf('door'), optionsOf()],
    ['no pictures, no refreshing, another prefix', cameraOf('door', watched), { pictures: false, refresh: 0 }],
    ['names that Home Assistant does not allow in ids', cameraOf('Tür/1 + #', watched), { device: 'a.b:c' }],
  ])('is as its documentation says: %s', (_what, camera, changes) => {
    const options = optionsOf(changes);
    const payload = JSON.stringify(discoveryOf(camera, options));
    expect(discoveryFaults({ topic: discoveryTopic(camera.name, options), payload })).toEqual([]);
  });

  it.each<[string, (payload: Payload) => void]>([
    ['a class that there is not', ({ cmps }) => Object.assign(cmps['motion']!, { device_class: 'movement' })],
    ['an event without types', ({ cmps }) => delete cmps['event']!['event_types']],
    ['no unique id', ({ cmps }) => delete cmps['recording']!['unique_id']],
    [
      'the same unique id twice',
      ({ cmps }) => Object.assign(cmps['event']!, { unique_id: cmps['motion']!['unique_id'] }),
    ],
    ['a key that there is not', ({ cmps }) => Object.assign(cmps['picture']!, { state_topic: 'a' })],
    ['a device without identifiers', (payload) => Object.assign(payload, { dev: { ids: [] } })],
  ])('would not pass with %s', (_what, spoil) => {
    const payload = payloadOf(cameraOf('door', watched));
    spoil(payload);
    const topic = discoveryTopic('door', optionsOf());
    expect(discoveryFaults({ topic, payload: JSON.stringify(payload) })).not.toEqual([]);
  });

  it('has an entity for everything that is known of the camera, and removes those of what is not', () => {
    const full = payloadOf(cameraOf('door', watched));
    const classes = Object.entries(full.cmps).map(([key, { device_class }]) => [key, device_class]);
    expect(Object.fromEntries(classes)).toEqual({
      connected: 'connectivity',
      recording: 'running',
      motion: 'motion',
      tampered: 'tamper',
      degraded: 'problem',
      picture: undefined,
      event: undefined,
    });
    expect(full.cmps['motion']).toMatchObject({
      unique_id: 'sluice_edge_avaedge_door_motion',
      state_topic: 'sluice/avaedge/state/camera/door/motion',
      expire_after: 60,
    });
    expect(full.availability).toEqual([{ topic: 'sluice/avaedge/state/availability' }]);
    const bare = payloadOf(cameraOf('door'), optionsOf({ pictures: false }));
    for (const key of ['motion', 'tampered', 'degraded']) expect(bare.cmps[key]).toEqual({ p: 'binary_sensor' });
    expect(bare.cmps['picture']).toEqual({ p: 'image' });
  });

  it('says the same of a camera however it is at the moment, so that Home Assistant is not told again', () => {
    const moving = payloadOf({ ...cameraOf('door', { ...watched, motion: true }), connected: false, recording: true });
    expect(moving).toEqual(payloadOf(cameraOf('door', watched)));
  });

  it('has another id for every name, and the same in each run', () => {
    const names = ['a/b', 'a_b', 'a b', 'a+b', 'ä', 'ö', 'door'];
    const ids = names.map((name) => deviceId(name, { device: 'd', module: 'm' }));
    expect(new Set(ids).size).toBe(names.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(ids.at(-1)).toBe('sluice_d_m_door');
  });

  it('knows the topics on which it may have told of a camera before, and no others', () => {
    const options = { device: 'd', module: 'm' };
    expect(isDiscoveryTopic('old/prefix/device/sluice_d_m_door/config', 'door', options)).toBe(true);
    expect(isDiscoveryTopic('homeassistant/device/sluice_d_m_gate/config', 'door', options)).toBe(false);
    expect(isDiscoveryTopic('#/device/sluice_d_m_door/config', 'door', options)).toBe(false);
    expect(isDiscoveryTopic('homeassistant/light/kitchen/config', 'door', options)).toBe(false);
  });
});
