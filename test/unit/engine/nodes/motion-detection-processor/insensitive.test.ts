import { describe, expect, it } from 'vitest';
import { MotionNodeRig } from '../../../../kit/motion-node-rig.js';

/** The camera streams for so long, and each of its pictures is judged so. */
const judged = async (rig: MotionNodeRig, forSeconds: number, insensitive: number, motion = false): Promise<void> => {
  for (let frame = 0; frame < forSeconds * 25; frame++) {
    await rig.stream(1);
    rig.detector.verdict(rig.newest, { insensitive, motion });
  }
};

/** The camera streams, and nothing is judged. */
const unjudged = (rig: MotionNodeRig, forSeconds: number) => rig.stream(forSeconds * 25);

/** Every DetectionDegraded and DetectionRestored, in order. */
const told = ({ journal }: MotionNodeRig) =>
  journal.drafts
    .filter(({ eventType }) => /\.Detection(Degraded|Restored)$/.test(eventType))
    .map(({ data }) => `${data['state']}: ${data['cause']}`);

const RATIO = 'sluice_detector_insensitive_ratio{pipeline="p1",node="motion"}';

const ratio = async ({ metrics }: MotionNodeRig): Promise<string | undefined> =>
  (await metrics.text())
    .split('\n')
    .find((line) => line.startsWith(RATIO))
    ?.slice(RATIO.length + 1);

describe('a motion detector that sees too little', () => {
  it('says so with the share, and that it sees again', async () => {
    const rig = await MotionNodeRig.started();
    await judged(rig, 6, 0.6249);
    const [degraded] = rig.journal.named('DetectionDegraded');
    expect(degraded).toMatchObject({
      subject: '/livePipelines/p1/processors/motion',
      data: { state: 'degraded', cause: 'insensitive', share: 0.62, action: 'none' },
    });
    await judged(rig, 11, 0);
    expect(told(rig)).toEqual(['degraded: insensitive', 'restored: insensitive']);
  });

  it('records nothing for that unless it is asked to', async () => {
    const rig = await MotionNodeRig.started();
    await judged(rig, 10, 0.9);
    expect(told(rig)).toEqual(['degraded: insensitive']);
    expect(rig.outlet.handedOn).toEqual([]);
  });

  it.each([
    ['the engine', {}, { whenInsensitive: 'record' }],
    ['its document', { whenInsensitive: 'record' }, { whenInsensitive: 'report' }],
  ] as const)('has everything recorded where %s says so, until it sees again', async (_who, document, options) => {
    const rig = await MotionNodeRig.started(document, options);
    await judged(rig, 8, 0.9);
    const [degraded] = rig.journal.named('DetectionDegraded');
    expect(degraded?.data).toMatchObject({ cause: 'insensitive', action: 'recording everything' });
    const { length } = rig.outlet.handedOn;
    expect(length).toBe(2);
    expect(rig.outlet.handedOn.every(({ kind, id }) => kind === 'blind' && id === degraded?.id)).toBe(true);
    await judged(rig, 11, 0);
    const { length: after } = rig.outlet.handedOn;
    expect(after).toBeGreaterThan(length);
    await judged(rig, 5, 0);
    expect(rig.outlet.handedOn).toHaveLength(after);
  });

  it('only says so where its document does, whatever the engine says', async () => {
    const rig = await MotionNodeRig.started({ whenInsensitive: 'report' }, { whenInsensitive: 'record' });
    await judged(rig, 10, 0.9);
    expect(rig.journal.named('DetectionDegraded')).toMatchObject([{ data: { action: 'none' } }]);
    expect(rig.outlet.handedOn).toEqual([]);
  });

  it('still reports the motion that it finds', async () => {
    const rig = await MotionNodeRig.started();
    await judged(rig, 8, 0.9, true);
    expect(told(rig)).toEqual(['degraded: insensitive']);
    expect(rig.outlet.emitted.length).toBeGreaterThan(5);
    expect(rig.outlet.emitted.every(({ kind }) => kind === 'inference')).toBe(true);
  });

  it.each(['report', 'record'] as const)(
    'may become blind as well, which is told of by itself (%s)',
    async (policy) => {
      const rig = await MotionNodeRig.started({ whenInsensitive: policy });
      await judged(rig, 6, 0.9);
      await unjudged(rig, 7);
      const [insensitive, blind] = rig.journal.named('DetectionDegraded');
      const recorded = policy === 'record' ? insensitive : blind;
      expect(rig.outlet.handedOn.length).toBeGreaterThan(0);
      expect(rig.outlet.handedOn.every(({ id }) => id === recorded?.id)).toBe(true);
      const { length } = rig.outlet.handedOn;
      await judged(rig, 6, 0.9);
      expect(told(rig)).toEqual([
        'degraded: insensitive',
        `degraded: ${blind?.data['cause']}`,
        `restored: ${blind?.data['cause']}`,
      ]);
      // What it sees has not changed, so what is recorded for that goes on.
      expect(rig.outlet.handedOn.length - length).toBe(policy === 'record' ? 3 : 0);
      await judged(rig, 11, 0);
      expect(told(rig).slice(3)).toEqual(['restored: insensitive']);
    },
  );

  it('says and signals nothing more once it has stopped', async () => {
    const rig = await MotionNodeRig.started({ whenInsensitive: 'record' });
    await judged(rig, 6, 0.9);
    const { length } = rig.outlet.handedOn;
    expect(length).toBeGreaterThan(0);
    await rig.node.stop();
    await judged(rig, 12, 0);
    expect(rig.outlet.handedOn).toHaveLength(length);
    expect(told(rig)).toEqual(['degraded: insensitive']);
  });

  it('shows the share in a metric, except while nothing is judged, until the pipeline is gone', async () => {
    const rig = await MotionNodeRig.started();
    expect(await ratio(rig)).toBeUndefined();
    await judged(rig, 1, 0.125);
    expect(await ratio(rig)).toBe('0.125');
    await judged(rig, 1, 0);
    expect(await ratio(rig)).toBe('0');
    await unjudged(rig, 7);
    expect(await ratio(rig)).toBeUndefined();
    await judged(rig, 1, 0.25);
    expect(await ratio(rig)).toBe('0.25');
    rig.metrics.removePipeline('p1');
    expect(await ratio(rig)).toBeUndefined();
  });
});
