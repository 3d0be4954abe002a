import { describe, expect, it, vi } from 'vitest';
import { OverloadWatch } from '../../../../../engine/camera/overload/overload-watch.js';
import type { CameraSession } from '../../../../../engine/camera/session.js';
import { CameraList } from '../../../../../engine/camera-list.js';
import { decodePolicyText } from '../../../../../engine/core/decode-policy.js';
import { MICROS_PER_MS } from '../../../../../engine/core/time.js';
import { motionToFiles } from '../../../../kit/evr.js';
import type { FakeDecode, FakeIngest } from '../../../../kit/fake-bridge.js';
import { settle } from '../../../../kit/fake-clock.js';
import type { FakeMotionCamera } from '../../../../kit/fake-motion-pool.js';
import { PipelineRig, type PipelineRigOptions } from '../../../../kit/pipeline-rig.js';
import { FRAME, h264Unit } from '../../../../kit/units.js';

/** A keyframe in two seconds. */
const GOP = 50;
const FRAMES = 25;

interface Camera {
  readonly name: string;
  readonly url: string;
  readonly ingest: FakeIngest;
  readonly detector: FakeMotionCamera;
  gop: number;
  fed: number;
}

/** Live pipelines on a machine of the test's own: so many cameras are decoded in full, and those beyond lose what they want. */
class Machine extends PipelineRig {
  readonly all: Camera[] = [];
  /** How many cameras can be decoded in full. */
  room = Number.POSITIVE_INFINITY;
  /** The frame in each second at which there is no room. */
  moment = 10;
  /** The detectors are what is too slow. */
  detectorsAreSlow = false;
  processors = 1;
  thread = 0;
  /** Cameras in whose pictures something moves. */
  readonly moving = new Set<string>();
  readonly watch: OverloadWatch;
  #sent = 0;

  constructor(options: PipelineRigOptions = { decodePolicy: { kind: 'fps', fps: 5 } }) {
    super(options);
    const { clock, log, metrics } = this;
    const load = { mainThread: () => this.thread, processors: () => this.processors };
    this.watch = new OverloadWatch({ clock, log, metrics, load, sessions: () => this.cameras.sessions });
    this.watch.start();
  }

  /** Activates live pipelines of these names, each with a camera of its own: `low1` has the priority low, `some` none. */
  async with(names: readonly string[], gop = GOP): Promise<void> {
    for (const name of names) {
      const [, priority] = /^(low|normal|high)/.exec(name) ?? [];
      const url = `rtsp://camera/${name}`;
      await this.activate(prioritised(priority), { name, parameters: { rtspUrl: url } });
      await this.clock.run(100);
      const [ingest, detector] = [this.bridge.ingests.at(-1)!, this.motion.cameras.at(-1)!];
      ingest.caps();
      this.all.push({ name, url, ingest, detector, gop, fed: 0 });
    }
  }

  of(name: string): CameraSession {
    return this.cameras.sessions.find(({ address }) => address.label === `rtsp://camera/${name}`)!;
  }

  /** What is decoded of each, by name. */
  get policies(): Record<string, string> {
    return Object.fromEntries(this.all.map(({ name }) => [name, decodePolicyText(this.of(name).pictures.policy!)]));
  }

  get reduced(): string[] {
    return this.all.filter(({ name }) => this.of(name).pictures.reduction).map(({ name }) => name);
  }

  /** Cameras of such events, in order. */
  toldOf(event: 'DecodingReduced' | 'DecodingRestored'): string[] {
    return this.journal.named(event).map(({ data }) => String(data['target']).replace('rtsp://camera/', ''));
  }

  dropped(name: string): number {
    const camera = this.metrics.camera(`rtsp://camera/${name}`);
    return camera.dropped('decoderBehind').value + camera.dropped('detectorBusy').value;
  }

  async run(seconds: number): Promise<void> {
    for (let frame = 0; frame < seconds * FRAMES; frame++) {
      this.clock.advance(FRAME / MICROS_PER_MS);
      this.#frame(this.#sent++);
      if (frame % FRAMES === 0) await settle();
    }
    await settle();
  }

  #frame(n: number): void {
    const full = this.all.filter(({ name }) => !this.of(name).pictures.reduction);
    const isTooMuch = full.length > this.room;
    for (const camera of this.all) {
      // One moment in each second in which all are behind: none gets anything more until its next keyframe.
      const suffers = isTooMuch && full.includes(camera) && n % FRAMES === this.moment;
      const before = this.#decoderOf(camera);
      if (before) before.accepts = !(suffers && !this.detectorsAreSlow);
      camera.detector.answer = suffers && this.detectorsAreSlow ? 'replaced' : 'taken';
      camera.ingest.unit(h264Unit(n, { gop: camera.gop }));
      this.#picture(camera, n);
    }
  }

  #decoderOf({ name }: Camera): FakeDecode | undefined {
    const { owner } = this.of(name).address;
    return this.bridge.decodes.findLast((decode) => decode.spec.owner === owner && !decode.over);
  }

  /** Of each unit that was fed, or of five a second. */
  #picture(camera: Camera, n: number): void {
    const decode = this.#decoderOf(camera);
    const { pts, key } = decode?.fed.at(-1) ?? {};
    if (!decode || pts === undefined || pts === null || pts === camera.fed) return;
    camera.fed = pts;
    if (!key && n % 5 > 0) return;
    decode.picture();
    if (camera.detector.seen.at(-1) === pts && camera.detector.answer === 'taken') {
      camera.detector.verdict(pts, { motion: this.moving.has(camera.name) });
    }
  }
}

const prioritised = (priority: string | undefined) => {
  const { properties, ...topology } = motionToFiles({ minimum: 'PT10S', maximum: 'PT1H', offset: '-PT5S' });
  const sources = properties.sources.map((source) => ({ ...source, ...(priority ? { priority } : {}) }));
  return { ...topology, name: `t-${priority ?? 'none'}`, properties: { ...properties, sources } };
};

describe('an engine with more cameras than its machine can decode', () => {
  it('decodes those with the lowest priority less, and all as asked again when there is room', async () => {
    const machine = new Machine();
    await machine.with(['high1', 'low1', 'some', 'low2', 'normal1']);
    await machine.run(30);
    expect(machine.reduced).toEqual([]);
    machine.room = 3;
    await machine.run(40);
    expect(machine.policies).toEqual({
      high1: 'fps:5',
      low1: 'keyframes',
      some: 'fps:5',
      low2: 'keyframes',
      normal1: 'fps:5',
    });
    expect(machine.toldOf('DecodingReduced').sort()).toEqual(['low1', 'low2']);
    // Since then nobody loses anything, and nobody is blind.
    const lost = machine.all.map(({ name }) => machine.dropped(name));
    await machine.run(20);
    expect(machine.all.map(({ name }) => machine.dropped(name))).toEqual(lost);
    expect(machine.journal.named('DetectionDegraded')).toEqual([]);
    machine.room = 5;
    await machine.run(120);
    expect(new Set(Object.values(machine.policies))).toEqual(new Set(['fps:5']));
    expect(machine.toldOf('DecodingRestored')).toEqual(machine.toldOf('DecodingReduced'));
    await machine.runner.close();
    machine.watch.stop();
  });

  it('tells of it: in events, in metrics, and of each camera', async () => {
    const machine = new Machine();
    await machine.with(['high1', 'low1']);
    await machine.run(20);
    machine.room = 1;
    await machine.run(20);
    const [reduced, ...others] = machine.journal.named('DecodingReduced');
    expect(others).toEqual([]);
    expect(reduced).toMatchObject({
      eventType: 'Sluice.Diagnostics.DecodingReduced',
      subject: '/livePipelines/low1/sources/rtspSource',
      data: {
        ...{ target: 'rtsp://camera/low1', priority: 'low', cause: 'decoderBehind' },
        ...{ asked: 'fps:5', decodes: 'keyframes' },
        message: expect.stringMatching(/decoders cannot keep up.*priority low, asked for: fps:5/),
      },
    });
    const text = await machine.metrics.text();
    expect(text).toContain('sluice_cameras_decoded_less{priority="low"} 1\n');
    expect(text).toContain('sluice_cameras_decoded_less{priority="high"} 0\n');
    expect(text).toContain('sluice_decode_reductions_total{priority="low",cause="decoderBehind"} 1\n');
    const cameras = camerasOf(machine);
    expect(cameras.map(({ name, priority }) => [name, priority])).toEqual([
      ['high1', 'high'],
      ['low1', 'low'],
    ]);
    expect(cameras[0]).not.toHaveProperty('decodedLess');
    expect(cameras[1]?.decodedLess).toMatchObject({ cause: 'decoderBehind', since: expect.any(Number) });
    machine.room = 2;
    await machine.run(80);
    expect(machine.journal.named('DecodingRestored')).toMatchObject([
      { data: { priority: 'low', asked: 'fps:5', decodes: 'fps:5', seconds: expect.any(Number) } },
    ]);
    expect(camerasOf(machine)[1]).not.toHaveProperty('decodedLess');
    expect(await machine.metrics.text()).toContain('sluice_cameras_decoded_less{priority="low"} 0\n');
  });

  it('still judges a camera that is decoded less, and records what moves there as one clip', async () => {
    const machine = new Machine();
    await machine.with(['low1', 'normal1'], 4 * FRAMES);
    await machine.run(30);
    machine.room = 1;
    await machine.run(12);
    expect(machine.reduced).toEqual(['low1']);
    // As far apart as keyframes are at most.
    for (const camera of machine.all) camera.gop = 8 * FRAMES;
    machine.moving.add('low1');
    await machine.run(30);
    machine.moving.clear();
    const recordedBy = (event: string) => machine.journal.named(event).map(({ pipeline }) => pipeline);
    // The files are real ones: a recording begins and ends when the disk has done its part, whatever the test's clock says.
    await vi.waitFor(() => expect(recordedBy('RecordingStarted')).toEqual(['low1']), 30_000);
    expect(recordedBy('RecordingStopped')).toEqual([]);
    // Before it comes back, with which the overload would.
    await machine.run(16);
    expect(machine.toldOf('DecodingRestored')).toEqual([]);
    await vi.waitFor(() => expect(recordedBy('RecordingStopped')).toEqual(['low1']), 30_000);
    expect(recordedBy('RecordingStarted')).toEqual(['low1']);
    expect(machine.journal.named('DetectionDegraded')).toEqual([]);
  });

  it('does so as well when the detectors are what is too slow', async () => {
    const machine = new Machine();
    machine.detectorsAreSlow = true;
    await machine.with(['normal1', 'low1']);
    await machine.run(20);
    machine.room = 1;
    await machine.run(20);
    expect(machine.journal.named('DecodingReduced').map(({ data }) => [data['target'], data['cause']])).toEqual([
      ['rtsp://camera/low1', 'detectorBusy'],
    ]);
  });

  it('takes the highest priority of the pipelines that share a camera, for as long as they do', async () => {
    const machine = new Machine();
    await machine.with(['low1', 'normal1']);
    const shared = { name: 'second', parameters: { rtspUrl: 'rtsp://camera/low1' } };
    await machine.activate(prioritised('high'), shared);
    expect(machine.of('low1').priority).toBe('high');
    await machine.run(20);
    machine.room = 1;
    await machine.run(20);
    expect(machine.toldOf('DecodingReduced')).toEqual(['normal1']);
    await machine.runner.deactivate('second');
    expect(machine.of('low1').priority).toBe('low');
  });

  it('reduces nobody where the policy is adaptive and keyframes alone are decoded anyway', async () => {
    const machine = new Machine({ decodePolicy: { kind: 'adaptive', fps: 5, every: 1 } });
    await machine.with(['low1', 'high1']);
    machine.moving.add('high1');
    await machine.run(30);
    expect([machine.of('low1').pictures.glances, machine.of('high1').pictures.glances]).toEqual([true, false]);
    machine.room = 1;
    await machine.run(30);
    expect(machine.reduced).toEqual(['high1']);
  });
});

describe('a camera is left as it is', () => {
  it.each([
    ['keyframes are so far apart that it would be blind', 9 * FRAMES, 'fps', 10],
    ['no more is asked for than keyframes', FRAMES, 'keyframes', 0],
  ] as const)('where %s', async (_what, gop, kind, moment) => {
    const machine = new Machine({ decodePolicy: { kind, fps: 5 } });
    machine.detectorsAreSlow = true;
    machine.moment = moment;
    await machine.with(['low1', 'low2'], gop);
    await machine.run(30);
    machine.room = 0;
    await machine.run(60);
    expect(machine.dropped('low1')).toBeGreaterThan(50);
    expect(machine.reduced).toEqual([]);
  });

  it('while its decoder starts, whatever it loses', async () => {
    const machine = new Machine();
    machine.room = 0;
    await machine.with(['low1']);
    await machine.run(12);
    expect(machine.dropped('low1')).toBeGreaterThan(0);
    expect(machine.reduced).toEqual([]);
  });

  it('while its decoder hangs, which is another fault', async () => {
    const machine = new Machine();
    await machine.with(['low1', 'low2']);
    await machine.run(20);
    const [first] = machine.all;
    for (let n = 0; n < 20 * FRAMES; n++) {
      machine.clock.advance(FRAME / MICROS_PER_MS);
      // What waits for it fills up first.
      for (const decode of machine.bridge.decodes) decode.accepts = n < FRAMES;
      first!.ingest.unit(h264Unit(20 * FRAMES + n, { gop: GOP }));
    }
    expect(machine.dropped('low1')).toBeGreaterThan(400);
    expect(machine.reduced).toEqual([]);
  });
});

describe('the main thread', () => {
  it('is behind when it is busy and the media of most cameras comes late', async () => {
    const machine = new Machine();
    await machine.with(['low1', 'normal1']);
    await machine.run(15);
    machine.thread = 1;
    await machine.run(20);
    expect(machine.reduced).toEqual([]);
    // Nothing arrives for a while, and then all of it: later than it should be by a second and a half.
    machine.clock.advance(1_500);
    await machine.run(9);
    expect(machine.journal.named('DecodingReduced').map(({ data }) => [data['target'], data['cause']])).toEqual([
      ['rtsp://camera/low1', 'mainThreadBusy'],
    ]);
  });

  it('is not behind where only one camera is late', async () => {
    const machine = new Machine();
    await machine.with(['low1', 'normal1']);
    await machine.run(15);
    machine.thread = 1;
    const [late, other] = machine.all;
    for (let n = 0; n < 20 * FRAMES; n++) {
      machine.clock.advance(FRAME / MICROS_PER_MS);
      if (n > 40) late!.ingest.unit(h264Unit(15 * FRAMES + n - 40, { gop: GOP }));
      other!.ingest.unit(h264Unit(15 * FRAMES + n, { gop: GOP }));
    }
    expect(machine.reduced).toEqual([]);
  });
});

const camerasOf = (machine: Machine) =>
  new CameraList({
    clock: machine.clock,
    resources: {
      list: () =>
        machine.runner.pipelines.map(({ name }) => ({
          name,
          properties: { topologyName: 't', parameters: [], state: 'active' },
        })) as never,
      state: () => 'active',
    },
    runner: machine.runner,
    sensesOf: () => new Set(),
    videosOf: () => [],
    recording: () => new Set(),
  }).list();
