import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import { silentLogger } from '../../engine/core/log.js';
import type { EventDraft } from '../../engine/events/types.js';
import type { EventIntake, NodeEvent } from '../../engine/nodes/links.js';
import type { NodeContext, NodeEventDraft } from '../../engine/nodes/node-context.js';
import { OnvifEventSourceNode } from '../../engine/nodes/onvif-event-source/node.js';
import { Outlet } from '../../engine/pipeline/event-outlet.js';
import { FakeOnvifDevice } from '../kit/fake-onvif-device.js';

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

const nodeOf = async () => {
  const device = await FakeOnvifDevice.start();
  cleanUp.push(() => device.close());
  const drafts: EventDraft[] = [];
  const signals: NodeEvent[] = [];
  const publish = (draft: NodeEventDraft): string =>
    `id-${drafts.push({ eventTime: systemClock.utc(), ...draft, subject: '/livePipelines/p1/sources/door', pipeline: 'p1' })}`;
  const context = {
    node: 'door',
    pipeline: 'p1',
    clock: systemClock,
    log: silentLogger(),
    publish,
  } as unknown as NodeContext;
  const gate: EventIntake = {
    take: (event) => {
      if (event.kind !== 'state') signals.push(event);
    },
  };
  const hub: EventIntake = { hubOutput: 'doorOutput', take: () => {} };
  const links = {
    media: [],
    pictures: [],
    eventDelay: 0,
    eventLag: () => 0,
    events: new Outlet({ publish }, () => [gate, hub]),
  };
  const node = new OnvifEventSourceNode(
    {
      endpoint: { url: device.url, secured: false, ignoreHostname: false, ignoreSignature: false },
      topics: [],
      delivery: 'pullPoint',
      transport: 'tcp',
    },
    context,
    links,
  );
  cleanUp.push(() => node.stop());
  return { device, drafts, signals, node };
};

describe('an OnvifEventSource in a pipeline', () => {
  it('knows whether something moves, as far as the device tells: an input is no motion', async () => {
    const { device, drafts, node } = await nodeOf();
    expect(node.scene).toEqual({ motion: 'unknown' });
    device.set('tns1:Device/Trigger/DigitalInput', 'LogicalState', 'true', 'InputToken=1');
    device.set('tns1:VideoSource/MotionAlarm', 'State', 'false', 'Source=1');
    node.start();
    await until(() => expect(drafts).toHaveLength(2));
    expect(node.scene).toEqual({ motion: false });
    device.set('tns1:VideoSource/MotionAlarm', 'State', 'true', 'Source=1');
    await until(() => expect(node.scene).toEqual({ motion: true }));
    await node.stop();
    expect(node.scene).toEqual({ motion: 'unknown' });
  });

  it('publishes states, and signals gates with the id of the event that began it', async () => {
    const { device, drafts, signals, node } = await nodeOf();
    device.set('tns1:Device/Trigger/DigitalInput', 'LogicalState', 'false', 'InputToken=1');
    node.start();
    await until(() => expect(drafts).toHaveLength(1));
    expect(signals).toEqual([]);
    const now = Date.now();
    device.set('tns1:Device/Trigger/DigitalInput', 'LogicalState', 'true', 'InputToken=1', new Date(now - 1500));
    await until(() => expect(signals).toHaveLength(1));
    expect(drafts[1]).toMatchObject({
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      subject: '/livePipelines/p1/sources/door',
      pipeline: 'p1',
      output: 'doorOutput',
      data: {
        timestamp: expect.any(Number),
        inferences: [
          {
            type: 'event',
            subtype: 'onvif',
            event: {
              name: 'Device/Trigger/DigitalInput',
              properties: { source: 'InputToken=1,Rule=MyRule', state: 'true' },
            },
          },
        ],
      },
    });
    expect(signals[0]!.id).toBe('id-2');
    const age = systemClock.monotonic() - signals[0]!.at;
    expect(age).toBeGreaterThan(1_400_000);
    // The state holds, so the gate is told again, of the same event.
    await until(() => expect(signals.length).toBeGreaterThan(1));
    expect(signals[1]!.id).toBe('id-2');
    expect(drafts).toHaveLength(2);
  });

  it('reports an absent device once', async () => {
    const { device, drafts, node } = await nodeOf();
    await device.close();
    node.start();
    await until(() => expect(drafts).toHaveLength(1));
    expect(drafts[0]).toMatchObject({
      eventType: 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError',
      data: { errorCode: 'OnvifUnreachable', protocol: 'onvif' },
    });
  });
});
