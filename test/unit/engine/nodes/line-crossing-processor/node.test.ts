import { describe, expect, it } from 'vitest';
import { type MediaTime, seconds, toTicks90k, utcMicros } from '../../../../../engine/core/time.js';
import { LineCrossingNode } from '../../../../../engine/nodes/line-crossing-processor/node.js';
import type { EventKind, NodeEvent } from '../../../../../engine/nodes/links.js';
import { FakeOutlet, NodeRig } from '../../../../kit/node-rig.js';
import { http, hubSink, type Json, lineCrossing, rtspSource, topologyOf, tracker } from '../../../../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../../../../kit/topology.js';
import { lineOf } from '../../../../kit/walks.js';

const UTC = utcMicros(Date.UTC(2026, 0, 2, 3, 0, 0) * 1000);

/** What a tracker in front says about one object. */
const entity = (x: number, more: Json = { sequenceId: '7' }): Json => ({
  type: 'entity',
  inferenceId: `at-${x}`,
  ...more,
  entity: { tag: { value: 'person', confidence: 0.9 }, box: { l: x - 0.05, t: 0.4, w: 0.1, h: 0.2 } },
});

class Rig extends NodeRig {
  readonly outlet = new FakeOutlet(this.context('crossing'));
  readonly node = new LineCrossingNode(
    { lines: [lineOf([0.5, 0.1], [0.5, 0.9], 'LineCrossing1'), lineOf([0.6, 0], [0.6, 1], 'next')] },
    this.context('crossing'),
    this.links({ events: this.outlet }),
  );

  say(time: number, inferences: unknown, kind: EventKind = 'inference', more: Json = {}): void {
    const timestamp = toTicks90k(utcMicros(UTC + seconds(time)));
    const event: NodeEvent = {
      kind,
      at: seconds(time) as MediaTime,
      id: 'e',
      data: { timestamp, inferences, ...more },
    };
    this.node.events.take(event);
  }
}

const started = (): Rig => {
  const rig = new Rig();
  rig.node.start();
  return rig;
};

describe('a line crossing processor', () => {
  it("publishes AVA's event for a crossing, at the time of the picture", () => {
    const rig = started();
    rig.say(1, [entity(0.3)]);
    expect(rig.outlet.emitted).toEqual([]);
    rig.say(2, [{ type: 'motion', motion: {} }, entity(0.55)]);
    expect(rig.outlet.emitted).toEqual([
      {
        kind: 'inference',
        at: seconds(2),
        eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
        eventTime: UTC + seconds(2),
        data: {
          timestamp: toTicks90k(utcMicros(UTC + seconds(2))),
          inferences: [
            {
              type: 'event',
              subtype: 'lineCrossing',
              inferenceId: expect.stringMatching(/^[0-9a-f]{32}$/),
              relatedInferences: ['at-0.55'],
              event: {
                name: 'LineCrossing1',
                properties: {
                  direction: 'counterclockwise',
                  clockwiseTotal: '0',
                  counterclockwiseTotal: '1',
                  total: '1',
                },
              },
            },
          ],
        },
      },
    ]);
  });

  it('publishes one event for each crossing, in order', () => {
    const rig = started();
    rig.say(1, [entity(0.9)]);
    rig.say(2, [entity(0.2)]);
    const names = rig.outlet.emitted.map(({ data }) => (data['inferences'] as Json[])[0]!.event.name);
    expect(names).toEqual(['next', 'LineCrossing1']);
  });

  it('counts from its start', async () => {
    const rig = started();
    for (const x of [0.3, 0.55, 0.3]) rig.say(x, [entity(x)]);
    rig.say(3, [entity(0.3, { sequenceId: 'a' })]);
    await rig.node.stop();
    rig.say(4, [entity(0.55, { sequenceId: 'a' })]);
    rig.node.start();
    rig.outlet.emitted.length = 0;
    rig.say(5, [entity(0.3, { sequenceId: 'a' })]);
    rig.say(6, [entity(0.55, { sequenceId: 'a' })]);
    expect(rig.outlet.emitted).toMatchObject([
      { data: { inferences: [{ event: { properties: { counterclockwiseTotal: '1', total: '1' } } }] } },
    ]);
  });

  it('follows numbers as ids, and leaves out the related inference if the object has no id', () => {
    const rig = started();
    for (const [time, x] of [
      [1, 0.3],
      [2, 0.55],
    ] as const) {
      rig.say(time, [entity(x, { sequenceId: 7, inferenceId: undefined })]);
    }
    const [inference] = rig.outlet.emitted[0]!.data['inferences'] as Json[];
    expect(inference).not.toHaveProperty('relatedInferences');
  });

  it('takes the time of an event without a timestamp from the clock', () => {
    const rig = started();
    rig.clock.advance(5000);
    rig.say(1, [entity(0.3)]);
    rig.say(2, [entity(0.55)], 'inference', { timestamp: undefined });
    expect(rig.outlet.emitted[0]!.eventTime).toBe(rig.clock.utc() - seconds(3));
  });

  it('says once that objects reach it which nobody tracks, and counts them', async () => {
    const rig = started();
    for (const time of [1, 2, 3]) rig.say(time, [entity(0.3, {}), { type: 'entity', sequenceId: '1', entity: {} }]);
    expect(rig.journal.named('RuntimeError')).toMatchObject([{ data: { code: 'objectsNotTracked' } }]);
    expect(await rig.metrics.text()).toMatch(/va_data_dropped_total\{.*data_kind="entity".*\} 6/);
  });

  it('is not confused by what extensions may send', () => {
    const rig = started();
    for (const odd of [undefined, null, 'x', {}, [null, 1, 'x', [], {}], [{ type: 'entity', entity: null }]])
      rig.say(1, odd);
    const box = { l: 'x', t: null, w: Number.NaN, h: 1 };
    rig.say(2, [{ type: 'entity', sequenceId: '1', entity: { box } }]);
    expect(rig.outlet.emitted).toEqual([]);
  });

  it('passes on that the detector is blind, and nothing of other kinds', () => {
    const rig = started();
    for (const kind of ['blind', 'state', 'message'] as const) rig.say(1, [entity(0.3)], kind);
    expect(rig.outlet.handedOn.map(({ kind }) => kind)).toEqual(['blind']);
    expect(rig.outlet.emitted).toEqual([]);
  });
});

describe('its document', () => {
  const documentOf = (line: string): Json => {
    const crossing = lineCrossing();
    crossing.lines[0].line = line;
    return topologyOf(rtspSource(), http(), tracker(), crossing, hubSink('crossing'));
  };

  it('becomes lines', () => {
    const { topology } = validateTopology(documentOf('[["0.25",0],[1,0.5]]'));
    const parameters = [{ name: 'rtspUrl', value: 'rtsp://camera/1' }];
    const { pipeline } = resolvePipeline(topology!, { name: 'p1', parameters });
    expect(pipeline!.nodes.find(({ name }) => name === 'crossing')!.settings).toEqual({
      lines: [{ name: 'line', from: [0.25, 0], to: [1, 0.5] }],
    });
  });

  it('needs lines that have a length', () => {
    expect(validateTopology(documentOf('[[0.5,0.5],[0.5,0.5]]')).problems).toMatchObject([
      { pointer: '/properties/processors/2/lines/0/line', message: expect.stringContaining('two different') },
    ]);
  });
});
