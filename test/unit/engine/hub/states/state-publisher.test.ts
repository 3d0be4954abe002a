import { describe, expect, it } from 'vitest';
import { hubSettingsOf, loadConfig } from '../../../../../engine/configuration.js';
import { silentLogger } from '../../../../../engine/core/log.js';
import { HubReports } from '../../../../../engine/hub/reports.js';
import type { CameraNow } from '../../../../../engine/hub/states/camera-now.js';
import { StatePublisher } from '../../../../../engine/hub/states/state-publisher.js';
import { StateTopics } from '../../../../../engine/hub/states/state-topics.js';
import { FakeClock, settle } from '../../../../kit/fake-clock.js';
import { FakeLink } from '../../../../kit/fake-link.js';
import { discoveryFaults } from '../../../../kit/home-assistant-schema.js';
import { MemoryJournal } from '../../../../kit/memory-journal.js';

const HOME = { 'mqtt.url': 'mqtt://127.0.0.1:1', 'homeAssistant.enabled': 'true' };
const STATE = 'sluice/avaedge/state/camera';
const AVAILABILITY = 'sluice/avaedge/state/availability';
const DISCOVERY = 'homeassistant/device/sluice_edge_avaedge_door/config';

const cameraOf = (name: string, changes: Partial<CameraNow> = {}): CameraNow => ({
  ...{ name, pipelines: [name], connected: true, recording: false, scene: { motion: false } },
  ...changes,
});

const rigOf = (overrides: Record<string, string> = {}) => {
  const settings = hubSettingsOf(loadConfig({ env: {}, overrides }).config);
  const clock = new FakeClock();
  const journal = new MemoryJournal();
  const world = { cameras: [cameraOf('door')] as CameraNow[] };
  const publisher: StatePublisher = new StatePublisher({
    settings,
    topics: StateTopics.of(settings)!,
    source: {
      list: () => world.cameras,
      picture: async () => ({ jpeg: Buffer.from('jpeg'), version: String(clock.monotonic()) }),
    },
    journal,
    clock,
    log: silentLogger(),
    reports: new HubReports(silentLogger(), clock, undefined, 'mqtt'),
    onRoom: () => publisher.fill(),
  });
  const link = new FakeLink();
  const found = (topic: string, payload: string, retain = true) =>
    publisher.take({ topic, payload: Buffer.from(payload), retain } as never);
  return { publisher, clock, journal, world, link, found, open: () => publisher.opened(link.link) };
};

describe('states of cameras', () => {
  it('are published before the engine says that it is there, and are asked for before that', () => {
    const { link, open, publisher } = rigOf();
    open();
    expect(link.filters).toEqual([`${STATE}/+/+`]);
    expect(Object.fromEntries(link.retained)).toEqual({
      [`${STATE}/door/connected`]: 'ON',
      [`${STATE}/door/recording`]: 'OFF',
      [`${STATE}/door/motion`]: 'OFF',
      [AVAILABILITY]: 'online',
    });
    expect(link.topics().at(-1)).toBe(AVAILABILITY);
    expect(publisher.will).toEqual({ topic: AVAILABILITY, payload: 'offline' });
  });

  it('come first over every link, also those of cameras that have come meanwhile', () => {
    const { link, open, publisher, world, clock } = rigOf();
    open();
    world.cameras = [cameraOf('door'), cameraOf('later')];
    clock.advance(1_000);
    publisher.closed();
    link.topics();
    open();
    const topics = link.topics();
    expect(topics).toContain(`${STATE}/later/motion`);
    expect(topics.indexOf(AVAILABILITY)).toBe(topics.length - 1);
  });

  it('follow what is true, soon after an event and within a second without one', () => {
    const { link, open, world, clock, journal } = rigOf();
    open();
    world.cameras = [cameraOf('door', { recording: true, scene: { motion: true } })];
    journal.add({ pipeline: 'door' });
    clock.advance(250);
    expect(link.retained.get(`${STATE}/door/motion`)).toBe('ON');
    world.cameras = [cameraOf('door', { connected: false, scene: { motion: 'unknown' } })];
    clock.advance(1_000);
    expect(link.retained.get(`${STATE}/door/motion`)).toBe('UNKNOWN');
    expect(link.retained.get(`${STATE}/door/connected`)).toBe('OFF');
    link.topics();
    clock.advance(5_000);
    expect(link.topics()).toEqual([]);
  });

  it('are published anew now and then, with a time after which a broker forgets them', () => {
    const { link, open, clock } = rigOf({ 'mqtt.stateRefresh': 'PT30S' });
    open();
    expect(link.sent.every(({ expirySeconds }) => expirySeconds === 90)).toBe(true);
    const first = link.topics();
    clock.advance(30_000);
    expect(link.topics().sort()).toEqual(first.sort());
  });

  it('are never forgotten and not published anew where that is wished', () => {
    const { link, open, clock } = rigOf({ 'mqtt.stateRefresh': 'PT0S' });
    open();
    expect(link.sent.every(({ expirySeconds }) => expirySeconds === undefined)).toBe(true);
    link.topics();
    clock.advance(3_600_000);
    expect(link.topics()).toEqual([]);
  });

  it('of cameras that are gone are cleared, with all that was told of them', async () => {
    const { link, open, world, clock } = rigOf(HOME);
    world.cameras = [cameraOf('door'), cameraOf('yard')];
    open();
    await settle();
    clock.advance(1_000);
    await settle();
    expect([...link.retained.keys()].filter((topic) => topic.includes('door')).sort()).toEqual([
      DISCOVERY,
      'sluice/avaedge/pictures/door',
      ...['connected', 'discovery', 'motion', 'recording'].map((state) => `${STATE}/door/${state}`),
    ]);
    world.cameras = [cameraOf('yard')];
    clock.advance(1_000);
    expect([...link.retained.keys()].filter((topic) => topic.includes('door'))).toEqual([]);
    expect(link.retained.get(`${STATE}/yard/motion`)).toBe('OFF');
  });

  it('of one that nobody watches any more is cleared', () => {
    const { link, open, world, clock } = rigOf();
    open();
    world.cameras = [cameraOf('door', { scene: {} })];
    clock.advance(1_000);
    expect([...link.retained.keys()]).not.toContain(`${STATE}/door/motion`);
  });

  it('that an earlier run has left are cleared; those of others stay', () => {
    const { link, open, found } = rigOf();
    open();
    link.topics();
    const announced = 'old/device/sluice_edge_avaedge_gone/config';
    expect(found(`${STATE}/gone/motion`, 'ON')).toBe(true);
    expect(found(`${STATE}/gone/discovery`, announced)).toBe(true);
    expect(found(`${STATE}/door/tampered`, 'ON')).toBe(true);
    expect(found(`${STATE}/door/motion`, 'ON')).toBe(true);
    expect(found(`${STATE}/gone/mine`, 'x')).toBe(false);
    const cleared = link.sent.filter(({ payload, retain }) => payload === '' && retain).map(({ topic }) => topic);
    expect([...new Set(cleared)].sort()).toEqual([
      announced,
      'sluice/avaedge/pictures/gone',
      `${STATE}/door/tampered`,
      `${STATE}/gone/discovery`,
      `${STATE}/gone/motion`,
    ]);
  });

  it('that a run with Home Assistant has left are cleared by one without, and the states stay', () => {
    const { link, open, found } = rigOf();
    open();
    link.topics();
    found(`${STATE}/door/discovery`, DISCOVERY);
    found(`${STATE}/door/connected`, 'ON');
    expect(link.topics().sort()).toEqual([DISCOVERY, 'sluice/avaedge/pictures/door', `${STATE}/door/discovery`]);
  });

  it('do not let others name a topic that is cleared', () => {
    const { link, open, found } = rigOf();
    open();
    link.topics();
    found(`${STATE}/gone/discovery`, 'homeassistant/device/somebody_else/config');
    expect(link.topics()).not.toContain('homeassistant/device/somebody_else/config');
  });

  it('are unknown when the engine has said goodbye, and gone when it is for good', async () => {
    for (const forGood of [false, true]) {
      const { link, open, publisher } = rigOf();
      open();
      link.acknowledge();
      const left = publisher.leave({ forGood });
      link.acknowledge();
      await left;
      if (forGood) expect([...link.retained]).toEqual([]);
      else expect(link.retained.get(AVAILABILITY)).toBe('offline');
    }
  });
});

describe('Home Assistant', () => {
  it('is told of every camera, and again when it has started', () => {
    const { link, open, found } = rigOf(HOME);
    open();
    const payload = link.retained.get(DISCOVERY) as string;
    expect(discoveryFaults({ topic: DISCOVERY, payload })).toEqual([]);
    expect(link.filters).toContain('homeassistant/status');
    link.topics();
    expect(found('homeassistant/status', 'online', true)).toBe(true);
    expect(link.topics()).toEqual([]);
    found('homeassistant/status', 'online', false);
    const again = link.topics();
    expect(again).toContain(DISCOVERY);
    expect(again).toContain(`${STATE}/door/motion`);
    expect(again.at(-1)).toBe(AVAILABILITY);
  });

  it('hears what happens when it happens, and not what has happened before', () => {
    const { link, open, world, clock, journal } = rigOf(HOME);
    const available = 'Microsoft.VideoAnalyzer.Operational.RecordingAvailable';
    journal.add({ pipeline: 'door', eventType: available, data: { url: '/clips/0.mp4' } });
    open();
    const told = () =>
      link.sent
        .splice(0)
        .filter(({ topic }) => topic === `${STATE}/door/event`)
        .map(({ payload, retain = false }) => [JSON.parse(payload as string), retain]);
    expect(told()).toEqual([]);
    world.cameras = [cameraOf('door', { scene: { motion: true } })];
    journal.add(
      { pipeline: 'door', eventType: available, data: { url: '/clips/1.mp4', bytes: 7 } },
      { pipeline: 'other', eventType: available },
      { pipeline: 'door', eventType: 'Sluice.Analytics.scene.tampered', data: { state: 'ended' } },
    );
    clock.advance(250);
    expect(told()).toEqual([
      [{ event_type: 'motion', time: expect.any(String) }, false],
      [{ event_type: 'recordingAvailable', time: expect.any(String), id: 'id-2', url: '/clips/1.mp4' }, false],
    ]);
  });

  it('gets no pictures where that is wished', async () => {
    const { link, open, clock } = rigOf({ ...HOME, 'homeAssistant.pictures': 'false' });
    open();
    for (let second = 0; second < 100; second++) {
      clock.advance(1_000);
      await settle();
    }
    expect([...link.retained.keys()].filter((topic) => topic.includes('picture'))).toEqual([]);
  });
});
