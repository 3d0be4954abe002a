import { describe, expect, it } from 'vitest';
import { type ReadOptions, readEvents } from '../../../../engine/events/read.js';
import { Readers } from '../../../../engine/events/readers.js';
import type { GapRecord } from '../../../../engine/events/types.js';
import { openJournal, publishMany, upTo } from '../../../kit/event-journal.js';

type Journal = ReturnType<typeof openJournal>['journal'];

const written = async (count: number, options?: Parameters<typeof openJournal>[0]): Promise<Journal> => {
  const { journal } = openJournal(options);
  publishMany(journal, count);
  await journal.flush();
  return journal;
};

/** The numbers of the events that a loop gets before it has had `count` of them. */
const seqs = async (journal: Journal, options: ReadOptions, count: number, readers = new Readers()) => {
  const found: number[] = [];
  for await (const { seq } of readEvents(journal, options, readers)) {
    found.push(seq);
    if (found.length === count) break;
  }
  return found;
};

describe('a loop over events', () => {
  it('gets every event once and in order, stored ones first, and then waits', async () => {
    const journal = await written(700);
    const reading = seqs(journal, { since: 100 }, 650);
    publishMany(journal, 50);
    await journal.flush();
    expect(await reading).toEqual(upTo(750, 101));
  });

  it('begins where it was asked for, not where it is first looked at', async () => {
    const journal = await written(5);
    const events = readEvents(journal, { type: 'Wanted' }, new Readers());
    publishMany(journal, 1);
    publishMany(journal, 1, { eventType: 'Sluice.Wanted' });
    await journal.flush();
    expect((await events.next()).value?.seq).toBe(7);
    await events.return();
  });

  it('reads no more than the loop takes', async () => {
    const journal = await written(2000);
    let read = 0;
    const watched = new Proxy(journal, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target);
        if (name === 'readWire') read += 1;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    expect(await seqs(watched, { since: 0 }, 10)).toEqual(upTo(10));
    expect(read).toBe(1);
  });

  it('shows gaps where they are, and throws what onGap throws', async () => {
    const options = { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } };
    const journal = await written(100, options);
    const gaps: GapRecord[] = [];
    expect(await seqs(journal, { since: 5, onGap: (gap) => gaps.push(gap) }, 20)).toEqual(upTo(100, 81));
    expect(gaps).toEqual([{ gap: { from: 6, to: 80, reason: 'retention' } }]);
    const onGap = () => {
      throw new Error('not without them');
    };
    await expect(seqs(journal, { since: 5, onGap }, 1)).rejects.toThrow('not without them');
  });

  it.each(['waits for more', 'is in the middle'])('ends with its signal while it %s', async (when) => {
    const journal = await written(10);
    const stop = new AbortController();
    const found: number[] = [];
    for await (const { seq } of readEvents(journal, { since: 0, signal: stop.signal }, new Readers())) {
      found.push(seq);
      if (when === 'is in the middle' && seq === 3) stop.abort();
      if (seq === 10) setTimeout(() => stop.abort(), 1);
    }
    expect(found).toEqual(upTo(when === 'is in the middle' ? 3 : 10));
    expect(await seqs(journal, { since: 0, signal: AbortSignal.abort() }, 1)).toEqual([]);
  });

  it('ends with the engine, and a later one at once', async () => {
    const journal = await written(3);
    const readers = new Readers();
    const reading = seqs(journal, { since: 0 }, 100, readers);
    setTimeout(() => readers.end(), 5);
    expect(await reading).toEqual([1, 2, 3]);
    expect(await seqs(journal, { since: 0 }, 100, readers)).toEqual([]);
  });

  it('leaves no listener behind', async () => {
    const journal = await written(1);
    const readers = new Readers();
    const stop = new AbortController();
    await seqs(journal, { since: 0, signal: stop.signal }, 1, readers);
    let ended = 0;
    readers.add(() => {
      ended += 1;
    });
    readers.end();
    expect(ended).toBe(1);
  });
});
