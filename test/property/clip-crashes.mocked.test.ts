import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../engine/core/log.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import type { EventCommitter, EventJournal, EventRecord } from '../../engine/events/types.js';
import type { OpenClip } from '../../engine/recording/clip-plan.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { storiesOf } from '../kit/clip-stories.js';
import { ending, START, sinkNode } from '../kit/clips.js';
import { draft } from '../kit/event-journal.js';
import { FakeClock } from '../kit/fake-clock.js';
import type { Fate, MortalWorld } from '../kit/mortal-world.js';
import { fragment, init, mdat, movie } from '../kit/mp4.js';

const world = await vi.hoisted(async () => new (await import('../kit/mortal-world.js')).MortalWorld() as MortalWorld);
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, ...world.fileSystem(fs) };
});

const CONTENTS = {
  nothing: Buffer.alloc(0),
  header: init(),
  unfinished: mdat(300),
  torn: Buffer.concat([init(), fragment(5), fragment(5).subarray(0, 90)]),
  whole: movie(),
};
type Content = keyof typeof CONTENTS;
const CONTENT_NAMES = Object.keys(CONTENTS) as Content[];
const FOREIGN = 'of somebody else';
/** Few, so that they are taken again and again. */
const NAMES = ['a', 'b'] as const;
const [ROOM, NO_ROOM] = [1 / 1024, 0];

type Action =
  | { kind: 'begin'; name: (typeof NAMES)[number] }
  | { kind: 'end'; content: Content }
  | { kind: 'budget'; maximumSizeMiB: number }
  | { kind: 'publish' | 'wait' | 'fillDisk' | 'freeDisk' }
  | { kind: 'othersRemove'; which: number }
  | { kind: 'othersCreate'; name: (typeof NAMES)[number] };

interface Life {
  actions: Action[];
  fate: Fate;
  /** The step that it happens at: of the sweep at the start, or of the actions after it. */
  at: number;
  /** The database is new, and the folder is not. */
  adopt?: boolean;
}

const any = <T>(...values: T[]) => fc.constantFrom(...values);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: any('begin' as const), name: any(...NAMES) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: any('end' as const), content: any<Content>(...CONTENT_NAMES, 'whole') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: any('budget' as const), maximumSizeMiB: any(ROOM, NO_ROOM) }) },
  { weight: 2, arbitrary: fc.record({ kind: any('publish' as const, 'wait' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: any('fillDisk' as const, 'freeDisk' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: any('othersRemove' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: any('othersCreate' as const), name: any(...NAMES) }) },
);
const life: fc.Arbitrary<Life> = fc.record({
  actions: fc.array(action, { maxLength: 12 }),
  fate: any<Fate>('dies', 'dies', 'fails'),
  at: fc.nat(70),
});

/** A data folder, and the processes that one after another use it. */
class Folder {
  readonly dir = mkdtempSync(join(tmpdir(), 'sluice-crashes-'));
  readonly db = openSqlite(':memory:');
  readonly clock = new FakeClock();
  /** Files of others, and files of clips that others have removed. */
  readonly foreign = new Set<string>();
  readonly removed = new Set<string>();
  /** The database could not always be written. */
  unlucky = false;
  #journal!: EventJournal & EventCommitter;
  #shelf!: ClipShelf;
  #open: OpenClip[] = [];

  constructor() {
    migrate(this.db, MIGRATIONS);
  }

  get media(): string {
    return join(this.dir, 'media', 'var', 'media');
  }

  /** @returns the number of steps that were taken. */
  live({ actions, fate, at, adopt = false }: Life): number {
    world.begin({ fate, at });
    this.unlucky ||= fate === 'fails';
    this.#open = [];
    try {
      this.#start(adopt);
      for (const each of actions) if (!world.dead) this.#act(each);
    } catch {
      // It could not even start.
    }
    this.db.pragma('query_only = 0');
    return world.taken;
  }

  /** A process to which nothing happens. */
  inPeace(): void {
    world.begin();
    this.#start(false);
  }

  /** Somebody has restored nothing but the files. */
  loseDatabase(): void {
    this.db.exec('DELETE FROM clips; DELETE FROM events; DELETE FROM event_segments; DELETE FROM event_log_state');
  }

  #start(adopt: boolean): void {
    const { clock } = this;
    world.watch(() => {
      const db = world.database(this.db);
      this.#journal = openEventJournal(db, { clock, engine: 'test', bootId: 'one' });
      this.#shelf = new ClipShelf({
        media: MediaFolder.open(join(this.dir, 'media')),
        db,
        events: this.#journal,
        clock,
        log: silentLogger(),
      });
      void this.#shelf.sweep({ adopt });
    });
  }

  #act(action: Action): void {
    switch (action.kind) {
      case 'begin':
        this.#begin(action.name);
        break;
      case 'end':
        this.#end(CONTENTS[action.content], action.content === 'whole');
        break;
      case 'budget':
        world.watch(() => this.#shelf.enforceBudget(sinkNode(action)));
        break;
      case 'publish':
        this.#journal.publish(draft(1));
        break;
      case 'wait':
        world.watch(() => this.clock.advance(1500));
        break;
      case 'fillDisk':
        this.unlucky = true;
        this.db.pragma('query_only = 1');
        break;
      case 'freeDisk':
        this.db.pragma('query_only = 0');
        break;
      case 'othersRemove':
        this.#othersRemove(action.which);
        break;
      case 'othersCreate':
        this.#othersCreate(`${action.name}.mp4`);
        break;
    }
  }

  #begin(name: string): void {
    const sink = sinkNode({ fileNamePattern: name });
    try {
      this.#open.push(world.watch(() => this.#shelf.begin({ sink, correlationId: 'cause', startUtc: START })));
    } catch {
      // A clip that cannot begin is no clip.
    }
  }

  #end(content: Buffer, isWhole: boolean): void {
    const clip = this.#open.shift();
    if (!clip) return;
    // As the muxer does, which is another process. It writes on although somebody has removed the file's name.
    if (existsSync(clip.location)) writeFileSync(clip.location, content);
    world.watch(() => {
      if (isWhole) this.#shelf.finished(clip, ending(), { reason: 'minimum', bytes: content.byteLength });
      else this.#shelf.rescue(clip, ending(), { code: 'filesink', message: 'the muxer has failed' });
    });
  }

  #othersRemove(which: number): void {
    const open = new Set(this.#open.map(({ location }) => location));
    const files = this.files().filter((name) => !this.foreign.has(name) && !open.has(join(this.media, name)));
    const name = files[which % Math.max(1, files.length)];
    if (name === undefined) return;
    rmSync(join(this.media, name));
    this.removed.add(name);
  }

  #othersCreate(name: string): void {
    if (!existsSync(this.media) || existsSync(join(this.media, name))) return;
    // What somebody puts in the place of a clip is the clip.
    if (this.rows().some((row) => row.name === name)) return;
    writeFileSync(join(this.media, name), FOREIGN);
    this.foreign.add(name);
  }

  files(): string[] {
    return existsSync(this.media) ? readdirSync(this.media) : [];
  }

  rows(): Array<{ name: string; state: string; deleting: number }> {
    const rows = this.db.prepare('SELECT path, state, deleting FROM clips').all() as Array<
      Record<'path' | 'state', string> & { deleting: number }
    >;
    return rows.map(({ path, ...row }) => ({ name: path.split('/').at(-1)!, ...row }));
  }

  events(): EventRecord[] {
    const wires = this.db.prepare('SELECT wire FROM events ORDER BY seq').pluck().all() as string[];
    return wires.map((wire) => JSON.parse(wire) as EventRecord);
  }

  remove(): void {
    this.db.close();
    rmSync(this.dir, { recursive: true });
  }
}

const check = (folder: Folder): void => {
  const events = folder.events();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const stories = storiesOf(events);
  expect([...stories].filter(([, state]) => state === 'open')).toEqual([]);
  const rows = folder.rows();
  expect(rows.filter(({ state, deleting }) => state === 'open' || deleting === 1)).toEqual([]);
  expect(folder.db.prepare('SELECT * FROM clip_names').all()).toEqual([]);

  if (folder.removed.size === 0 && !folder.unlucky) {
    expect(events.filter(({ data }) => data['reason'] === 'removedByOthers')).toEqual([]);
  }

  const [named, there] = [new Set(rows.map(({ name }) => name)), new Set(folder.files())];
  expect([...there].filter((name) => !named.has(name) && !folder.foreign.has(name))).toEqual([]);
  for (const name of folder.foreign) expect(readFileSync(join(folder.media, name), 'utf8')).toBe(FOREIGN);
  for (const [name, state] of stories) {
    if (state === 'available') expect(named, `${name} was promised`).toContain(name);
    if (state === 'deleted') expect(named, `${name} was told to be deleted`).not.toContain(name);
  }
  for (const { name } of rows) {
    expect(stories.get(name), name).toMatch(/stopped|available/);
    // Nobody has looked yet whether others have removed it, or could write that it was deleted.
    if (!folder.removed.has(name) && !folder.unlucky) expect(there).toContain(name);
  }
};

const run = (lives: readonly Life[]): number[] => {
  const folder = new Folder();
  try {
    const taken = lives.map((each) => folder.live(each));
    folder.inPeace();
    check(folder);
    const told = folder.events().length;
    folder.inPeace();
    expect(folder.events().length).toBe(told);
    return taken;
  } finally {
    folder.remove();
  }
};

describe('a process that dies', { timeout: 180_000 }, () => {
  const story: Action[] = [
    { kind: 'begin', name: 'a' },
    { kind: 'publish' },
    { kind: 'end', content: 'whole' },
    { kind: 'begin', name: 'a' },
    { kind: 'end', content: 'torn' },
    { kind: 'begin', name: 'b' },
    { kind: 'end', content: 'nothing' },
    { kind: 'begin', name: 'a' },
    { kind: 'end', content: 'whole' },
    { kind: 'budget', maximumSizeMiB: NO_ROOM },
    { kind: 'othersRemove', which: 0 },
    { kind: 'begin', name: 'b' },
    { kind: 'begin', name: 'a' },
  ];

  it.each<Fate>(['dies', 'fails'])('at any step, or that %s there, leaves no clip without an end', (fate) => {
    const [steps] = run([{ actions: story, fate, at: Number.POSITIVE_INFINITY }]);
    expect(steps).toBeGreaterThan(40);
    for (let at = 0; at < steps!; at++) run([{ actions: story, fate, at }]);
  });

  it('at any step of its sweep leaves the rest of it to the next', () => {
    const before: Life = {
      actions: [
        { kind: 'begin', name: 'a' },
        { kind: 'end', content: 'whole' },
        ...(['a', 'a', 'b', 'b'] as const).map((name) => ({ kind: 'begin' as const, name })),
      ],
      fate: 'dies',
      at: Number.POSITIVE_INFINITY,
    };
    const [, steps] = run([before, { actions: [], fate: 'dies', at: Number.POSITIVE_INFINITY }]);
    expect(steps).toBeGreaterThan(15);
    for (let at = 0; at < steps!; at++) run([before, { actions: [], fate: 'dies', at }]);
  });

  it('at any step while it adopts the clips of a database that was lost leaves the rest to the next', () => {
    const begin = (name: 'a' | 'b', content: Content): Action[] => [
      { kind: 'begin', name },
      { kind: 'end', content },
    ];
    const actions = [
      ...begin('a', 'whole'),
      ...begin('a', 'torn'),
      ...begin('b', 'unfinished'),
      ...begin('b', 'whole'),
    ];
    const adopting = (at: number): number => {
      const folder = new Folder();
      try {
        folder.live({ actions, fate: 'dies', at: Number.POSITIVE_INFINITY });
        // Whatever is left of a fragment that was not finished, as in a copy of a running engine's folder.
        writeFileSync(join(folder.media, 'a.mp4'), CONTENTS.torn);
        folder.loseDatabase();
        const steps = folder.live({ actions: [], fate: 'dies', at, adopt: true });
        const isOwed = folder.db.prepare('SELECT count(*) FROM clip_tasks').pluck().get() !== 0;
        // Who opens the database anew learns nothing of a process that died before it had written a word.
        if (!isOwed && folder.rows().length === 0) folder.live({ actions: [], fate: 'dies', at: -1, adopt: true });
        folder.inPeace();
        expect(
          folder
            .rows()
            .map(({ name, state }) => `${name} ${state}`)
            .sort(),
        ).toEqual(['a-2.mp4 recovered', 'a.mp4 recovered', 'b-2.mp4 finished']);
        expect(folder.files().sort()).toEqual(['a-2.mp4', 'a.mp4', 'b-2.mp4', 'b.mp4']);
        const told = folder.events().filter(({ eventType }) => eventType.endsWith('RecordingsAdopted'));
        expect(told.map(({ data }) => data['count'])).toEqual([3]);
        return steps;
      } finally {
        folder.remove();
      }
    };
    const steps = adopting(Number.POSITIVE_INFINITY);
    expect(steps).toBeGreaterThan(8);
    for (let at = 0; at < steps; at++) adopting(at);
  });

  it('at any step of any lives leaves a folder in which every file and every story is known', () => {
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 4 }), (lives) => void run(lives)),
      {
        numRuns: 300,
      },
    );
  });
});
