import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EncodedUnit, StreamCaps, TrackKind } from '../../bridge/types.js';
import { Archive } from '../../engine/archive/archive.js';
import { VideoRecorder } from '../../engine/archive/video-recorder.js';
import { ConnectionGovernor } from '../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../engine/camera/patience.js';
import { CameraSession } from '../../engine/camera/session.js';
import type { AccessUnit } from '../../engine/camera/types.js';
import { silentLogger } from '../../engine/core/log.js';
import { type MediaTime, MICROS_PER_MS, type Micros, seconds } from '../../engine/core/time.js';
import { EngineMetrics } from '../../engine/metrics/metrics.js';
import { withFile } from '../../engine/mp4/boxes.js';
import { readSegment } from '../../engine/mp4/segment-layout.js';
import type { Muxer } from '../../engine/mux/types.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { DraftJournal } from './draft-journal.js';
import { FakeBridge } from './fake-bridge.js';
import { FakeCamera } from './fake-camera.js';
import { FakeClock, settle } from './fake-clock.js';
import { tempDir } from './temp-dir.js';
import { FRAME, h264Unit } from './units.js';

export interface VideoRigOptions {
  /** The muxer. Default: one that writes nothing. */
  mux?: Muxer;
  segmentLength?: Micros;
  tracks?: readonly TrackKind[];
  /** What the ring keeps. */
  span?: Micros;
  /** At most so much of what it keeps is in memory. */
  ringBytes?: number;
}

/** One sample of a segment's file. */
export interface StoredSample {
  track: 'video' | 'audio';
  hash: string;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** A recorder of a video, on a camera and with a gate that are the test. */
export class VideoRig {
  readonly clock = new FakeClock();
  readonly fake = new FakeBridge({ writeFiles: true });
  readonly journal = new DraftJournal();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly folder = tempDir();
  readonly session: CameraSession;
  readonly archive: Archive;
  readonly recorder: VideoRecorder;
  readonly camera = new FakeCamera(this.fake, this.clock);
  /** Called with each unit before the recorder, as a gate is. */
  gate: (unit: AccessUnit) => void = () => {};
  /** Everything that has entered the ring, with a copy of its payload. */
  readonly units: AccessUnit[] = [];

  constructor({ mux, segmentLength = seconds(30), tracks = ['video'], ...options }: VideoRigOptions = {}) {
    const { span = seconds(20), ringBytes = 2 ** 26 } = options;
    const { clock, fake, journal, metrics } = this;
    const db = openSqlite(':memory:');
    migrate(db, MIGRATIONS);
    const log = silentLogger();
    const media = MediaFolder.open(join(this.folder, 'videos'));
    this.archive = new Archive({
      ...{ media, db, events: journal, clock, log },
      retention: { maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0, previewEvery: 0 },
    });
    // The folder goes when the test is over.
    onTestFinished(() => this.archive.settled());
    const label = 'rtsp://camera/1';
    this.session = new CameraSession(
      { key: 'camera', owner: 'a camera', label, spec: { url: label, transport: 'tcp' } },
      {
        ...{ bridge: fake, clock, log, patience: DEFAULT_PATIENCE, path: 'direct', blindAfter: seconds(5) },
        ...{ governor: new ConnectionGovernor({ clock, perSecond: 100 }), ringBytes },
        ...{ metrics: metrics.camera(label), timings: metrics },
      },
    );
    const properties = { title: '', description: '', segmentLength, retentionPeriod: undefined, previews: false };
    const { video } = this.archive.write('front door', properties, 'p1/videoSink');
    const pipeline = metrics.pipeline('p1', 't');
    this.recorder = new VideoRecorder(
      video,
      { pipeline: 'p1', sink: 'videoSink', video: video.name },
      new Set(tracks),
      {
        ...{ session: this.session, clock, muxes: mux ?? fake, shelf: this.archive.shelf, book: this.archive.book },
        metrics: { ...pipeline, dropped: (track) => pipeline.node('videoSink').dropped(track) },
      },
    );
    if (tracks.includes('audio')) this.session.wantSound();
    this.session.attach(
      {
        onUnit: (unit) => {
          this.units.push({ ...unit, payload: Uint8Array.from(unit.payload) });
          this.gate(unit);
          this.recorder.unit(unit);
        },
      },
      span,
    );
  }

  async connected(...caps: StreamCaps[]): Promise<void> {
    this.session.start();
    await this.camera.connected();
    for (const each of caps) this.camera.ingest.caps(each);
  }

  /** Sends so many pictures, 25 a second, no two of them alike. */
  pictures(count: number): void {
    for (let sent = 0; sent < count; sent++) {
      const unit = h264Unit(this.#sent, {});
      const filler = Buffer.from(`\0\0\0\x01\x0c${String(this.#sent++).padStart(8, '0')}\x80`, 'latin1');
      this.clock.advance(FRAME / MICROS_PER_MS);
      this.camera.ingest.unit({ ...unit, payload: Buffer.concat([unit.payload, filler]) });
    }
  }

  #sent = 0;

  /** Sends units when they are due. Times count from the first. */
  async send(units: readonly EncodedUnit[], from: Micros): Promise<void> {
    for (const unit of units) {
      const due = from + (unit.pts ?? 0) - this.clock.monotonic();
      if (due > 0) this.clock.advance(due / 1000);
      this.camera.ingest.unit(unit);
      if (this.units.length % 16 === 0) await settle();
    }
  }

  get now(): MediaTime {
    let newest = 0;
    for (const unit of this.units.slice(-64)) if (unit.track === 'video') newest = Math.max(newest, unit.pts);
    return newest as MediaTime;
  }

  /** Opens the gate as an event at `trigger` would. */
  open(activation: number, trigger: MediaTime, preRoll: Micros): void {
    const start = (trigger - preRoll) as MediaTime;
    const signalId = `cause ${activation}`;
    this.recorder.open({ type: 'open', activation, start, trigger, signalId, requestedPreRoll: preRoll });
  }

  close(activation: number, end: MediaTime): void {
    this.recorder.close({ type: 'close', activation, end, reason: 'minimum' });
  }

  /** Absolute paths of the segments, in the order of time. */
  get segments(): string[] {
    const { segments, media } = this.archive;
    const all = { startUtc: 0, endUtc: Number.MAX_SAFE_INTEGER } as never;
    return segments.between('front door', all).map(({ path }) => media.absolute(path));
  }

  /** The samples of all segments: of each track in the order in which they are decoded. */
  samples(): StoredSample[] {
    return this.segments.flatMap((path) =>
      withFile(path, (source) => {
        const layout = readSegment(source);
        const kinds = new Map(layout?.tracks.map(({ id, kind }) => [id, kind]));
        return (layout?.fragments ?? []).flatMap(({ track, samples }) =>
          samples.map(({ offset, size }) => ({
            track: kinds.get(track) ?? 'video',
            hash: hashOf(source.read(offset, size)),
          })),
        );
      }),
    );
  }
}
