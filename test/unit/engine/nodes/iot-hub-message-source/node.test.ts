import { describe, expect, it } from 'vitest';
import { IotHubMessageSourceNode } from '../../../../../engine/nodes/iot-hub-message-source/node.js';
import { FakeOutlet, NodeRig } from '../../../../kit/node-rig.js';

class Rig extends NodeRig {
  readonly outlet = new FakeOutlet(this.context('hubSource', 'sources'));
  readonly node = new IotHubMessageSourceNode(
    { hubInputName: 'trigger' },
    this.context('hubSource', 'sources'),
    this.links({ events: this.outlet }),
  );
}

const started = (): Rig => {
  const rig = new Rig();
  rig.node.start();
  return rig;
};

describe('a source of messages', () => {
  it('makes an event of each message on its input, at the moment it comes', () => {
    const rig = started();
    rig.clock.advance(1_234);
    expect(rig.inputs.deliver('other', {})).toEqual({ delivered: 0, eventIds: [] });
    expect(rig.inputs.deliver('trigger', { door: 'open' })).toEqual({ delivered: 1, eventIds: ['id-1'] });
    expect(rig.outlet.emitted).toEqual([
      {
        kind: 'message',
        at: rig.clock.monotonic(),
        eventType: 'Sluice.Operational.InputReceived',
        eventTime: rig.clock.utc(),
        data: { hubInputName: 'trigger', message: { door: 'open' } },
      },
    ]);
    expect(rig.journal.drafts).toMatchObject([{ id: 'id-1', subject: '/livePipelines/p1/sources/hubSource' }]);
  });

  it('takes only the messages that are for its pipeline or for all', () => {
    const rig = started();
    expect(rig.inputs.deliver('trigger', {}, { pipeline: 'p2' }).delivered).toBe(0);
    expect(rig.inputs.deliver('trigger', {}, { pipeline: 'p1' }).delivered).toBe(1);
  });

  it('gives the id of every event of a message that several take', () => {
    const rig = started();
    const other = new IotHubMessageSourceNode(
      { hubInputName: 'trigger' },
      rig.context('other', 'sources'),
      rig.links({ events: rig.outlet }),
    );
    other.start();
    expect(rig.inputs.deliver('trigger', {})).toEqual({ delivered: 2, eventIds: ['id-1', 'id-2'] });
  });

  it('takes no message any more when it has stopped', async () => {
    const rig = started();
    await rig.node.stop();
    await rig.node.stop();
    expect(rig.inputs.deliver('trigger', {})).toEqual({ delivered: 0, eventIds: [] });
  });

  it.each([
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['a string', 'open', { message: 'open' }],
    ['a number', 0, { message: 0 }],
    ['false', false, { message: false }],
    ['a list', [1, 2], { message: [1, 2] }],
    ['a string of the greatest length', 'x'.repeat(2_048), { message: 'x'.repeat(2_048) }],
    ['a longer string', 'x'.repeat(2_049), { message: 'x'.repeat(2_048), truncated: true }],
    [
      'a long object',
      { text: 'x'.repeat(3_000) },
      { message: `{"text":"${'x'.repeat(2_048 - '{"text":"'.length)}`, truncated: true },
    ],
  ])('keeps of %s as much as is needed to recognise it', (_, message, data) => {
    const rig = started();
    rig.inputs.deliver('trigger', message);
    expect(rig.outlet.emitted[0]!.data).toEqual({ hubInputName: 'trigger', ...data });
  });

  it('cuts no character in two', () => {
    const rig = started();
    rig.inputs.deliver('trigger', `${'x'.repeat(2_047)}🚪🚪`);
    expect(rig.outlet.emitted[0]!.data).toMatchObject({ message: 'x'.repeat(2_047), truncated: true });
  });
});
