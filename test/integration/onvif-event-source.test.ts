import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import type { OnvifSignal } from '../../engine/onvif/device-states.js';
import type { OnvifError } from '../../engine/onvif/errors.js';
import { OnvifEventSource, type OnvifEventSourceOptions } from '../../engine/onvif/event-source.js';
import { type FakeDeviceOptions, FakeOnvifDevice, notification } from '../kit/fake-onvif-device.js';

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const deviceOf = async (options?: FakeDeviceOptions, port?: number): Promise<FakeOnvifDevice> => {
  const device = await FakeOnvifDevice.start(options, port);
  cleanUp.push(() => device.close());
  return device;
};

const endpointOf = (device: FakeOnvifDevice, more: object = {}): OnvifEventSourceOptions['endpoint'] => ({
  url: device.url,
  secured: false,
  ignoreHostname: false,
  ignoreSignature: false,
  ...more,
});

const sourceOf = (device: FakeOnvifDevice, options: Partial<OnvifEventSourceOptions> = {}) => {
  const signals: OnvifSignal[] = [];
  const states: string[] = [];
  const failures: OnvifError[] = [];
  const delays: number[] = [];
  const connections: true[] = [];
  const unreadable: number[] = [];
  const source = new OnvifEventSource({
    endpoint: endpointOf(device),
    topics: [],
    clock: systemClock,
    log: pino({ level: 'debug' }, { write: (line) => noteUnreadable(line, unreadable) }),
    onSignal: (signal) => signals.push(signal),
    onState: ({ topic, state }) => states.push(`${topic.split('/').at(-1)} ${state}`),
    onConnected: () => connections.push(true),
    onFailure: (error, retryInMs) => {
      failures.push(error);
      delays.push(retryInMs);
    },
    random: () => 0,
    ...options,
  });
  cleanUp.push(() => source.stop());
  source.start();
  return { source, signals, states, failures, delays, connections, unreadable };
};

/** How many notifications could not be read, of a line of the log that says so. */
const noteUnreadable = (line: string, counts: number[]): void => {
  const { msg, notifications } = JSON.parse(line) as { msg: string; notifications: number };
  if (msg === 'an ONVIF device sent what cannot be read') counts.push(notifications);
};

const MOTION = 'tns1:RuleEngine/CellMotionDetector/Motion';
const INPUT = 'tns1:Device/Trigger/DigitalInput';
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const subscribed = (connections: readonly unknown[]) => until(() => expect(connections.length).toBeGreaterThan(0));

describe('ONVIF events', () => {
  it('become states and signals', async () => {
    const device = await deviceOf();
    device.set(MOTION, 'IsMotion', 'false');
    const { source, signals, states, failures, connections, unreadable } = sourceOf(device);
    await until(() => expect(states).toEqual(['Motion false']));
    expect(signals).toEqual([]);
    device.set(MOTION, 'IsMotion', 'true');
    device.set(INPUT, 'LogicalState', 'true', 'InputToken=3');
    device.set('tns1:VideoSource/MotionAlarm', 'State', '1', 'Source=2');
    device.set('tns1:Media/ProfileChanged', 'Token', 'x');
    await until(() => expect(signals).toHaveLength(3));
    expect(signals.map(({ topic, source: from, held }) => [topic, from, held])).toEqual([
      ['RuleEngine/CellMotionDetector/Motion', 'VideoSourceConfigurationToken=1,Rule=MyRule', false],
      ['Device/Trigger/DigitalInput', 'InputToken=3,Rule=MyRule', false],
      ['VideoSource/MotionAlarm', 'Source=2,Rule=MyRule', false],
    ]);
    device.set(MOTION, 'IsMotion', 'false');
    device.remove(INPUT, 'InputToken=3');
    await until(() => expect(states.slice(-2)).toEqual(['Motion false', 'DigitalInput unknown']));
    expect({ connections, failures, unreadable }).toEqual({ connections: [true], failures: [], unreadable: [] });
    await source.stop();
    expect(device.subscriptions).toBe(0);
    expect(device.bodies.find((body) => body.includes('<PullMessages'))).toContain('<Timeout>PT10S</Timeout>');
  });

  it('take what already holds as a signal, and go on while it holds', async () => {
    const device = await deviceOf();
    device.set(INPUT, 'LogicalState', 'true', 'InputToken=3');
    const { signals } = sourceOf(device, { heldEveryMs: 50 });
    await until(() => expect(signals.length).toBeGreaterThan(3));
    expect(signals.map(({ held }) => held).slice(0, 3)).toEqual([false, true, true]);
    device.set(INPUT, 'LogicalState', 'false', 'InputToken=3');
    await sleep(200);
    const count = signals.length;
    await sleep(200);
    expect(signals).toHaveLength(count);
  });

  it('count only under the topics that are asked for', async () => {
    const device = await deviceOf();
    const { signals, connections } = sourceOf(device, { topics: ['tns1:RuleEngine/LineDetector', 'Device/Trigger/'] });
    await subscribed(connections);
    device.set(MOTION, 'IsMotion', 'true');
    device.set('tns1:RuleEngine/LineDetector/Crossed', 'State', 'true');
    device.set('tns1:RuleEngine/LineDetectorX/Crossed', 'State', 'true');
    device.set(INPUT, 'LogicalState', 'active');
    await until(() => expect(signals.map(({ topic }) => topic.split('/').at(-1))).toEqual(['Crossed', 'DigitalInput']));
  });

  it('are dated on our clock, whatever the device believes', async () => {
    const device = await deviceOf({ clockAhead: 40 * 86_400_000, user: { name: 'admin', password: 'pä&<w' } });
    const { signals, connections } = sourceOf(device, {
      endpoint: endpointOf(device, { credentials: { type: 'usernamePassword', username: 'admin', password: 'pä&<w' } }),
    });
    await subscribed(connections);
    const before = Date.now();
    const deviceNow = Date.now() + 40 * 86_400_000;
    device.set(MOTION, 'IsMotion', 'true', 'S=1', new Date(deviceNow - 2000));
    device.set(MOTION, 'IsMotion', 'true', 'S=2', new Date(0));
    await until(() => expect(signals).toHaveLength(2));
    expect(Math.abs(signals[0]!.at / 1000 - (before - 2000))).toBeLessThan(1000);
    expect(Math.abs(signals[1]!.at / 1000 - before)).toBeLessThan(1000);
  });

  it('survive items that are not as they should be, and say unknown rather than something old', async () => {
    const device = await deviceOf();
    device.set(MOTION, 'IsMotion', 'true');
    const { states, signals, failures, connections, unreadable } = sourceOf(device);
    await until(() => expect(states).toEqual(['Motion true']));
    const good = { topic: MOTION, source: 'VideoSourceConfigurationToken=1', operation: 'Changed', at: new Date() };
    device.send(notification({ ...good, item: 'IsMotion', value: 'perhaps' }));
    await until(() => expect(states.at(-1)).toBe('Motion unknown'));
    for (const xml of [
      '<wsnt:NotificationMessage/>',
      '<wsnt:NotificationMessage>text</wsnt:NotificationMessage>',
      '<wsnt:NotificationMessage><wsnt:Topic/><wsnt:Message/></wsnt:NotificationMessage>',
      `<wsnt:NotificationMessage><wsnt:Topic>${MOTION}</wsnt:Topic></wsnt:NotificationMessage>`,
      `<wsnt:NotificationMessage><wsnt:Topic>${MOTION}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="never"><tt:Data><tt:SimpleItem/><tt:SimpleItem Name="IsMotion"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
      '<__proto__><polluted>1</polluted></__proto__>',
      '<unexpected/>',
    ]) {
      device.send(xml);
    }
    device.send(notification({ ...good, item: 'IsMotion', value: 'true' }));
    await until(() => expect(states.at(-1)).toBe('Motion true'));
    expect(unreadable.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(4);
    expect({ failures, connections }).toEqual({ failures: [], connections: [true] });
    expect(signals.filter(({ held }) => !held)).toHaveLength(2);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('are unknown while the device is away, and come back', async () => {
    const device = await deviceOf();
    device.set(MOTION, 'IsMotion', 'true');
    const { states, signals, failures, delays } = sourceOf(device, { heldEveryMs: 30 });
    await until(() => expect(states).toEqual(['Motion true']));
    await device.close();
    await until(() => expect(states).toEqual(['Motion true', 'Motion unknown']));
    const count = signals.length;
    await sleep(200);
    expect(signals).toHaveLength(count);
    expect(states).toEqual(['Motion true', 'Motion unknown']);
    expect(failures[0]).toMatchObject({ code: 'OnvifUnreachable' });
    await until(() => expect(delays.slice(0, 2)).toEqual([500, 1000]));
    const again = await deviceOf({}, device.port);
    again.set(MOTION, 'IsMotion', 'true');
    await until(() => expect(states).toEqual(['Motion true', 'Motion unknown', 'Motion true']));
    // Nothing of the time before is remembered: it is news.
    await until(() => expect(signals[count]).toMatchObject({ held: false }));
  });

  it('are subscribed to anew when the device forgets, and the subscription is renewed in time', async () => {
    const device = await deviceOf({ subscriptionMs: 30_000 });
    const { states, connections } = sourceOf(device);
    await subscribed(connections);
    device.set(MOTION, 'IsMotion', 'true');
    await until(() => expect(device.actions).toContain('Renew'));
    device.forgetSubscriptions();
    await until(() => expect(connections).toHaveLength(2));
    await until(() => expect(states).toEqual(['Motion true', 'Motion unknown', 'Motion true']));
  });

  it('go on with a device that knows no Renew', async () => {
    const device = await deviceOf({ subscriptionMs: 2000, renew: 'fault' });
    const { signals, failures, connections } = sourceOf(device);
    await subscribed(connections);
    device.set(MOTION, 'IsMotion', 'false');
    await until(() => expect(connections.length).toBeGreaterThan(1));
    expect(failures).toEqual([]);
    device.set(MOTION, 'IsMotion', 'true');
    await until(() => expect(signals.length).toBeGreaterThan(0));
  });

  it('work with an old device, with HTTP digest, and with one that names a host that cannot be reached', async () => {
    const user = { name: 'a&b', password: 'secret' };
    const credentials = { type: 'usernamePassword', username: 'a&b', password: 'secret' };
    for (const options of [{ old: true }, { user, auth: 'digest' }, { announcedHost: '192.0.2.1:81' }] as const) {
      const device = await deviceOf(options);
      const { signals, connections } = sourceOf(device, { endpoint: endpointOf(device, { credentials }) });
      await subscribed(connections);
      device.set(MOTION, 'IsMotion', 'true');
      await until(() => expect(signals).toHaveLength(1));
    }
  });

  it('wait long after wrong credentials, and name neither them nor the address', async () => {
    for (const auth of ['wsse', 'digest'] as const) {
      const device = await deviceOf({ user: { name: 'admin', password: 'right' }, auth });
      const { failures, delays } = sourceOf(device, {
        endpoint: endpointOf(device, {
          credentials: { type: 'usernamePassword', username: 'admin', password: 'wrong-hush' },
        }),
      });
      await until(() => expect(failures).toHaveLength(1));
      expect(failures[0]).toMatchObject({ code: 'OnvifUnauthorized', kind: 'unauthorized' });
      expect(delays[0]).toBe(15_000);
      expect(failures[0]!.message).not.toMatch(/hush|admin/);
    }
  });

  it('say that a device has no events', async () => {
    const device = await deviceOf({ events: false });
    const { failures } = sourceOf(device);
    await until(() => expect(failures[0]).toMatchObject({ code: 'OnvifUnsupported' }));
  });

  const nest = `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`;
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>`;
  it.each([
    ['nothing', '', /not understood/],
    ['another protocol', 'hello', /not understood/],
    ['a page', '<html><body>login</body></html>', /not understood/],
    ['a torn answer', '<s:Envelope xmlns:s="x"><s:Body><tds:Get', /refused|not understood/],
    ['entities', bomb, /document type/],
    ['depth', nest, /nested deeper/],
    ['breadth', `<x>${'<a/>'.repeat(30_000)}</x>`, /more than 20000 elements/],
    ['a trap for patterns', `<x>${'xmlns'.repeat(50_000)}</x>`, /not understood/],
    [
      'attributes without end',
      `<x ${Array.from({ length: 40_000 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      /20000 attrib/,
    ],
    ['an empty body', '<Envelope><Body></Body></Envelope>', /not understood/],
    ['too much', 'x'.repeat(3_000_000), /larger than/],
    ['binary', '\u0000\u0001\ufffd', /not understood/],
  ])('are given up for a while when the device answers with %s', async (_name, text, why) => {
    const device = await deviceOf();
    device.misbehave = (_action, response) => {
      response.end(text);
      return true;
    };
    const began = Date.now();
    const { failures, delays } = sourceOf(device);
    await until(() => expect(failures).toHaveLength(1));
    expect(failures[0]!.message).toMatch(why);
    expect(delays[0]).toBe(500);
    // No answer may hold the engine up.
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it('do not wait for ever for a device that is silent, or that trickles', async () => {
    for (const trickle of [false, true]) {
      const device = await deviceOf();
      device.misbehave = (_action, response) => {
        const timer = setInterval(() => trickle && response.write('<'), 50);
        response.on('close', () => clearInterval(timer));
        return true;
      };
      const { failures } = sourceOf(device, { timeoutMs: 400 });
      await until(() => expect(failures[0]).toMatchObject({ code: 'OnvifTimeout' }));
    }
  });

  it('end at once when they are stopped, whatever the device does', async () => {
    const device = await deviceOf();
    const { source, states, connections } = sourceOf(device);
    await subscribed(connections);
    device.set(MOTION, 'IsMotion', 'true');
    await until(() => expect(states).toEqual(['Motion true']));
    device.misbehave = () => true;
    const began = Date.now();
    await source.stop();
    expect(Date.now() - began).toBeLessThan(4000);
    expect(states).toEqual(['Motion true']);
  });
});
