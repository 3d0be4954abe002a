import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { EndReason } from '../../../../bridge/types.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';
import type { CloseReason } from '../../../../engine/gate/actions.js';
import { RtspSourceNode } from '../../../../engine/nodes/rtsp-source/node.js';
import { SinkRecorder } from '../../../../engine/recording/sink-recorder.js';
import { sinkNode } from '../../../kit/clips.js';
import { type FakeMux, latest } from '../../../kit/fake-bridge.js';
import { fragment, init, movie } from '../../../kit/mp4.js';
import { NodeRig, type NodeRigOptions } from '../../../kit/node-rig.js';
import { h264Unit } from '../../../kit/units.js';

const ENDPOINT = { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false };
const FULL: EndReason = { kind: 'error', failure: 'file', code: 'filesink', message: 'No space left on device' };

/** A recorder on a camera that streams; the test is the gate. */
class Rig extends NodeRig {
  readonly source = new RtspSourceNode(
    { endpoint: ENDPOINT, transport: 'tcp', priority: 'normal' },
    this.context('camera', 'sources'),
  );
  readonly pipelineMetrics = this.metrics.pipeline('p1', 't');
  #recorder: SinkRecorder | undefined;
  #activations = 0;

  static async connected(options?: NodeRigOptions): Promise<Rig> {
    const rig = new Rig(options);
    rig.source.start();
    await rig.connected();
    rig.source.media.attach({ span: seconds(20), unit: () => rig.recorder.unit() });
    return rig;
  }

  get recorder(): SinkRecorder {
    this.#recorder ??= new SinkRecorder(
      { ...sinkNode(), tracks: new Set(['video']) },
      {
        session: this.session,
        clock: this.clock,
        muxes: this.bridge,
        shelf: this.shelf,
        metrics: { ...this.pipelineMetrics, dropped: (track) => this.pipelineMetrics.node('fileSink').dropped(track) },
      },
    );
    return this.#recorder;
  }

  get now(): MediaTime {
    return this.session.ring.newest!.pts;
  }

  get mux(): FakeMux {
    return latest(this.bridge.muxes);
  }

  /** Where the newest clip is, whatever name its muxer has for it. */
  get location(): string {
    return String(this.dataOf('RecordingStarted').at(-1)!['outputLocation']);
  }

  /** @param back how much earlier than the newest unit the clip is to begin, in seconds. */
  open(back = 0): number {
    const trigger = this.now;
    const start = (trigger - seconds(back)) as MediaTime;
    this.recorder.open({
      type: 'open',
      activation: ++this.#activations,
      start,
      trigger,
      signalId: `cause ${this.#activations}`,
      requestedPreRoll: seconds(back),
    });
    return this.#activations;
  }

  async close(activation = this.#activations, reason: CloseReason = 'minimum'): Promise<void> {
    this.recorder.close({ type: 'close', activation, end: this.now, reason });
    await this.recorder.finished();
  }

  dataOf(lastPart: string): Array<Record<string, unknown>> {
    return this.journal.named(lastPart).map(({ data }) => data);
  }

  state(path: string): string | undefined {
    return this.shelf.index.get(this.shelf.media.relative(path))?.state;
  }
}

describe('the recorder of a sink', () => {
  it('makes one file for each opening and tells its story', async () => {
    const rig = await Rig.connected();
    await rig.stream(100);
    for (const cause of ['cause 1', 'cause 2']) {
      rig.journal.told();
      rig.open(2);
      await rig.stream(50);
      await rig.close();
      const story = rig.journal.drafts.slice(-3);
      expect(rig.journal.told()).toEqual(['RecordingStarted', 'RecordingStopped', 'RecordingAvailable']);
      const path = rig.location;
      expect(story).toMatchObject([
        { correlationId: cause, data: { outputLocation: path, requestedPreRoll: 'PT2S' } },
        { correlationId: cause, data: { outputLocation: path, frames: rig.mux.written.length, reason: 'minimum' } },
        { correlationId: cause, data: { outputLocation: path, bytes: statSync(path).size } },
      ]);
      expect(rig.state(path)).toBe('finished');
    }
    expect(rig.pipelineMetrics.clipsFinished.value).toBe(2);
  });

  it("says how long the file plays by the camera's clock, though its units come ever earlier", async () => {
    const rig = await Rig.connected();
    await rig.stream(100);
    rig.open(2);
    for (let n = 0; n < 100; n++) {
      // As after a connection that began with a delay: media time follows, slowly.
      rig.clock.advance(30);
      latest(rig.bridge.ingests).unit(h264Unit(100 + n));
    }
    await rig.close();
    const last = rig.mux.written.at(-1)!;
    const [available] = rig.dataOf('RecordingAvailable');
    expect(available!['duration']).toBe((last.pts! + last.duration!) / 1e6);
  });

  it('records two openings that overlap into two files', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    const first = rig.open();
    await rig.stream(50);
    const second = rig.open();
    await rig.stream(50);
    await rig.close(first);
    await rig.stream(50);
    await rig.close(second, 'maximum');
    expect(rig.bridge.muxes.map(({ written }) => written.length)).toEqual([125, 125]);
    expect(rig.dataOf('RecordingStopped').map(({ reason }) => reason)).toEqual(['minimum', 'maximum']);
  });

  it('knows nothing of an opening that it was not told of', async () => {
    const rig = await Rig.connected();
    await rig.stream(10);
    await rig.close(7);
    expect(rig.journal.named('StorageError')).toEqual([]);
  });

  it('names a file after its first picture, and is not misled by a step of the wall clock in between', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    const utc = rig.session.toUtc(rig.session.ring.lastKeyframe()!.pts);
    rig.open();
    rig.clock.stepWall(3_600_000);
    await rig.stream(100);
    await rig.close();
    const [started] = rig.dataOf('RecordingStarted');
    const [stopped] = rig.dataOf('RecordingStopped');
    expect(Date.parse(String(started!['startTime']))).toBe(Math.floor(utc / 1000));
    const length = Date.parse(String(stopped!['endTime'])) - Date.parse(String(started!['startTime']));
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(10_000);
  });

  it('tells of a muxer that fails, keeps what plays, and goes on in a file that follows', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(50);
    const first = rig.mux;
    const { location } = rig;
    const left = Buffer.concat([init(), fragment(20)]);
    writeFileSync(first.spec.path, left);
    first.fail(FULL);
    await rig.stream(1);
    expect(rig.dataOf('StorageError')).toEqual([
      { code: 'filesink', message: 'No space left on device', outputLocation: location },
    ]);
    expect(rig.dataOf('RecordingStopped')).toMatchObject([{ reason: 'failed', outputLocation: location }]);
    expect(rig.dataOf('RecordingAvailable')).toMatchObject([
      { outputLocation: location, bytes: left.byteLength, incomplete: true, duration: 0.8 },
    ]);
    expect(rig.state(location)).toBe('recovered');
    await rig.stream(100);
    expect(rig.bridge.muxes).toHaveLength(2);
    await rig.close();
    expect(rig.dataOf('RecordingStarted')[1]).toMatchObject({ continues: true, outputLocation: rig.location });
    expect(rig.dataOf('RecordingAvailable')[1]).toMatchObject({ outputLocation: rig.location });
    const { clipsFinished, clipsFailed } = rig.pipelineMetrics;
    expect([clipsFinished.value, clipsFailed.value]).toEqual([1, 1]);
  });

  it('removes the file of a muxer that left nothing, and begins anew', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(10);
    rig.mux.fail({ kind: 'hostLost', message: 'the process died' });
    await vi.waitFor(() => expect(rig.bridge.muxes).toHaveLength(2), 60_000);
    const [first, second] = rig.dataOf('RecordingStarted').map((data) => String(data['outputLocation']));
    // The name is free again, for what begins with the same picture.
    expect([second, rig.state(first!)]).toEqual([first, 'open']);
    expect(rig.dataOf('RecordingStopped')).toMatchObject([{ outputLocation: first, reason: 'failed' }]);
    expect(rig.dataOf('StorageError')).toMatchObject([{ code: 'hostLost', message: 'the process died' }]);
    expect(rig.dataOf('RecordingAvailable')).toEqual([]);
    await rig.close();
  });

  it('notices within a second that the file is gone, and begins it anew with all that is still there', async () => {
    const rig = await Rig.connected();
    await rig.stream(100);
    rig.open(2);
    await rig.stream(50);
    const { mux, location } = rig;
    rmSync(location);
    await rig.stream(27);
    await vi.waitFor(() => expect(rig.bridge.muxes).toHaveLength(2), 60_000);
    expect(rig.mux.written.map(({ payload }) => payload).slice(0, 50)).toEqual(
      mux.written.map(({ payload }) => payload).slice(0, 50),
    );
    await rig.close();
    expect(rig.dataOf('StorageError')).toMatchObject([{ code: 'fileGone', outputLocation: location }]);
    expect(rig.dataOf('RecordingAvailable')).toMatchObject([{ frames: rig.mux.written.length }]);
    expect(rig.dataOf('DataDropped')).toEqual([]);
  });

  it('writes on while the data folder is away, from which the file comes back', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(10);
    const folder = dirname(rig.shelf.media.root);
    renameSync(folder, `${folder}-away`);
    await rig.stream(100);
    renameSync(`${folder}-away`, folder);
    await rig.stream(50);
    await rig.close();
    expect(rig.journal.told()).toContain('RecordingAvailable');
    expect(rig.dataOf('StorageError')).toEqual([]);
  });

  it('waits with what becomes of a clip that ends while the data folder is away', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    const first = rig.open();
    await rig.stream(60);
    const { location, mux } = rig;
    const folder = dirname(rig.shelf.media.root);
    // By its descriptor, whatever the folder is called.
    mux.finish = async () => {
      writeFileSync(location.replace(folder, `${folder}-away`), movie(mux.written.length));
      mux.finished = true;
      return { ok: true, bytes: 0 };
    };
    renameSync(folder, `${folder}-away`);
    rig.recorder.close({ type: 'close', activation: first, end: rig.now, reason: 'minimum' });
    await vi.waitFor(() => expect(mux.finished).toBe(true), 60_000);
    await rig.stream(100);
    expect(rig.state(location)).toBe('open');
    renameSync(`${folder}-away`, folder);
    await vi.waitFor(async () => {
      await rig.stream(25);
      expect(rig.state(location)).toBe('finished');
    }, 60_000);
    expect(rig.dataOf('RecordingAvailable')).toMatchObject([{ outputLocation: location }]);
    expect(rig.dataOf('StorageError')).toEqual([]);
  });

  it('believes no muxer that is content with a file that does not play', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(10);
    const { mux } = rig;
    mux.finish = () => Promise.resolve({ ok: true, bytes: 0 });
    await rig.close();
    expect(rig.dataOf('StorageError')).toMatchObject([{ code: 'emptyClip' }]);
    expect(rig.dataOf('RecordingStopped')).toMatchObject([{ reason: 'failed' }]);
    expect(rig.pipelineMetrics.clipsFinished.value).toBe(0);
  });

  it('counts what the ring let go of before the muxer took it', async () => {
    // Room for about two seconds of units of 1000 bytes.
    const rig = await Rig.connected({ ringBytes: 50_000 });
    await rig.stream(50, { bytes: 1_000 });
    rig.open();
    await rig.stream(5, { bytes: 1_000 });
    rig.mux.backlogBytes = 2 ** 30;
    await rig.stream(200, { bytes: 1_000 });
    rig.mux.backlogBytes = 0;
    await rig.stream(50, { bytes: 1_000 });
    await rig.close();
    const [dropped] = rig.dataOf('DataDropped');
    const [stopped] = rig.dataOf('RecordingStopped');
    const count = Number(dropped!['count']);
    expect(dropped).toMatchObject({ dataType: 'video', outputLocation: rig.location });
    // From the keyframe that is unit 25 to unit 304, each is in the file or counted.
    expect(count + Number(stopped!['frames'])).toBe(280);
    expect(count).toBeGreaterThan(100);
    expect(rig.pipelineMetrics.node('fileSink').dropped('video').value).toBe(count);
  });

  it('counts pictures that are not in the file although they were written', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(20);
    const { mux } = rig;
    const { finish } = mux;
    mux.finish = () => {
      mux.written.splice(-3);
      return finish.call(mux);
    };
    await rig.close();
    expect(rig.dataOf('DataDropped')).toMatchObject([{ count: 3 }]);
  });

  it('tells why no file can be begun, and begins one when that is over', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.db.pragma('query_only = 1');
    rig.open();
    expect(rig.journal.named('StorageError')).toMatchObject([
      { correlationId: 'cause 1', data: { code: 'ClipNotCreated', hint: expect.any(String) } },
    ]);
    expect([rig.bridge.muxes.length, rig.pipelineMetrics.clipsFailed.value]).toEqual([0, 1]);
    // Tried again, and not told again.
    await rig.stream(100);
    expect([rig.bridge.muxes.length, rig.pipelineMetrics.clipsFailed.value]).toEqual([0, 2]);
    expect(rig.dataOf('StorageError')).toHaveLength(1);
    rig.db.pragma('query_only = 0');
    await rig.stream(100);
    expect(rig.bridge.muxes).toHaveLength(1);
    await rig.close();
    expect(rig.dataOf('RecordingAvailable')).toHaveLength(1);
  });

  it('leaves no file behind when the bridge takes none', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.bridge.mux = () => {
      throw new Error('the bridge is closed');
    };
    rig.open();
    expect(rig.dataOf('StorageError')).toMatchObject([{ code: 'clipNotStarted', message: 'the bridge is closed' }]);
    expect(rig.journal.told()).toEqual(
      expect.arrayContaining(['RecordingStarted', 'RecordingStopped', 'StorageError']),
    );
    expect(rig.shelf.index.open()).toEqual([]);
    expect(rig.shelf.index.oldestOf({ pipeline: 'p1', sink: 'fileSink' }, 10)).toEqual([]);
    await rig.close();
  });

  it('keeps the engine alive when the index of clips cannot even be read', async () => {
    const rig = await Rig.connected();
    await rig.stream(50);
    rig.open();
    await rig.stream(10);
    const { index } = rig.shelf;
    index.get = () => {
      throw new Error('database disk image is malformed');
    };
    rig.mux.fail(FULL);
    await rig.stream(10);
    expect(rig.dataOf('StorageError')).toHaveLength(1);
    await rig.close();
  });
});
