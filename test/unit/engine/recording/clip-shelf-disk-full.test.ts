import { existsSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shelf, START, sinkNode } from '../../../kit/clips.js';

const KIB = 1024;
let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});
afterEach(() => shelf.remove());

/** Every write to the database fails, every read succeeds, as on a full disk. */
const fillDisk = () => shelf.db.pragma('query_only = 1');
const freeDisk = () => shelf.db.pragma('query_only = 0');
const stateOf = (path: string) => shelf.clips.index.get(shelf.clips.media.relative(path))?.state;

const clip = (kib = 300): string => {
  const path = shelf.begin();
  truncateSync(path, kib * KIB);
  return path;
};

describe('a database that cannot be written', () => {
  it('does not keep clips from ending; what became of them is noted as soon as it can be', () => {
    const [whole, empty] = [clip(), clip(0)];
    fillDisk();
    shelf.clips.finished(whole, { bytes: 300 * KIB, endUtc: START });
    expect(shelf.clips.rescue(empty, 'the disk is full')).toBeNull();
    expect([stateOf(whole), stateOf(empty)]).toEqual(['open', 'open']);
    expect(() => shelf.begin()).toThrow(/cannot be written to the database/);
    freeDisk();
    shelf.begin(sinkNode({ fileNamePattern: 'next' }));
    expect([stateOf(whole), stateOf(empty)]).toEqual(['finished', undefined]);
  });

  it('is told the last of it when the engine closes', () => {
    const path = clip();
    fillDisk();
    shelf.clips.finished(path, { bytes: 300 * KIB, endUtc: START });
    freeDisk();
    shelf.clips.close();
    expect(stateOf(path)).toBe('finished');
    shelf.restart();
  });

  it('leaves the budget to the next clip', () => {
    const clips = Array.from({ length: 5 }, () => clip());
    for (const path of clips) shelf.clips.finished(path, { bytes: 300 * KIB, endUtc: START });
    fillDisk();
    shelf.clips.enforceBudget(sinkNode());
    expect(shelf.told()).toEqual(['RecordingDeleted', 'StorageError']);
    freeDisk();
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map(existsSync)).toEqual([false, false, true, true, true]);
  });
});
