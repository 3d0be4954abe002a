import { existsSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shelf, sinkNode } from '../../../kit/clips.js';

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
    shelf.finish(whole, 300 * KIB);
    expect(shelf.rescue(empty, 'the disk is full')).toBeNull();
    expect([stateOf(whole), stateOf(empty)]).toEqual(['open', 'open']);
    expect(() => shelf.begin()).toThrow(/cannot be written to the database/);
    freeDisk();
    shelf.begin(sinkNode({ fileNamePattern: 'next' }));
    expect([stateOf(whole), stateOf(empty)]).toEqual(['finished', undefined]);
  });

  it('is told the last of it when the engine closes', async () => {
    const path = clip();
    fillDisk();
    shelf.finish(path, 300 * KIB);
    freeDisk();
    await shelf.journal.close();
    expect(stateOf(path)).toBe('finished');
  });

  it('does not keep the budget from being kept: each clip is deleted, counted and told once', () => {
    const clips = Array.from({ length: 5 }, () => clip());
    for (const path of clips) shelf.finish(path, 300 * KIB);
    shelf.told();
    fillDisk();
    shelf.clips.enforceBudget(sinkNode());
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map(existsSync)).toEqual([false, false, true, true, true]);
    expect(shelf.told()).toEqual(['RecordingDeleted', 'RecordingDeleted']);
    expect(clips.map(stateOf)).toEqual(clips.map(() => 'finished'));
    freeDisk();
    shelf.clock.advance(2000);
    shelf.clips.enforceBudget(sinkNode());
    expect(shelf.told()).toEqual([]);
    expect(clips.map(stateOf)).toEqual([undefined, undefined, 'finished', 'finished', 'finished']);
  });
});
