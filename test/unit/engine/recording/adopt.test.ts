import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../../engine/core/time.js';
import { Shelf, sinkNode } from '../../../kit/clips.js';
import { fragment, init, mdat, movie } from '../../../kit/mp4.js';

/** Seconds since the epoch: file systems round fractions. */
const LAST_WRITE = 1_700_000_000;
const NO_SINK = { pipeline: '', sink: '' };

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});
afterEach(() => shelf.remove());

/** A file that nobody knows. */
const put = (path: string, content: Buffer | string, lastWrite = LAST_WRITE): string => {
  const file = join(shelf.clips.media.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, lastWrite, lastWrite);
  return file;
};
const record = (path: string) => shelf.clips.index.get(path);
const adopt = () => shelf.clips.sweep({ adopt: true });

describe('clips without a row', () => {
  it('are adopted if they play, and told with what they amount to', async () => {
    const whole = Buffer.concat([init(), fragment(25)]);
    put('var/a.mp4', movie(50));
    const cut = put('var/deep/b.mp4', Buffer.concat([whole, fragment(5).subarray(0, 90)]), LAST_WRITE - 100);
    await adopt();
    const bytes = movie(50).byteLength;
    const end = seconds(LAST_WRITE);
    const finished = { ...NO_SINK, state: 'finished', bytes, startUtc: end - seconds(2), endUtc: end };
    expect(record('var/a.mp4')).toMatchObject(finished);
    const earlier = { startUtc: end - seconds(101), endUtc: end - seconds(100) };
    expect(record('var/deep/b.mp4')).toMatchObject({
      ...NO_SINK,
      state: 'recovered',
      bytes: whole.byteLength,
      ...earlier,
    });
    expect(statSync(cut).size).toBe(whole.byteLength);
    expect(record('var/deep/b.mp4')!.id, 'the oldest first').toBeLessThan(record('var/a.mp4')!.id);
    const facts = { count: 2, incomplete: 1, leftAlone: 0, bytes: bytes + whole.byteLength };
    expect(shelf.events).toMatchObject([{ subject: '', data: { folder: shelf.clips.media.root, ...facts } }]);
    expect(shelf.told()).toEqual(['RecordingsAdopted']);
    shelf.restart();
    await adopt();
    expect(shelf.told()).toEqual([]);
  });

  it('are left alone if nothing plays, and nothing else is touched', async () => {
    const contents = [Buffer.alloc(0), init(), mdat(500), Buffer.from('no film'.repeat(40))];
    const alone = contents.map((content, n) => put(`alone-${n}.mp4`, content));
    const others = [put('notes.txt', movie()), put('film.mp4.part', movie())];
    const known = shelf.begin();
    writeFileSync(known, movie());
    await adopt();
    expect(alone.map((path) => readFileSync(path))).toEqual(contents);
    expect(others.every(existsSync)).toBe(true);
    expect(shelf.clips.index.oldestOf(NO_SINK, 10)).toEqual([]);
    expect(shelf.events.at(-1)?.data).toMatchObject({ count: 0, leftAlone: 4 });
    expect(shelf.told().filter((type) => type === 'RecordingRecovered')).toHaveLength(1);
  });

  it('are not looked for behind links', async () => {
    const elsewhere = join(shelf.dataDir, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'a.mp4'), movie());
    symlinkSync(elsewhere, join(shelf.clips.media.root, 'folder'));
    symlinkSync(join(elsewhere, 'a.mp4'), join(shelf.clips.media.root, 'link.mp4'));
    symlinkSync(shelf.clips.media.root, join(shelf.clips.media.root, 'loop'));
    await adopt();
    expect([shelf.clips.index.oldestOf(NO_SINK, 10), shelf.told()]).toEqual([[], []]);
  });

  it('are not looked for in a folder whose clips are known', async () => {
    put('a.mp4', movie());
    await shelf.clips.sweep();
    expect([record('a.mp4'), shelf.told()]).toEqual([undefined, []]);
  });

  it('are adopted a part at a time, and all of them', async () => {
    for (let n = 0; n < 250; n++) put(`${n % 7}/c${n}.mp4`, movie(1), LAST_WRITE + (n % 50));
    await adopt();
    expect(shelf.events.map(({ data }) => data['count'])).toEqual([100, 100, 50]);
    const clips = shelf.clips.index.oldestOf(NO_SINK, 1000);
    expect(clips).toHaveLength(250);
    const starts = clips.map(({ startUtc }) => startUtc);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });
});

describe('a sink', () => {
  it('gets back adopted clips that it would name so, and its budget counts and deletes them', async () => {
    const name = (hour: number, end = '') => `var/media/clip-20260102T0${hour}0000Z${end}.mp4`;
    const own = [name(1), name(1, '-2'), name(2)];
    const others = ['var/media/film.mp4', 'var/clip-20260102T010000Z.mp4', name(3, '-x'), 'var/media/clip-1.mp4'];
    for (const [n, path] of [...own, ...others].entries()) put(path, movie(), LAST_WRITE + n);
    await adopt();
    shelf.clips.prepare(sinkNode());
    expect(own.map((path) => record(path))).toMatchObject(own.map(() => ({ pipeline: 'p1', sink: 'fileSink' })));
    expect(others.map((path) => record(path))).toMatchObject(others.map(() => NO_SINK));
    shelf.told();
    shelf.clips.enforceBudget(sinkNode({ maximumSizeMiB: (movie().byteLength * 2) / 2 ** 20 }));
    expect(own.map((path) => record(path) !== undefined)).toEqual([false, true, true]);
    const location = shelf.clips.media.absolute(own[0]!);
    expect(shelf.events).toMatchObject([
      { pipeline: 'p1', data: { outputLocation: location, reason: 'maximumSizeMiB' } },
    ]);
    expect(shelf.events[0]).not.toHaveProperty('correlationId');
    expect(shelf.told()).toEqual(['RecordingDeleted']);
  });

  it('is prepared all the same when adopted clips cannot be given to it', async () => {
    put('var/media/clip-20260102T010000Z.mp4', movie());
    await adopt();
    shelf.db.pragma('query_only = 1');
    shelf.clips.prepare(sinkNode());
    shelf.db.pragma('query_only = 0');
    shelf.clips.prepare(sinkNode());
    expect(shelf.clips.index.oldestOf(NO_SINK, 10)).toEqual([]);
  });
});
