import { describe, expect, it } from 'vitest';
import { seconds, toTicks90k } from '../../../../../engine/core/time.js';
import { MotionNodeRig as Rig } from '../../../../kit/motion-node-rig.js';

const BOX = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };

describe('a motion detector', () => {
  it('asks for pictures and for a detector as its document says', async () => {
    const zone = { name: 'door', polygon: '[[0,0],[1,0],[1,1]]', kind: 'exclude', minimumSize: '0.1' };
    const rig = await Rig.started({ sensitivity: 'high', decodePolicy: 'fps:5', zones: [zone] });
    await rig.stream(1);
    const polygon = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    expect(rig.detector.settings).toEqual({
      sensitivity: 'high',
      zones: [{ name: 'door', kind: 'exclude', polygon, minimumSize: 0.1 }],
    });
    expect(rig.decoder.spec).toMatchObject({ pictures: [{ width: 320, format: 'i420' }], maxFps: 5 });
  });

  it("takes the engine's decode policy where it names none, and has no zones", async () => {
    const rig = await Rig.started({}, { decodePolicy: { kind: 'keyframes' } });
    await rig.stream(30);
    expect(rig.detector.settings).toEqual({ sensitivity: 'medium' });
    expect(rig.decoder.fed.map(({ key }) => key)).toEqual([true, true]);
  });

  it('gives every picture to the detector, and every verdict to the metrics', async () => {
    const rig = await Rig.started();
    await rig.stream(3);
    rig.decoder.picture();
    expect(rig.detector.seen).toEqual([rig.newest]);
    rig.clock.advance(80);
    rig.detector.verdict(rig.newest, { latencyMicros: 2_000 });
    expect(rig.metrics.camera('rtsp://camera/1').judged.value).toBe(1);
    expect(await rig.metrics.text()).toMatch(/^sluice_detect_seconds_sum 0.002$/m);
    expect(rig.outlet.emitted).toEqual([]);
  });

  /** Quiet for so long that keyframes alone are looked at, one of which has been judged. */
  const glancing = async (): Promise<Rig> => {
    const rig = await Rig.started({}, { decodePolicy: { kind: 'adaptive', fps: 5, every: 1 } });
    let shown = 0;
    for (let frame = 0; frame < 25 * 14; frame++) {
      await rig.stream(1);
      for (; shown < rig.decoder.fed.length; shown++) {
        const { pts } = rig.decoder.fed[shown]!;
        const before = rig.detector.seen.length;
        rig.decoder.picture(pts!);
        if (rig.detector.seen.length > before) rig.detector.verdict(pts!);
      }
    }
    expect(rig.session.pictures.glances).toBe(true);
    expect(rig.decoder.fed.at(-1)!.key).toBe(true);
    return rig;
  };

  /** The next keyframe, which is judged by the test. */
  const nextKey = async (rig: Rig): Promise<number> => {
    const fed = rig.decoder.fed.length;
    while (rig.decoder.fed.length === fed) await rig.stream(1);
    rig.decoder.picture();
    return rig.decoder.fed.at(-1)!.pts!;
  };

  it('says nothing of a keyframe that differs before it has seen what came before it', async () => {
    const rig = await glancing();
    const before = rig.detector.seen.at(-1)!;
    const key = await nextKey(rig);
    rig.detector.verdict(key, { motion: true, changedCells: 40 });
    expect(rig.detector.rewinds).toBe(1);
    expect(rig.outlet.emitted).toEqual([]);
    const from = rig.decoder.fed.findLast(({ key, pts }) => key && pts === before);
    expect(from).toBeDefined();
    rig.decoder.picture(before + 200_000);
    rig.clock.advance(1_500);
    rig.detector.verdict(before + 200_000, { motion: true, score: 0.5, boxes: [BOX] });
    const [event] = rig.outlet.emitted;
    expect(event?.at).toBe(before + 200_000);
    expect(event?.data).toMatchObject({
      inferences: [{ extensions: { toldAfterSeconds: expect.stringMatching(/^2\.\d$/) } }],
    });
    expect(rig.node.eventLag()).toBeGreaterThan(0);
  });

  it('takes a few cells that differ for a reason to look, and fewer for noise', async () => {
    const rig = await glancing();
    rig.detector.verdict(await nextKey(rig), { changedCells: 2 });
    expect(rig.session.pictures.glances).toBe(true);
    rig.detector.verdict(await nextKey(rig), { changedCells: 3 });
    expect(rig.session.pictures.glances).toBe(false);
  });

  it('is behind by what it has not looked at, and by nothing while it looks at all', async () => {
    const rig = await glancing();
    await rig.stream(20);
    expect(rig.node.eventLag()).toBe(rig.newest - rig.detector.seen.at(-1)!);
    const all = await Rig.started({ decodePolicy: 'fps:5' });
    await all.stream(20);
    expect(all.node.eventLag()).toBe(0);
  });

  it('lets nobody wait for what it cannot judge', async () => {
    const rig = await glancing();
    // No verdict comes any more.
    await rig.stream(25 * 5);
    expect(rig.node.eventLag()).toBeGreaterThan(seconds(3));
    await rig.stream(25 * 6);
    expect(rig.node.scene.motion).toBe('unknown');
    expect(rig.node.eventLag()).toBe(0);
  });

  it('emits motion as an inference at its media time', async () => {
    const rig = await Rig.started();
    await rig.stream(10);
    rig.detector.verdict(rig.newest, {
      motion: true,
      score: 0.5,
      boxes: [BOX, BOX],
      why: { zone: 'door', share: 0.2 },
    });
    const utc = rig.session.toUtc(rig.newest);
    const extensions = { score: '0.500', zone: 'door', share: '0.2' };
    expect(rig.outlet.emitted).toEqual([
      {
        kind: 'inference',
        at: rig.newest,
        eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
        eventTime: utc,
        data: {
          timestamp: toTicks90k(utc),
          inferences: [
            { type: 'motion', motion: { box: BOX }, extensions },
            { type: 'motion', motion: { box: BOX }, extensions },
          ],
        },
      },
    ]);
  });

  it('emits one event for each aggregation window, without regions if those are not wanted', async () => {
    const rig = await Rig.started({ outputMotionRegion: false, eventAggregationWindow: 'PT2S' });
    for (let frame = 0; frame < 60; frame++) {
      await rig.stream(1);
      rig.detector.verdict(rig.newest, { motion: true, score: 0.5, boxes: [BOX] });
    }
    const inferences = [{ type: 'motion', motion: {}, extensions: { score: '0.500' } }];
    expect(rig.outlet.emitted.map(({ data }) => data['inferences'])).toEqual([inferences, inferences]);
    expect(rig.outlet.emitted[1]!.at - rig.outlet.emitted[0]!.at).toBeLessThan(seconds(2));
  });

  it('emits what it has gathered when it stops, and takes no verdict after that', async () => {
    const rig = await Rig.started();
    for (let frame = 0; frame < 10; frame++) {
      await rig.stream(1);
      rig.detector.verdict(rig.newest, { motion: true });
    }
    expect(rig.outlet.emitted).toHaveLength(1);
    const stopping = rig.node.stop();
    rig.detector.verdict(rig.newest, { motion: true, scene: [{ kind: 'moved', cause: 'shift', began: true }] });
    rig.detector.fail(new Error('too late'));
    await stopping;
    rig.detector.verdict(rig.newest, { motion: true });
    expect(rig.outlet.emitted).toHaveLength(2);
    expect(rig.metrics.camera('rtsp://camera/1').judged.value).toBe(10);
    expect([rig.detector.closed, rig.decoder.over]).toEqual([true, true]);
  });

  it.each([
    ['lightingChanged', 'Sluice.Analytics.scene.lightingChanged'],
    ['tampered', 'Sluice.Analytics.scene.tampered'],
    ['frozen', 'Sluice.Analytics.scene.frozen'],
    ['moved', 'Sluice.Analytics.scene.moved'],
  ] as const)('tells of a scene that is %s as of a state, which opens no gate', async (kind, eventType) => {
    const rig = await Rig.started();
    await rig.stream(2);
    rig.detector.verdict(rig.newest, { scene: [{ kind, cause: 'because', began: true }] });
    rig.detector.verdict(rig.newest, { scene: [{ kind, cause: 'because', began: false }] });
    const eventTime = rig.session.toUtc(rig.newest);
    const data = { timestamp: toTicks90k(eventTime), change: kind, cause: 'because' };
    const event = { kind: 'state', at: rig.newest, eventType, eventTime };
    expect(rig.outlet.emitted).toEqual([
      { ...event, data: { ...data, state: 'began' } },
      { ...event, data: { ...data, state: 'ended' } },
    ]);
  });
});

describe('a motion detector that cannot judge', () => {
  it('counts pictures that the detector had no time for', async () => {
    const rig = await Rig.started();
    await rig.stream(2);
    rig.detector.answer = 'replaced';
    rig.decoder.picture();
    expect(rig.dropped('detectorBusy')).toBe(1);
  });

  it('is blind, and does not fail, when the detector refuses the pictures', async () => {
    const rig = await Rig.started({ decodePolicy: 'fps:5' });
    rig.detector.answer = new RangeError('pictures of 320x6 are not judged');
    for (let second = 0; second < 8; second++) {
      await rig.stream(25);
      rig.decoder.picture();
    }
    const degraded = rig.journal.named('DetectionDegraded');
    expect(degraded).toMatchObject([
      {
        subject: '/livePipelines/p1/processors/motion',
        data: { state: 'degraded', cause: expect.stringContaining('320x6'), action: 'recording everything' },
      },
    ]);
    expect(rig.dropped('detectorError')).toBe(8);
    const before = rig.outlet.handedOn.length;
    await rig.stream(25 * 8);
    const signals = rig.outlet.handedOn;
    expect(signals.length - before).toBe(4);
    for (const [index, signal] of signals.entries()) {
      expect(signal).toMatchObject({ kind: 'blind', id: degraded[0]!.id });
      expect(signal.at - signals[0]!.at).toBe(seconds(2 * index));
    }
  });

  it('says that nothing is recorded where no gate is behind it', async () => {
    const rig = await Rig.started();
    rig.outlet.records = false;
    await rig.stream(25 * 7);
    expect(rig.journal.named('DetectionDegraded')).toMatchObject([{ data: { action: 'none' } }]);
  });

  it('says once that it sees again, and signals no longer', async () => {
    const rig = await Rig.started();
    rig.detector.fail(new Error('out of memory'));
    await rig.stream(25 * 7);
    expect(rig.journal.named('DetectionDegraded')).toMatchObject([
      { data: { cause: 'the detector failed: out of memory' } },
    ]);
    expect(rig.dropped('detectorError')).toBe(1);
    rig.detector.verdict(rig.newest);
    rig.detector.verdict(rig.newest);
    expect(rig.journal.named('DetectionRestored')).toMatchObject([{ data: { state: 'restored' } }]);
    const { length } = rig.outlet.handedOn;
    await rig.stream(25 * 3);
    expect(rig.outlet.handedOn).toHaveLength(length);
  });

  it('signals no longer once it has stopped', async () => {
    const rig = await Rig.started();
    await rig.stream(25 * 7);
    const { length } = rig.outlet.handedOn;
    expect(length).toBeGreaterThan(0);
    await rig.node.stop();
    await rig.stream(25 * 10);
    expect(rig.outlet.handedOn).toHaveLength(length);
  });

  it('leaves no detector behind when the camera can give it no pictures', async () => {
    const rig = new Rig();
    rig.source.start();
    for (const width of [64, 128, 256, 512]) {
      rig.source.pictures.open({ width, format: 'i420', policy: { kind: 'full' } }, { onPicture: () => {} });
    }
    expect(() => rig.node.start()).toThrow(expect.objectContaining({ code: 'TooManyPictureSizes' }));
    await rig.node.stop();
    expect(rig.detector.closed).toBe(true);
  });
});
