import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Played } from '../../../../bench/chaos/judge/play.js';
import { type JudgeOptions, judgeFolder } from '../../../../bench/chaos/judge.js';
import { AvaEvent, SluiceEvent } from '../../../../engine/events/catalogue.js';
import { type Database, openDataStore } from '../../../../engine/store/sqlite.js';
import { tempDir } from '../../../kit/temp-dir.js';

const SECONDS = 4;
const FRAMES = 100;
const BYTES = 1000;
const good: Played = { seconds: SECONDS, frames: FRAMES, firstIsKeyframe: true, complaints: '' };

/** A folder as an engine leaves it, with a clip `a.mp4` whose story is complete, and ways to spoil it. */
class Folder {
  readonly dataDir = tempDir();
  readonly db: Database;
  readonly #store;
  #seq = 0;

  constructor() {
    this.#store = openDataStore(this.dataDir);
    this.db = this.#store.db;
    mkdirSync(join(this.dataDir, 'media'));
    this.event(SluiceEvent.EngineStarted);
    this.clip('a');
  }

  event(eventType: string, data: Record<string, unknown> = {}): void {
    const seq = ++this.#seq;
    const subject = '/edgeModules/avaedge/livePipelines/p/sinks/s';
    const wire = JSON.stringify({ seq, id: `id-${seq}`, subject, eventType, data });
    this.db.prepare('INSERT INTO events (seq, type, wire) VALUES (?, ?, ?)').run(seq, eventType, wire);
  }

  location(name: string): string {
    return join(this.dataDir, 'media', `${name}.mp4`);
  }

  tell(name: string, eventType: string, data: Record<string, unknown> = {}): void {
    this.event(eventType, { outputLocation: this.location(name), ...data });
  }

  file(name: string, bytes = BYTES): void {
    writeFileSync(this.location(name), Buffer.alloc(bytes));
  }

  row(name: string, state = 'finished', bytes = BYTES): void {
    this.db
      .prepare(
        "INSERT INTO clips (path, pipeline, sink, correlation_id, state, bytes, start_utc) VALUES (?, 'p', 's', 'c', ?, ?, 0)",
      )
      .run(`${name}.mp4`, state, bytes);
  }

  available(name: string): void {
    this.tell(name, AvaEvent.RecordingAvailable, { bytes: BYTES, duration: SECONDS, frames: FRAMES });
  }

  clip(name: string): void {
    this.tell(name, AvaEvent.RecordingStarted);
    this.tell(name, AvaEvent.RecordingStopped, { reason: 'quiet' });
    this.available(name);
    this.file(name);
    this.row(name);
  }

  async rules(options: Partial<JudgeOptions> = {}): Promise<string[]> {
    this.#store.close();
    const { violations } = await judgeFolder({ dataDir: this.dataDir, player: async () => good, ...options });
    return violations.map(({ rule }) => rule).sort();
  }
}

const spoiled = (spoil: (folder: Folder) => void, options: Partial<JudgeOptions> = {}): Promise<string[]> => {
  const folder = new Folder();
  spoil(folder);
  return folder.rules(options);
};

describe('the judge of data folders', () => {
  it('finds nothing wrong with a folder that is as it should be', async () => {
    expect(await spoiled(() => {})).toEqual([]);
  });

  it('takes the name of a file that is gone for another story', async () => {
    const again = (folder: Folder, gone: (folder: Folder) => void): void => {
      gone(folder);
      folder.tell('b', AvaEvent.RecordingStarted);
      folder.tell('b', AvaEvent.RecordingStopped);
      folder.available('b');
      folder.file('b');
      folder.row('b');
    };
    const deleted = (f: Folder): void => {
      f.tell('b', AvaEvent.RecordingStarted);
      f.tell('b', AvaEvent.RecordingStopped);
      f.available('b');
      f.tell('b', SluiceEvent.RecordingDeleted);
    };
    const failed = (f: Folder): void => {
      f.tell('b', AvaEvent.RecordingStarted);
      f.tell('b', AvaEvent.RecordingStopped);
      f.tell('b', AvaEvent.StorageError);
    };
    expect(await spoiled((f) => again(f, deleted))).toEqual([]);
    expect(await spoiled((f) => again(f, failed))).toEqual([]);
    expect(await spoiled((f) => again(f, (g) => g.tell('b', AvaEvent.RecordingStarted)))).toEqual([
      'story.startedTwice',
    ]);
  });

  const cases: Array<[rule: string, spoil: (folder: Folder) => void]> = [
    ['story.unclosed', (f) => f.tell('b', AvaEvent.RecordingStarted)],
    ['story.startedTwice', (f) => f.db.exec(copyOf(2, 5))],
    ['story.stoppedTwice', (f) => f.tell('a', AvaEvent.RecordingStopped, { reason: 'engineDied' })],
    ['story.availableTwice', (f) => f.available('a')],
    [
      'story.unstarted',
      (f) => {
        f.tell('b', AvaEvent.RecordingStopped);
        f.tell('b', AvaEvent.StorageError);
      },
    ],
    [
      'story.untold',
      (f) => {
        f.tell('b', AvaEvent.RecordingStarted);
        f.tell('b', AvaEvent.RecordingStopped);
      },
    ],
    [
      'story.order',
      (f) => {
        f.tell('b', AvaEvent.RecordingStopped);
        f.tell('b', AvaEvent.RecordingStarted);
        f.tell('b', AvaEvent.StorageError);
      },
    ],
    [
      'file.missing',
      (f) => {
        f.tell('b', AvaEvent.RecordingStarted);
        f.tell('b', AvaEvent.RecordingStopped);
        f.available('b');
      },
    ],
    ['row.open', (f) => f.db.exec("UPDATE clips SET state = 'open'")],
    ['row.fileless', (f) => f.row('b')],
    ['row.size', (f) => f.db.exec('UPDATE clips SET bytes = 1')],
    ['file.unindexed', (f) => f.db.exec('DELETE FROM clips')],
    [
      'file.untold',
      (f) => {
        f.file('b');
        f.row('b');
      },
    ],
    ['numbers.hole', (f) => f.db.exec('DELETE FROM events WHERE seq = 1')],
    [
      'numbers.mixed',
      (f) => f.db.exec('UPDATE events SET wire = replace(wire, \'"seq":1\', \'"seq":7\') WHERE seq = 1'),
    ],
    ['numbers.gap', (f) => f.db.exec("INSERT INTO event_gaps VALUES (5, 9, 'powerLoss')")],
    ['numbers.id', (f) => f.db.exec(copyOf(1, 5))],
  ];
  it.each(cases)('finds %s', async (rule, spoil) => {
    expect(await spoiled(spoil)).toContain(rule);
  });

  it('finds a file of another size than both index and event say', async () => {
    expect(await spoiled((f) => f.file('a', BYTES + 1))).toEqual(['file.size', 'row.size']);
  });

  it.each<[rule: string, played: Partial<Played>]>([
    ['file.empty', { frames: 0 }],
    ['file.duration', { seconds: SECONDS + 1 }],
    ['file.frames', { frames: FRAMES - 1 }],
    ['file.complaints', { complaints: 'error while decoding' }],
  ])('finds %s', async (rule, played) => {
    expect(await spoiled(() => {}, { player: async () => ({ ...good, ...played }) })).toContain(rule);
  });

  it('finds a file that does not play', async () => {
    expect(await spoiled(() => {}, { player: () => Promise.reject(new Error('moov atom not found')) })).toEqual([
      'file.unplayable',
    ]);
  });

  it('excuses broken pictures where the trial has damaged them, and nothing else', async () => {
    const player = async () => ({ ...good, complaints: 'broken', frames: 3, seconds: 9 });
    expect(await spoiled(() => {}, { player, excuses: { damaged: () => true } })).toEqual(['file.duration']);
  });

  it('excuses files that the trial has removed', async () => {
    const spoil = (f: Folder) => {
      f.tell('b', AvaEvent.RecordingStarted);
      f.tell('b', AvaEvent.RecordingStopped);
      f.available('b');
      f.row('b');
    };
    expect(await spoiled(spoil, { excuses: { removed: () => true } })).toEqual([]);
  });

  it('takes a clip as open where the last engine was killed, and a clip that failed as told', async () => {
    const spoil = (f: Folder) => {
      f.tell('b', AvaEvent.RecordingStarted);
      f.file('b');
      f.row('b', 'open');
      f.tell('c', AvaEvent.RecordingStarted);
      f.tell('c', AvaEvent.RecordingStopped);
      f.tell('c', SluiceEvent.RecordingRecovered, { state: 'failed', reason: 'nothing had been written' });
    };
    expect(await spoiled(spoil, { open: true })).toEqual([]);
  });
});

/** SQL that adds event `seq` again, under another number. */
const copyOf = (seq: number, as: number): string =>
  `INSERT INTO events SELECT ${as}, type, pipeline, output, replace(wire, '"seq":${seq},', '"seq":${as},') FROM events WHERE seq = ${seq}`;
