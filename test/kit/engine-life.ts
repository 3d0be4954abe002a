/** A data folder with an engine's life in it, as it lies there when the process was killed; and what is left of it later. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../engine/core/clock.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import { JournalReader } from '../../engine/events/journal-reader.js';
import { type Database, openDataStore } from '../../engine/store/sqlite.js';
import { controlHarness } from './control-harness.js';
import { publishMany } from './event-journal.js';
import { evrTopology, type Json } from './topologies.js';

const EVENTS = 3000;
const PIPELINES = 40;

const pipelineOf = (n: number): Json => ({
  '@apiVersion': '1.1',
  name: `camera-${String(n).padStart(3, '0')}`,
  properties: { topologyName: 'Test-Topology', parameters: [{ name: 'rtspUrl', value: `rtsp://camera/${n}` }] },
});

/** Moves all of the write-ahead log into the file, though the checkpoint thread may be at it. */
const checkpoint = (db: Database): void => {
  const isBusy = () => (db.pragma('wal_checkpoint(RESTART)') as Array<{ busy: number }>)[0]?.busy !== 0;
  while (isBusy());
};

/** Leaves a folder in which 40 pipelines were set and 3000 events were read by somebody. */
export const liveAndDie = async (folder: string): Promise<{ lastSeq: number }> => {
  const working = join(folder, '..', `${folder.split('/').at(-1)}-alive`);
  const store = openDataStore(working);
  const { db } = store;
  const journal = openEventJournal(db, {
    clock: systemClock,
    engine: 'test',
    segmentEvents: 500,
    noteSeq: (seq) => store.noteSeq(seq),
  });
  const { control } = controlHarness({ onStored: () => store.resourcesStored() }, db);
  await control.invoke('pipelineTopologySet', evrTopology());
  for (let n = 0; n < PIPELINES; n++) await control.invoke('livePipelineSet', pipelineOf(n));
  const clip = db.prepare(
    "INSERT INTO clips (path, pipeline, sink, correlation_id, state, bytes, start_utc) VALUES (?, 'p', 's', 'c', 'finished', 9, 9)",
  );
  for (let n = 0; n < 500; n++) clip.run(`yard/clip-${n}.mp4`);
  for (let n = 0; n < 3; n++) {
    publishMany(journal, EVENTS / 3);
    await journal.flush();
    // Most of it is in the file, the last third in the write-ahead log.
    if (n === 1) checkpoint(db);
  }
  journal.saveCursor('hub', EVENTS - 10);
  mkdirSync(folder, { recursive: true });
  copyFolder(working, folder);
  const { lastSeq } = journal;
  await journal.close();
  store.close();
  return { lastSeq };
};

/** Files only. */
export const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (statSync(join(from, name)).isFile()) copyFileSync(join(from, name), join(to, name));
  }
};

/** Flips random bits of a file from an offset on. */
export const flipBits = (file: string, count: number, random: () => number, from = 0): void => {
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  for (let n = 0; n < count; n++) {
    const at = from + Math.floor(random() * (bytes.length - from));
    bytes[at]! ^= 1 << Math.floor(random() * 8);
  }
  writeFileSync(file, bytes);
};

/** Flips a bit of one character of a text. */
export const flipText = (text: string, random: () => number): string => {
  const bytes = Buffer.from(text);
  bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 7);
  return bytes.toString();
};

export interface Afterlife {
  opening: ReturnType<typeof openDataStore>['opening'];
  /** Numbers of the events that can be read, and of those that gaps stand for. */
  events: number[];
  gaps: Array<{ from: number; to: number; reason: string }>;
  /** The number of the first event that was written after the start. */
  next: number;
  pipelines: string[];
  topologies: number;
  clips: number;
}

/** Starts on what is left, reads everything, writes an event, and ends in order. */
export const lookAfter = async (folder: string): Promise<Afterlife> => {
  const store = openDataStore(folder);
  try {
    const journal = openEventJournal(store.db, {
      clock: systemClock,
      engine: 'test',
      noteSeq: (seq) => store.noteSeq(seq),
    });
    try {
      const { control } = controlHarness({ onStored: () => store.resourcesStored() }, store.db);
      const before = journal.lastSeq;
      publishMany(journal, 1);
      await journal.flush();
      const events: number[] = [];
      const gaps: Afterlife['gaps'] = [];
      const reader = new JournalReader(journal, 0);
      for (let chunk = reader.next(1000); chunk.kind !== 'end'; chunk = reader.next(1000)) {
        if (chunk.kind === 'gap') gaps.push(chunk.gap.gap);
        else events.push(...chunk.events.map(({ record }) => record.seq));
      }
      return {
        opening: store.opening,
        events,
        gaps,
        next: before + 1,
        pipelines: control.pipelines.list().map(({ name }) => name),
        topologies: control.topologies.list().length,
        clips: store.db.prepare<[], number>('SELECT count(*) FROM clips').pluck().get() ?? 0,
      };
    } finally {
      await journal.close();
    }
  } finally {
    store.close();
  }
};
