import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrackKind } from '../../../../../bridge/types.js';
import { type MediaTime, seconds } from '../../../../../engine/core/time.js';
import { FileSinkNode } from '../../../../../engine/nodes/file-sink/node.js';
import type { MediaPort, MediaReader } from '../../../../../engine/nodes/links.js';
import { RtspSourceNode } from '../../../../../engine/nodes/rtsp-source/node.js';
import { settle } from '../../../../kit/fake-clock.js';
import { NodeRig } from '../../../../kit/node-rig.js';
import { until } from '../../../../kit/until.js';

const ENDPOINT = { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false };
const SETTINGS = {
  baseDirectoryPath: '/var/media',
  fileNamePattern: 'clip-${System.Runtime.DateTime}',
  maximumSizeMiB: 10,
  retentionPeriod: undefined,
};

/** A gate that opens when the test says so. */
class FakeGate implements MediaPort {
  readonly tracks: ReadonlySet<TrackKind>;
  readonly readers = new Set<MediaReader>();
  readonly #source: RtspSourceNode;
  #activation = 0;

  constructor(source: RtspSourceNode, tracks: TrackKind[] = ['video']) {
    this.#source = source;
    this.tracks = new Set(tracks);
  }

  get session() {
    return this.#source.media.session;
  }

  get #now(): MediaTime {
    return this.session.ring.newest!.pts;
  }

  attach(reader: MediaReader): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  open(): void {
    const trigger = this.#now;
    const action = { type: 'open', activation: ++this.#activation, start: trigger, trigger } as const;
    for (const reader of this.readers) {
      reader.open?.({ ...action, signalId: 'cause', requestedPreRoll: 0 });
    }
  }

  close(): void {
    const action = { type: 'close', activation: this.#activation, end: this.#now, reason: 'minimum' } as const;
    for (const reader of this.readers) reader.close?.(action);
  }

  unit(): void {
    for (const reader of this.readers) reader.unit?.(this.session.ring.newest!);
  }
}

class Rig extends NodeRig {
  readonly source = new RtspSourceNode(
    { endpoint: ENDPOINT, transport: 'tcp', priority: 'normal' },
    this.context('camera', 'sources'),
  );
  readonly gates: FakeGate[];
  readonly node: FileSinkNode;

  constructor({ tracks = [['video']] as TrackKind[][], settings = {} as Partial<typeof SETTINGS> } = {}) {
    super();
    this.gates = tracks.map((each) => new FakeGate(this.source, each));
    const links = this.links({ media: this.gates });
    this.node = new FileSinkNode({ ...SETTINGS, ...settings }, this.context('fileSink', 'sinks'), links);
  }

  static async started(...parameters: ConstructorParameters<typeof Rig>): Promise<Rig> {
    const rig = new Rig(...parameters);
    rig.node.start();
    rig.source.start();
    await rig.connected();
    rig.source.media.attach({
      span: seconds(5),
      unit: () => {
        for (const gate of rig.gates) gate.unit();
      },
    });
    return rig;
  }
}

describe('a file sink', () => {
  it('makes a file for each opening of its gate, named as its settings say', async () => {
    const rig = await Rig.started();
    await rig.stream(50);
    rig.gates[0]!.open();
    await rig.stream(25);
    rig.gates[0]!.close();
    await until('the clip is on the disk', () => rig.journal.named('RecordingAvailable').length > 0);
    const [available] = rig.journal.named('RecordingAvailable');
    const folder = join(rig.shelf.media.root, 'var/media');
    expect(available).toMatchObject({ subject: '/livePipelines/p1/sinks/fileSink', correlationId: 'cause' });
    const location = String(available!.data['outputLocation']);
    expect(location).toMatch(/clip-20260102T0304\d\dZ\.mp4$/);
    expect([location.startsWith(`${folder}/`), existsSync(location)]).toEqual([true, true]);
    expect(rig.shelf.index.oldestOf({ pipeline: 'p1', sink: 'fileSink' }, 1)).toMatchObject([
      { pipeline: 'p1', sink: 'fileSink', state: 'finished' },
    ]);
    const [clip] = rig.shelf.index.oldestOf({ pipeline: 'p1', sink: 'fileSink' }, 1);
    expect(available!.data['url']).toBe(`/clips/${clip!.id}.mp4`);
    await rig.node.stop();
  });

  it('records each of its gates', async () => {
    const rig = await Rig.started({ tracks: [['video'], ['video', 'audio']] });
    await rig.stream(50);
    for (const gate of rig.gates) gate.open();
    await rig.stream(25);
    for (const gate of rig.gates) gate.close();
    await rig.node.stop();
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(2);
  });

  it('waits for its files when it stops, and reads its gate no longer', async () => {
    const rig = await Rig.started();
    await rig.stream(50);
    rig.gates[0]!.open();
    await rig.stream(25);
    let onDisk: (value: unknown) => void = () => {};
    rig.bridge.muxes[0]!.finishing = new Promise((resolve) => {
      onDisk = resolve;
    });
    rig.gates[0]!.close();
    let over = false;
    const stopping = rig.node.stop().then(() => {
      over = true;
    });
    await settle();
    expect([over, rig.gates[0]!.readers.size]).toEqual([false, 1]);
    onDisk(undefined);
    await stopping;
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(1);
    expect(rig.gates[0]!.readers.size).toBe(0);
    await rig.node.stop();
  });

  it('makes its folder at the start, and refuses one that leads out of the media folder', () => {
    const rig = new Rig();
    rig.node.start();
    expect(existsSync(join(rig.shelf.media.root, 'var/media'))).toBe(true);
    const refused = new Rig({ settings: { baseDirectoryPath: '/var/../../etc' } });
    expect(() => refused.node.start()).toThrow(expect.objectContaining({ code: 'MediaPathRefused' }));
    expect([refused.cameras.sessions, refused.gates[0]!.readers.size]).toEqual([[], 0]);
  });

  it.each([[[]], [['audio']], [['audio', 'application']]] as TrackKind[][][])(
    'refuses inputs that let through %j',
    (tracks) => {
      const rig = new Rig({ tracks: [tracks] });
      expect(() => rig.node.start()).toThrow(
        expect.objectContaining({ code: 'TrackNotSupported', where: { pipeline: 'p1', node: 'fileSink' } }),
      );
      expect(rig.cameras.sessions).toEqual([]);
    },
  );

  it('counts in its own metrics', async () => {
    const rig = await Rig.started();
    await rig.stream(50);
    rig.gates[0]!.open();
    await rig.stream(25);
    const [mux] = rig.bridge.muxes;
    const { finish } = mux!;
    mux!.finish = () => {
      mux!.written.splice(-2);
      return finish.call(mux);
    };
    rig.gates[0]!.close();
    await rig.node.stop();
    expect(await rig.metrics.text()).toMatch(/^va_data_dropped_total\{.*node="fileSink",data_kind="video"\} 2$/m);
    expect(rig.metrics.pipeline('p1', 't').clipsFinished.value).toBe(1);
  });
});
