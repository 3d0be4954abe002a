import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommitOutcome } from '../../../../engine/events/types.js';
import type { ClipRecord } from '../../../../engine/recording/clip-index.js';
import { Retention } from '../../../../engine/recording/retention.js';
import { Shelf, START, sinkNode } from '../../../kit/clips.js';

const KIB = 1024;
let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});
afterEach(() => shelf.remove());

const finish = (path: string, bytes: number): string => {
  writeFileSync(path, '');
  truncateSync(path, bytes);
  shelf.finish(path, bytes);
  shelf.told();
  return path;
};
const add = (kib: number, sink = sinkNode(), pipeline = 'p1') => finish(shelf.begin(sink, pipeline), kib * KIB);

describe('a sink’s budget', () => {
  it('is kept by deleting the oldest clips, and each is told', () => {
    const clips = [300, 300, 300, 300, 300].map((kib) => add(kib));
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map(existsSync)).toEqual([false, false, true, true, true]);
    expect(shelf.events.map(({ data }) => [basename(String(data['outputLocation'])), data['reason']])).toEqual([
      ['clip-20260102T030405Z.mp4', 'maximumSizeMiB'],
      ['clip-20260102T030405Z-2.mp4', 'maximumSizeMiB'],
    ]);
    expect(shelf.told()).toEqual(['RecordingDeleted', 'RecordingDeleted']);
    shelf.clips.enforceBudget(sinkNode());
    expect(shelf.told()).toEqual([]);
  });

  it('does nothing within the budget', () => {
    const clips = [500, 524].map((kib) => add(kib));
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map(existsSync)).toEqual([true, true]);
  });

  it('never deletes clips of others, nor files that the engine did not make', () => {
    const own = [800, 800].map((kib) => add(kib));
    const otherPipeline = add(2000, sinkNode(), 'p2');
    const otherSink = add(2000, sinkNode({ sink: 'other' }));
    const foreign = join(shelf.clips.media.folder('/var/media'), 'clip-0.mp4');
    writeFileSync(foreign, 'x'.repeat(3_000_000));
    shelf.clips.enforceBudget(sinkNode());
    expect([own[0]!, own[1]!, otherPipeline, otherSink, foreign].map(existsSync)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('never deletes an open clip, but counts what it takes', () => {
    const open = shelf.begin();
    truncateSync(open, 900 * KIB);
    const done = [100, 100, 100].map((kib) => add(kib));
    shelf.clips.enforceBudget(sinkNode());
    expect(existsSync(open)).toBe(true);
    expect(done.map(existsSync)).toEqual([false, false, true]);
  });

  it('keeps the newest clip even if it alone exceeds the budget', () => {
    const old = add(100);
    const big = add(5000);
    shelf.clips.enforceBudget(sinkNode());
    expect([old, big].map(existsSync)).toEqual([false, true]);
  });

  it('notices clips that somebody else deleted, before it deletes others for them', () => {
    const clips = [400, 400, 400].map((kib) => add(kib));
    rmSync(clips[1]!);
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map(existsSync)).toEqual([true, false, true]);
    expect(shelf.events.map(({ data }) => data['reason'])).toEqual(['removedByOthers']);
    expect(shelf.clips.index.bytesOf({ pipeline: 'p1', sink: 'fileSink' })).toBe(800 * KIB);
  });

  it('counts recovered clips and deletes them too', () => {
    const path = shelf.begin();
    truncateSync(path, 900 * KIB);
    shelf.clips.index.end(shelf.opened(path).id, { state: 'recovered', bytes: 900 * KIB });
    add(300);
    shelf.clips.enforceBudget(sinkNode());
    expect(existsSync(path)).toBe(false);
  });

  it('does not delete through a link that somebody has put there', () => {
    const clips = [800, 800].map((kib) => add(kib, sinkNode({ baseDirectoryPath: 'sub' })));
    const folder = join(shelf.clips.media.root, 'sub');
    const elsewhere = join(shelf.dataDir, 'elsewhere');
    mkdirSync(elsewhere);
    for (const clip of clips) {
      writeFileSync(join(elsewhere, basename(clip)), 'not ours');
    }
    rmSync(folder, { recursive: true });
    symlinkSync(elsewhere, folder);
    shelf.clips.enforceBudget(sinkNode());
    expect(clips.map((clip) => existsSync(join(elsewhere, basename(clip))))).toEqual([true, true]);
    expect(shelf.events.at(-1)).toMatchObject({ data: { code: 'clipNotDeleted' } });
  });

  it('looks at all files in turn, a part each time', () => {
    const { index, media } = shelf.clips;
    for (let i = 0; i < 1200; i++) {
      const id = index.begin({ path: `c${i}.mp4`, pipeline: 'p1', sink: 's', correlationId: 'c', startUtc: START });
      index.end(id, { state: 'finished', bytes: 10 });
      if (i % 3 !== 0) writeFileSync(media.absolute(`c${i}.mp4`), '0123456789');
    }
    const forget = ({ id }: ClipRecord): CommitOutcome => {
      index.forget(id);
      return 'written';
    };
    const retention = new Retention({ index, media, forget });
    const sink = { pipeline: 'p1', sink: 's' };
    const gone = [0, 1, 2, 3].map(() => retention.enforce(sink, 11_000).gone.length);
    expect(gone[0]).toBe(171);
    expect(index.bytesOf(sink)).toBeLessThanOrEqual(11_000);
  });

  it('holds for any sizes', () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 15 }), (sizes) => {
        const pipeline = `p${Math.random()}`;
        const paths: string[] = [];
        for (const size of sizes) {
          paths.push(add(size, sinkNode({ fileNamePattern: `c${count++}` }), pipeline));
          shelf.clips.enforceBudget(sinkNode({ pipeline }));
          const left = paths.map((path, i) => ({ there: existsSync(path), size: sizes[i]! }));
          const sum = left.filter(({ there }) => there).reduce((total, clip) => total + clip.size, 0);
          expect(sum).toBeLessThanOrEqual(1024);
          // What is left is the newest run, and the next older one would not have fitted.
          const first = left.findIndex(({ there }) => there);
          expect(left.slice(first).every(({ there }) => there)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
