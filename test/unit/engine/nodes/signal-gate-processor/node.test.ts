import { describe, expect, it } from 'vitest';
import { type MediaTime, type Micros, seconds } from '../../../../../engine/core/time.js';
import type { CloseAction, OpenAction } from '../../../../../engine/gate/actions.js';
import type { GateSettings } from '../../../../../engine/gate/types.js';
import type { EventKind } from '../../../../../engine/nodes/links.js';
import { RtspSourceNode } from '../../../../../engine/nodes/rtsp-source/node.js';
import { SignalGateNode } from '../../../../../engine/nodes/signal-gate-processor/node.js';
import { NodeRig } from '../../../../kit/node-rig.js';

const ENDPOINT = { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false };
const SETTINGS: GateSettings = {
  activationEvaluationWindow: seconds(1),
  activationSignalOffset: seconds(-5),
  minimumActivationTime: seconds(10),
  maximumActivationTime: seconds(30),
};

type Told = { open: OpenAction } | { close: CloseAction } | { unit: MediaTime };

/** A gate behind a camera, and one who reads what it lets through. */
class Rig extends NodeRig {
  readonly source = new RtspSourceNode(
    { endpoint: ENDPOINT, transport: 'tcp', priority: 'normal' },
    this.context('camera', 'sources'),
  );
  readonly node: SignalGateNode;
  readonly told: Told[] = [];

  /** Units of which was said no more than that they have come. */
  held = 0;
  /** How far behind those are who tell it of events. */
  lag: Micros = 0;

  constructor(settings: Partial<GateSettings> = {}, eventDelay: Micros = 0) {
    super();
    const links = this.links({ media: [this.source.media], eventDelay, eventLag: () => this.lag });
    this.node = new SignalGateNode({ ...SETTINGS, ...settings }, this.context('gate'), links);
    this.read(this.told);
  }

  static async started(...parameters: ConstructorParameters<typeof Rig>): Promise<Rig> {
    const rig = new Rig(...parameters);
    rig.node.start();
    rig.source.start();
    await rig.connected();
    return rig;
  }

  read(told: Told[]): () => void {
    return this.node.media.attach({
      open: (open) => told.push({ open }),
      close: (close) => told.push({ close }),
      unit: ({ pts }) => told.push({ unit: pts }),
      held: () => this.held++,
    });
  }

  signal(id: string, at: number = this.clock.monotonic(), kind: EventKind = 'inference'): void {
    this.node.events.take({ kind, at: at as MediaTime, id, data: {} });
  }

  get opened(): OpenAction[] {
    return this.told.flatMap((one) => ('open' in one ? one.open : []));
  }

  get closed(): CloseAction[] {
    return this.told.flatMap((one) => ('close' in one ? one.close : []));
  }

  /** How long the gate has been asked to keep. */
  async keeps(): Promise<Micros> {
    await this.stream(25 * 75);
    return this.session.ringSpan;
  }
}

describe('a gate node', () => {
  it('opens and closes by the units that come', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    const at = rig.session.ring.newest!.pts;
    rig.signal('cause', at);
    expect(rig.opened).toEqual([]);
    await rig.stream(26);
    const open = {
      activation: 1,
      start: at - seconds(5),
      trigger: at,
      signalId: 'cause',
      requestedPreRoll: seconds(5),
    };
    expect(rig.opened).toMatchObject([open]);
    expect(rig.closed).toEqual([]);
    await rig.stream(250);
    expect(rig.closed).toMatchObject([{ activation: 1, end: at + seconds(10), reason: 'minimum' }]);
    await rig.node.stop();
  });

  it('has told of a unit only what lies within the stretch that was open', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.signal('cause');
    await rig.stream(300);
    const close = rig.told.findIndex((one) => 'close' in one);
    const open = rig.told.findIndex((one) => 'open' in one);
    const { end } = rig.closed[0]!;
    const between = rig.told.slice(open, close).flatMap((one) => ('unit' in one ? one.unit : []));
    expect(between).not.toEqual([]);
    expect(between.every((pts) => pts <= end)).toBe(true);
    expect(rig.told[close + 1]).toEqual({ unit: expect.any(Number) });
  });

  it('does not close before it is known what was there, and tells of nothing that may not be asked for', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    const at = rig.session.ring.newest!.pts;
    rig.signal('cause', at);
    rig.lag = seconds(3);
    await rig.stream(25 * 12);
    expect([rig.opened.length, rig.closed.length]).toEqual([1, 0]);
    const end = at + seconds(10);
    const told = () => rig.told.flatMap((one) => ('unit' in one ? one.unit : []));
    expect(told().at(-1)).toBe(end);
    expect(rig.held).toBeGreaterThan(25);
    // It had moved on, as is found now.
    rig.signal('later', at + seconds(9));
    await rig.stream(1);
    expect(told().at(-1)).toBe(rig.session.ring.newest!.pts);
    await rig.stream(25 * 11);
    expect(rig.closed).toMatchObject([{ activation: 1, end: at + seconds(19), reason: 'minimum' }]);
    expect(rig.opened).toHaveLength(1);
  });

  it('is as late by the clock when the camera is silent, and has one timer', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.lag = seconds(3);
    rig.signal('cause');
    const timers = rig.clock.pendingTimers;
    await rig.clock.run(15_000);
    expect([rig.closed.length, rig.clock.pendingTimers]).toEqual([0, timers]);
    await rig.clock.run(4_000);
    expect(rig.closed).toHaveLength(1);
  });

  it('opens and closes by the clock when the camera is silent', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    const at = rig.clock.monotonic();
    rig.signal('cause');
    await rig.clock.run(1_500);
    expect(rig.opened).toMatchObject([{ signalId: 'cause' }]);
    await rig.clock.run(15_000);
    expect(rig.closed).toMatchObject([{ reason: 'lost', end: at + seconds(10) }]);
  });

  it('opens by the clock although no unit has ever come', async () => {
    const rig = await Rig.started();
    rig.signal('cause');
    await rig.clock.run(1_500);
    expect(rig.opened).toHaveLength(1);
    await rig.clock.run(15_000);
    expect(rig.closed).toMatchObject([{ reason: 'lost' }]);
  });

  it('leaves no timer behind when it has closed', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    const before = rig.clock.pendingTimers;
    rig.signal('cause');
    expect(rig.clock.pendingTimers).toBe(before + 1);
    await rig.stream(25 * 20);
    expect(rig.closed).toHaveLength(1);
    expect(rig.clock.pendingTimers).toBe(before);
  });

  it.each(['inference', 'message', 'blind'] as const)('opens by an event of the kind %s', async (kind) => {
    const rig = await Rig.started();
    await rig.stream(50);
    rig.signal('cause', rig.clock.monotonic(), kind);
    await rig.stream(30);
    expect(rig.opened).toHaveLength(1);
  });

  it('ignores events of states', async () => {
    const rig = await Rig.started();
    await rig.stream(50);
    rig.signal('state', rig.clock.monotonic(), 'state');
    await rig.stream(50);
    expect([rig.opened, rig.journal.named('SignalIgnored')]).toEqual([[], []]);
  });

  it('says which event came too late', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.signal('cause');
    await rig.stream(30);
    rig.signal('before', rig.clock.monotonic() - seconds(5));
    expect(rig.journal.named('SignalIgnored')).toMatchObject([
      { correlationId: 'before', subject: '/livePipelines/p1/processors/gate', data: { reason: 'late' } },
    ]);
  });

  it('says which event leaves no clip', async () => {
    const rig = await Rig.started({ activationSignalOffset: seconds(20) });
    await rig.stream(50);
    rig.signal('cause');
    await rig.stream(25 * 30);
    expect(rig.journal.named('SignalIgnored')).toMatchObject([
      { correlationId: 'cause', data: { reason: 'endsBeforeStart' } },
    ]);
    expect(rig.opened).toEqual([]);
  });

  it('counts its openings', async () => {
    const rig = await Rig.started();
    const { gateOpenings } = rig.metrics.pipeline('p1', 't');
    for (const expected of [1, 2]) {
      await rig.stream(50);
      rig.signal(`cause ${expected}`);
      await rig.stream(25 * 12);
      expect(gateOpenings.value).toBe(expected);
    }
  });

  it.each([
    ['its offset, window, and a decoder and detector', {}, 0, 5 + 1 + 1.5],
    ['no offset into the past', { activationSignalOffset: 0 }, 0, 1 + 1.5],
    ['what holds events back on their way', {}, seconds(4), 5 + 1 + 1.5 + 4],
    ['a long way back', { activationSignalOffset: seconds(-60) }, 0, 60 + 1 + 1.5],
  ])('keeps as much of the past as is needed for %s', async (_, settings, eventDelay, span) => {
    const rig = await Rig.started(settings, eventDelay);
    const kept = await rig.keeps();
    expect(kept).toBeGreaterThanOrEqual(seconds(span));
    // The ring lets go of whole GOPs.
    expect(kept).toBeLessThan(seconds(span + 1.1));
  });

  it('closes what is open when it stops, and asks for no more of the past', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.signal('cause');
    await rig.stream(50);
    const newest = rig.session.ring.newest!.pts;
    await rig.node.stop();
    expect(rig.closed).toMatchObject([{ end: newest, reason: 'flushed' }]);
    await rig.node.stop();
    expect(rig.closed).toHaveLength(1);
    rig.told.length = 0;
    await rig.stream(50);
    expect(rig.told).toEqual([]);
    expect(rig.session.ringSpan).toBeLessThan(seconds(1.1));
  });

  it('has recorded up to the newest unit when it stops, however little of it has been looked at', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.signal('cause');
    rig.lag = seconds(3);
    await rig.stream(100);
    const newest = rig.session.ring.newest!.pts;
    await rig.node.stop();
    expect(rig.closed).toMatchObject([{ end: newest, reason: 'flushed' }]);
  });

  it('can do without events while it records, unless one of its readers takes them', async () => {
    const rig = await Rig.started();
    const covers = () => rig.node.events.coversUntil?.(rig.session.ring.newest!.pts);
    await rig.stream(250);
    expect(covers()).toBeUndefined();
    const at = rig.session.ring.newest!.pts;
    rig.signal('cause', at);
    await rig.stream(50);
    expect(covers()).toBe(at + seconds(10));
    const leave = rig.node.media.attach({ event: () => {} });
    expect(covers()).toBeUndefined();
    leave();
    expect(covers()).toBeDefined();
  });

  it('records what an event asked for whose evaluation window is still open when it stops', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    rig.signal('cause');
    await rig.node.stop();
    expect(rig.opened).toMatchObject([{ signalId: 'cause' }]);
    expect(rig.closed).toMatchObject([{ reason: 'flushed' }]);
  });

  it('begins nothing any more when an event comes after its stop', async () => {
    const rig = await Rig.started();
    await rig.stream(250);
    await rig.node.stop();
    const timers = rig.clock.pendingTimers;
    rig.signal('too late');
    expect(rig.clock.pendingTimers).toBe(timers);
    await rig.clock.run(20_000);
    expect(rig.told.filter((one) => !('unit' in one))).toEqual([]);
  });

  it('tells every reader, and no longer one that has gone', async () => {
    const rig = await Rig.started();
    const other: Told[] = [];
    const leave = rig.read(other);
    await rig.stream(50);
    rig.signal('cause');
    await rig.stream(30);
    expect(other).toEqual(rig.told);
    leave();
    await rig.stream(30);
    expect(other.length).toBeLessThan(rig.told.length);
  });
});
