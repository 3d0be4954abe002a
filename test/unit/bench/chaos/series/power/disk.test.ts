import { describe, expect, it } from 'vitest';
import { Random } from '../../../../../../bench/chaos/random.js';
import { diskAfterCut, type Weather } from '../../../../../../bench/chaos/series/power/disk.js';
import type { Operation } from '../../../../../../bench/chaos/series/power/trace.js';

type Timeless<T> = T extends Operation ? Omit<T, 'micros'> : never;

const operations = (...all: Timeless<Operation>[]): Operation[] =>
  all.map((one) => ({ ...one, micros: 0 }) as Operation);
const create = (path: string, inode: number) => ({ kind: 'create', path, inode }) as const;
const write = (inode: number, offset: number, text: string) =>
  ({ kind: 'write', inode, offset, data: Buffer.from(text) }) as const;
const sync = (path: string, inode: number, number: number) =>
  [
    { kind: 'syncBegin', path, inode, sync: number },
    { kind: 'syncEnd', path, inode, sync: number },
  ] as const;

const NOTHING_ELSE: Weather = { names: 'any', kept: 0, torn: 0 };
const CALM: Weather = { names: 'ordered', kept: 1, torn: 0 };

const left = (all: Operation[], weather: Weather, cut = all.length, seed = 1, before = new Map<string, Buffer>()) =>
  Object.fromEntries(
    [...diskAfterCut(before, all, cut, weather, new Random(seed))].map(([path, bytes]) => [path, bytes.toString()]),
  );

describe('the disk after a cut', () => {
  it('has what a sync of the file and one of its folder cover, and nothing else', () => {
    const all = operations(
      create('media/a', 1),
      write(1, 0, 'one'),
      ...sync('media/a', 1, 1),
      ...sync('media', 9, 2),
      write(1, 3, 'two'),
      create('media/b', 2),
    );
    expect(left(all, NOTHING_ELSE)).toEqual({ 'media/a': 'one' });
  });

  it('does not have a file whose name no sync covers, where folders are on their own', () => {
    const all = operations(create('media/a', 1), write(1, 0, 'one'), ...sync('media/a', 1, 1));
    expect(left(all, NOTHING_ELSE)).toEqual({});
    // A journal takes all earlier names along with any sync.
    expect(left(all, { ...NOTHING_ELSE, names: 'ordered' })).toEqual({ 'media/a': 'one' });
  });

  it('counts a sync only once it is over, and only for what came before it began', () => {
    const [begin, end] = sync('a', 1, 1);
    const all = operations(create('a', 1), write(1, 0, 'one'), begin, write(1, 0, 'two'), end);
    const ordered: Weather = { ...NOTHING_ELSE, names: 'ordered' };
    expect(left(all, ordered)).toEqual({ a: 'one' });
    expect(left(all, { ...ordered, kept: 0 }, 4)['a'] ?? '').toBe('');
  });

  it('has every prefix of the names that no sync covers, and no other set, where they are in order', () => {
    const all = operations(
      create('a', 1),
      create('b', 2),
      { kind: 'rename', path: 'a', to: 'c' },
      { kind: 'unlink', path: 'b' },
    );
    const seen = new Set(
      Array.from({ length: 200 }, (_, seed) =>
        Object.keys(left(all, { ...NOTHING_ELSE, names: 'ordered' }, all.length, seed))
          .sort()
          .join(),
      ),
    );
    expect([...seen].sort()).toEqual(['', 'a', 'a,b', 'b,c', 'c']);
  });

  it('keeps some of the writes that no sync covers, in any order', () => {
    const all = operations(create('a', 1), write(1, 0, '1'), write(1, 1, '2'), ...sync('.', 9, 1));
    const seen = new Set(
      Array.from({ length: 200 }, (_, seed) => left(all, { ...NOTHING_ELSE, kept: 0.5 }, all.length, seed)['a']),
    );
    expect([...seen].sort()).toEqual(['', '\x002', '1', '12']);
  });

  it('tears a write at blocks of the disk', () => {
    const all = operations(create('a', 1), write(1, 500, 'x'.repeat(1000)), ...sync('.', 9, 1));
    const weather: Weather = { names: 'any', kept: 1, torn: 512 };
    const seen = Array.from({ length: 100 }, (_, seed) => left(all, weather, all.length, seed)['a'] ?? '');
    const torn = seen.filter((text) => /x/.test(text) && text.replaceAll('\0', '').length < 1000);
    expect(torn.length).toBeGreaterThan(0);
    for (const text of torn) {
      for (const run of text.matchAll(/x+/g)) {
        expect([500, 512, 1024]).toContain(run.index);
        expect([512, 1024, 1500]).toContain(run.index + run[0].length);
      }
    }
  });

  it('goes on with the files that were there before, by whatever name they have then', () => {
    const before = new Map([
      ['db', Buffer.from('old!')],
      ['untouched', Buffer.from('same')],
    ]);
    const all = operations({ kind: 'open', path: 'db', inode: 5 }, write(5, 0, 'new'), {
      kind: 'truncate',
      inode: 5,
      size: 2,
    });
    expect(left(all, CALM, all.length, 1, before)).toEqual({ db: 'ne', untouched: 'same' });
    expect(left(all, NOTHING_ELSE, all.length, 1, before)).toEqual({ db: 'old!', untouched: 'same' });
  });
});
