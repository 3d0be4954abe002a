// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Archive } from '../../engine/archive/archive.js';
import { dayFolder, segmentStem } from '../../engine/archive/segment-name.js';
import { systemClock } from '../../engine/core/clock.js';
import { silentLogger } from '../../engine/core/log.js';
import { seconds, type UtcMicros } from '../../engine/core/time.js';
import { AvaEvent } from '../../engine/events/catalogue.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import type { EventPublisher } from '../../engine/events/types.js';
import { dayFileName, encodeSecond } from '../../engine/motion-history/day-file.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import { topologyOf } from '../../page/api/camera-topology.js';
import { ENERGY_GRID } from '../../wasm/types.js';
import type { OpenedEngine } from './engine.js';
import { livePipeline } from './evr.js';

/** What each recording and each clip of the world is long. */
export const WORLD_SECONDS = 16;
const PICTURES_PER_SECOND = 10;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** How long before the present each recording began, in ms: some within the last hour, and some on days before. */
const WORLD_AGES: Readonly<Record<string, readonly number[]>> = {
  'front-door': [6, 9, 14, 21, 38, 52].map((minutes) => minutes * MINUTE).concat(DAY, 2 * DAY, 3 * DAY, 9 * DAY),
  yard: [6, 21, 44].map((minutes) => minutes * MINUTE).concat(2 * DAY),
  // Of a camera that is no longer there. It is H.265, which not every browser plays.
  attic: [4 * DAY],
};

/** Its live pipelines: those with a camera of the test run, one is away, and the others are switched off. */
export const addWorldCameras = async (
  engine: OpenedEngine,
  running: Readonly<Record<string, string>>,
): Promise<void> => {
  const wishes = { user: '', password: '', records: 'motion', sensitivity: 'medium', days: 30 } as const;
  // Nobody listens at this port.
  const away = 'rtsp://127.0.0.1:1/stream';
  const topology = topologyOf({ ...wishes, address: away });
  engine.topologies.set(topology);
  for (const name of ['front-door', 'yard', 'garage', 'gate']) {
    engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl: running[name] ?? away }));
    if (name === 'garage' || running[name] !== undefined) await engine.pipelines.activate(name);
  }
};

export interface World {
  /** When each recording of a video begins, in ms since the epoch, newest first. */
  starts(video: string): number[];
}

/**
 * Makes a data folder what it is after some days of work, before an engine opens it: videos that play, their recordings
 * and what caused them, what moved (in the right half of the picture), and clips.
 */
export const fillDataFolder = async (dataDir: string, now = Date.now()): Promise<World> => {
  const store = openDataStore(dataDir);
  const [clock, log] = [systemClock, silentLogger()];
  const events = openEventJournal(store.db, { clock, engine: 'world' });
  try {
    const deps = { db: store.db, events, clock, log };
    const media = MediaFolder.open(join(dataDir, 'videos'));
    const archive = new Archive({
      ...deps,
      media,
      retention: { maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0, previewEvery: 0 },
    });
    const world = new WorldMaker(dataDir, archive, events, now);
    for (const video of Object.keys(WORLD_AGES)) world.video(video);
    world.clips(new ClipShelf({ ...deps, media: MediaFolder.open(join(dataDir, 'media')) }));
    return world;
  } finally {
    await events.close();
    store.close();
  }
};

class WorldMaker implements World {
  readonly #dataDir: string;
  readonly #archive: Archive;
  readonly #events: EventPublisher;
  readonly #now: number;

  constructor(dataDir: string, archive: Archive, events: EventPublisher, now: number) {
    this.#dataDir = dataDir;
    this.#archive = archive;
    this.#events = events;
    this.#now = now;
  }

  starts(video: string): number[] {
    // Whole seconds, as one types them.
    return (WORLD_AGES[video] ?? []).map((age) => Math.floor((this.#now - age) / 1000) * 1000);
  }

  video(name: string): void {
    const archive = this.#archive;
    const properties = { title: name, description: '', segmentLength: seconds(30), previews: false };
    const writer = archive.write(name, { ...properties, retentionPeriod: undefined }, `${name}/video`);
    for (const start of this.starts(name)) {
      const utc = (start * 1000) as UtcMicros;
      const path = join(writer.video.folder, dayFolder(utc), `${segmentStem(utc)}.mp4`);
      const location = archive.media.absolute(path);
      mkdirSync(dirname(location), { recursive: true });
      writeFileSync(location, encoded(name, 'fragmented'));
    }
    writer.release();
    archive.sweep({ rebuild: true });
    for (const start of this.starts(name).reverse()) this.#recording(name, start);
  }

  #recording(name: string, start: number): void {
    const startUtc = (start * 1000) as UtcMicros;
    const endUtc = (startUtc + seconds(WORLD_SECONDS)) as UtcMicros;
    const cause = this.#moved(name, start + 5000);
    const sink = { video: name, pipeline: name, sink: 'video' };
    const recording = this.#archive.book.begin(sink, cause, startUtc, null);
    this.#archive.book.stopped(recording, endUtc, 'minimum');
    this.#archive.book.available(recording, endUtc, false);
  }

  /** Some seconds of motion, and the event about it. Returns the id of the event. */
  #moved(pipeline: string, from: number): string {
    const energies = new Uint8Array(ENERGY_GRID ** 2);
    for (const row of [6, 7, 8]) for (const column of [11, 12, 13]) energies[row * ENERGY_GRID + column] = 180;
    for (let second = 0; second < 5; second++) {
      const utc = ((from + second * 1000) * 1000) as UtcMicros;
      const file = join(this.#dataDir, 'motion', pipeline, dayFileName(utc));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, encodeSecond(utc, energies), { flag: 'a' });
    }
    const box = { l: 0.68, t: 0.37, w: 0.18, h: 0.2 };
    return this.#events.publish({
      eventType: AvaEvent.Inference,
      subject: `/livePipelines/${pipeline}/processors/motion`,
      eventTime: (from * 1000) as UtcMicros,
      pipeline,
      data: { timestamp: from * 90, inferences: [{ type: 'motion', motion: { box } }] },
    });
  }

  clips(shelf: ClipShelf): void {
    const sink = {
      ...{ pipeline: 'gate', topology: 'to-files', sink: 'files', baseDirectoryPath: '/clips' },
      ...{ fileNamePattern: 'gate-${System.Runtime.PreciseDateTime}', maximumSizeMiB: 512 },
    };
    for (const age of [3 * DAY, 70 * MINUTE, 12 * MINUTE]) {
      const start = Math.floor((this.#now - age) / 1000) * 1000;
      const startUtc = (start * 1000) as UtcMicros;
      const clip = shelf.begin({ sink, correlationId: this.#moved('gate', start), startUtc });
      const bytes = encoded('gate', 'file');
      writeFileSync(clip.location, bytes);
      const frames = WORLD_SECONDS * PICTURES_PER_SECOND;
      const extent = { endUtc: (startUtc + seconds(WORLD_SECONDS)) as UtcMicros, seconds: WORLD_SECONDS, frames };
      shelf.finished(clip, { extent, lost: 0 }, { reason: 'minimum', bytes: bytes.length });
    }
  }
}

const PICTURES: Readonly<Record<string, string>> = {
  'front-door': 'testsrc2=size=640x360',
  yard: 'smptehdbars=size=640x360',
  attic: 'testsrc=size=640x360',
  gate: 'testsrc=size=640x360',
};

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0'];
const H265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=0:open-gop=0'].concat(
  ['-tag:v', 'hvc1'],
);

const cached = new Map<string, Buffer>();

/** Moving pictures with a keyframe each second: as a segment of a video, a moof for each second, or as a clip. */
const encoded = (of: string, form: 'fragmented' | 'file'): Buffer => {
  const known = cached.get(of);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-world-'));
  const path = join(folder, 'media.mp4');
  try {
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `${PICTURES[of]}:rate=${PICTURES_PER_SECOND}`, '-t', `${WORLD_SECONDS}`],
      ...['-pix_fmt', 'yuv420p', '-g', `${PICTURES_PER_SECOND}`, '-bf', '0', ...(of === 'attic' ? H265 : H264)],
      ...['-video_track_timescale', '90000', '-movflags'],
      form === 'file' ? '+faststart' : '+frag_keyframe+empty_moov+default_base_moof+skip_trailer',
      path,
    ]);
    const bytes = readFileSync(path);
    cached.set(of, bytes);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
