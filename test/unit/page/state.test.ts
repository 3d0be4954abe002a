import { describe, expect, it } from 'vitest';
import type { Camera } from '../../../page/api/cameras.js';
import { cameraState } from '../../../page/state/camera-words.js';
import { causeWords } from '../../../page/state/causes.js';
import { chosenLanes, lanesOf } from '../../../page/state/lanes.js';
import { neighbour } from '../../../page/state/neighbour.js';
import { stillNotWritten } from '../../../page/state/not-written.js';
import { type Health, noticesOf } from '../../../page/state/notices.js';
import { routeOf, searchOf } from '../../../page/state/route.js';
import { actionOf, rateBeside } from '../../../page/state/watch-actions.js';

const camera = (name: string, more: Partial<Camera> = {}): Camera => ({
  name,
  pipelines: [name],
  topologies: ['t'],
  connection: 'streaming',
  connected: true,
  videos: [],
  recording: false,
  live: true,
  ...more,
});

describe('the address of a view', () => {
  it.each([
    { view: 'wall', cameras: [] },
    { view: 'watch', cameras: ['front door', 'a&b=c'], time: Date.parse('2026-11-27T03:04:05.678Z') },
    { view: 'events', cameras: [] },
  ] as const)('says all of it: %j', (route) => {
    expect(routeOf(searchOf(route))).toEqual(route);
  });

  it.each(['?view=nothing', '?time=yesterday', '', '?'])('leads to the wall from %j', (search) => {
    expect(routeOf(search)).toEqual({ view: 'wall', cameras: [] });
  });
});

describe('what can be watched', () => {
  const lanes = lanesOf(
    [camera('door', { videos: ['front', 'front-2'], pipelines: ['door', 'door-2'] }), camera('yard')],
    ['front', 'front-2', 'old'],
  );

  it('are cameras with their videos, and videos without a camera', () => {
    expect(lanes.map(({ name, video }) => [name, video])).toEqual([
      ['door', 'front'],
      ['yard', undefined],
      ['front-2', 'front-2'],
      ['old', 'old'],
    ]);
  });

  it('keep what was recorded of a camera that is switched off', () => {
    const off = lanesOf([camera('door', { connection: 'inactive', connected: false })], ['door', 'old']);
    expect(off.map(({ name, video }) => [name, video])).toEqual([
      ['door', 'door'],
      ['old', 'old'],
    ]);
  });

  it('are found by any name that leads to them', () => {
    const names = (...asked: string[]) => chosenLanes(lanes, asked).map(({ name }) => name);
    expect(names('yard', 'door-2')).toEqual(['yard', 'door']);
    expect(names('front')).toEqual(['door']);
    expect(names()).toEqual(['door']);
    expect(names('gone')).toEqual([]);
  });

  it('do not take the name of a camera', () => {
    expect(lanesOf([camera('a', { videos: [] })], ['a']).map(({ name }) => name)).toEqual(['a', 'a (video)']);
  });
});

describe('what is wrong, in words', () => {
  const well: Health = {
    reachable: true,
    eventsConnected: true,
    readiness: { ready: true, checks: { dataFolder: 'ok', eventLog: 'ok', pipelines: 'ok' } },
    metrics: new Map([
      ['sluice_data_free_bytes', 1e12],
      ['sluice_mqtt_connected', 1],
    ]),
    notWritten: new Map(),
  };
  const ids = (change: Partial<Health>) => noticesOf({ ...well, ...change }).map(({ id }) => id);

  it('is nothing where all is well', () => {
    expect(noticesOf(well)).toEqual([]);
  });

  it('is one thing where the engine does not answer', () => {
    expect(ids({ reachable: false, eventsConnected: false })).toEqual(['unreachable']);
  });

  it('has a way out of a full disk and a lost broker', () => {
    const readiness = { ready: false, checks: { dataFolder: 'no space left', eventLog: 'ok' } };
    const notices = noticesOf({ ...well, readiness, metrics: new Map([['sluice_mqtt_connected', 0]]) });
    expect(notices.map(({ id }) => id)).toEqual(['dataFolder', 'broker']);
    expect(notices.every(({ way }) => way.length > 20)).toBe(true);
    expect(notices[0]!.what).toContain('no space left');
    expect(ids({ metrics: new Map([['sluice_data_free_bytes', 5e8]]) })).toEqual(['space']);
  });

  it('tells of recordings that cannot be written until they can, and once why', () => {
    const event = (name: string, pipeline: string, data = {}) => ({
      ...{ seq: 1, id: 'a', eventTime: '', eventType: `Microsoft.VideoAnalyzer.${name}`, data },
      subject: `/livePipelines/${pipeline}/sinks/files`,
    });
    const failed = event('Diagnostics.StorageError', 'door', { message: 'read-only file system' });
    let notWritten = stillNotWritten(new Map(), failed);
    notWritten = stillNotWritten(notWritten, event('Operational.RecordingStarted', 'yard'));
    expect(noticesOf({ ...well, notWritten })[0]!.what).toContain('door cannot be written. (read-only file system)');
    expect(ids({ notWritten, metrics: new Map([['sluice_data_free_bytes', 1e6]]) })).toEqual(['space']);
    notWritten = stillNotWritten(notWritten, event('Operational.RecordingStarted', 'door'));
    expect(ids({ notWritten })).toEqual([]);
  });

  it('tells of a camera what helps', () => {
    expect(cameraState(camera('a'))).toEqual({ kind: 'good', word: 'Connected' });
    const decodedLess = { cause: 'decoderBehind', since: '2026-11-27T03:04:05.678Z' };
    expect(cameraState(camera('a', { decodedLess })).word).toContain('less');
    expect(cameraState(camera('a', { connected: false, connection: 'describing' })).kind).toBe('waiting');
    expect(cameraState(camera('a', { connected: false, connection: 'inactive' })).way).toContain('Start');
    const away = (code: string) =>
      cameraState(camera('a', { connected: false, connection: 'waiting', problem: { code, message: 'why' } }));
    expect(away('network.ECONNREFUSED')).toMatchObject({ kind: 'bad', problem: 'why' });
    expect(away('auth.401').way).toContain('password');
    expect(away('something').way).toContain('by itself');
  });

  it('says why something was recorded', () => {
    expect(causeWords(undefined)).toBe('Recording');
    const cause = (eventType: string, subject = '/livePipelines/a/processors/motion') =>
      causeWords({ eventType, subject });
    expect(cause('Microsoft.VideoAnalyzer.Analytics.Inference')).toBe('Motion');
    expect(cause('Sluice.Diagnostics.DetectionDegraded')).toBe('Detector could not judge');
    expect(cause('Sluice.Operational.InputReceived', '/livePipelines/a/sources/door')).toBe('Message to door');
  });
});

describe('keys', () => {
  it('do the same in both cases', () => {
    expect(actionOf('K')).toBe('play');
    expect(actionOf('k')).toBe('play');
    expect(actionOf('Enter')).toBeUndefined();
  });

  it('change the speed within its bounds', () => {
    expect([rateBeside(1, 1), rateBeside(8, 1), rateBeside(0.25, -1)]).toEqual([2, 8, 0.25]);
  });

  it('go to the recording before and after', () => {
    const rows = [10, 20, 30].map((seconds) => ({ start: seconds * 1000 }));
    expect(neighbour(rows, 20_500, 1)).toBe(30_000);
    expect(neighbour(rows, 20_500, -1)).toBe(10_000);
    expect(neighbour(rows, 25_000, -1)).toBe(20_000);
    expect(neighbour(rows, 30_000, 1)).toBeUndefined();
  });
});
