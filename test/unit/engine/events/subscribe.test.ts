import { describe, expect, it } from 'vitest';
import { subscribe } from '../../../../engine/events/subscribe.js';
import type { GapRecord } from '../../../../engine/events/types.js';
import { openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { until } from '../../../kit/until.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('subscribing within the process', () => {
  it('gives every event once and in order, from the past on', async () => {
    const { journal } = openJournal();
    publishMany(journal, 700);
    await journal.flush();
    const seqs: number[] = [];
    const subscription = subscribe(journal, { since: 100 }, ({ seq }) => {
      seqs.push(seq);
    });
    publishMany(journal, 100);
    await journal.flush();
    while (subscription.seq < 800) await settle();
    expect(seqs).toEqual(upTo(800, 101));
    subscription.close();
    publishMany(journal, 1);
    await journal.flush();
    await settle();
    expect(seqs.length).toBe(700);
  });

  it('begins with what is new if nothing else is asked for', async () => {
    const { journal } = openJournal();
    publishMany(journal, 5);
    await journal.flush();
    const seqs: number[] = [];
    subscribe(journal, { type: 'Wanted' }, ({ seq }) => seqs.push(seq));
    publishMany(journal, 2);
    publishMany(journal, 1, { eventType: 'Sluice.Wanted' });
    await journal.flush();
    await settle();
    expect(seqs).toEqual([8]);
  });

  it('can be closed by its handler', async () => {
    const { journal } = openJournal();
    publishMany(journal, 10);
    await journal.flush();
    const seqs: number[] = [];
    const subscription = subscribe(journal, { since: 0 }, ({ seq }) => {
      seqs.push(seq);
      if (seq === 4) subscription.close();
    });
    await settle();
    expect([seqs, subscription.seq]).toEqual([upTo(4), 4]);
  });

  it('shows gaps', async () => {
    const { journal } = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(journal, 100);
    await journal.flush();
    const gaps: GapRecord[] = [];
    const seqs: number[] = [];
    subscribe(journal, { since: 5, onGap: (gap) => gaps.push(gap) }, ({ seq }) => seqs.push(seq));
    await until('the last event', () => seqs.at(-1) === 100);
    expect(gaps).toEqual([{ gap: { from: 6, to: 80, reason: 'retention' } }]);
    expect(seqs).toEqual(upTo(100, 81));
  });
});

describe('a handler that fails', () => {
  const failing = async (how: (seq: number) => unknown) => {
    const { journal } = openJournal();
    publishMany(journal, 10);
    await journal.flush();
    const failures: Array<{ message: string; seq: number }> = [];
    const others: number[] = [];
    const subscription = subscribe(journal, { since: 0 }, ({ seq }) => how(seq), {
      failed: (error, seq) => failures.push({ message: (error as Error).message, seq }),
      wentOn: () => {},
    });
    subscribe(journal, { since: 0 }, ({ seq }) => void others.push(seq));
    const end = await subscription.ended;
    publishMany(journal, 5);
    await until('the events of the other', () => others.at(-1) === 15);
    return { end, failures, others, seq: subscription.seq };
  };

  it('ends its subscription by throwing, and no other', async () => {
    const seen: number[] = [];
    const { end, failures, others, seq } = await failing((at) => {
      seen.push(at);
      if (at === 4) throw new Error('no');
    });
    expect(end).toEqual({ kind: 'failed', error: new Error('no'), seq: 4 });
    expect(failures).toEqual([{ message: 'no', seq: 4 }]);
    expect([seen, seq]).toEqual([upTo(4), 4]);
    expect(others).toEqual(upTo(15));
  });

  it('ends it by rejecting, and is told once though several calls reject', async () => {
    const { end, failures } = await failing(async () => {
      await Promise.resolve();
      throw new Error('not now');
    });
    expect(end.kind).toBe('failed');
    expect(failures).toEqual([{ message: 'not now', seq: 10 }]);
  });

  it('ends it by failing at a gap', async () => {
    const { journal } = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(journal, 100);
    await journal.flush();
    const onGap = () => {
      throw new Error('no gaps here');
    };
    const seqs: number[] = [];
    const subscription = subscribe(journal, { since: 5, onGap }, ({ seq }) => void seqs.push(seq));
    expect(await subscription.ended).toMatchObject({ kind: 'failed', seq: 5 });
    expect(seqs).toEqual([]);
  });

  it('has not failed when the subscription is closed', async () => {
    const { journal } = openJournal();
    const subscription = subscribe(journal, {}, () => {});
    subscription.close();
    expect(await subscription.ended).toEqual({ kind: 'closed' });
  });
});

describe('a handler that fails and has somebody who is told', () => {
  it.each([
    [
      'throws',
      (seq: number) => {
        if (seq % 3 === 0) throw new Error(`not ${seq}`);
      },
    ],
    [
      'rejects',
      async (seq: number) => {
        if (seq % 3 === 0) throw new Error(`not ${seq}`);
      },
    ],
  ])('%s, and gets the next event', async (_how, handler) => {
    const { journal } = openJournal();
    publishMany(journal, 7);
    await journal.flush();
    const handled: number[] = [];
    const told: unknown[] = [];
    const wentOn: unknown[] = [];
    const ended: unknown[] = [];
    const subscription = subscribe(
      journal,
      { since: 0, onError: (error, fault) => told.push([(error as Error).message, fault]) },
      ({ seq }) => {
        handled.push(seq);
        return handler(seq);
      },
      { failed: (error) => ended.push(error), wentOn: (_error, fault) => wentOn.push(fault) },
    );
    await until('all were told', () => handled.length === 7 && told.length === 2);
    const faults = [3, 6].map((seq) => ({ callback: 'handler', seq }));
    expect(handled).toEqual(upTo(7));
    expect(told).toEqual(faults.map((fault) => [`not ${fault.seq}`, fault]));
    expect(wentOn).toEqual(faults);
    expect(ended).toEqual([]);
    subscription.close();
    expect(await subscription.ended).toEqual({ kind: 'closed' });
  });

  it('goes on even if whoever is told fails as well', async () => {
    const { journal } = openJournal();
    publishMany(journal, 2);
    await journal.flush();
    const seen: unknown[] = [];
    const onError = () => {
      throw new Error('nor can I');
    };
    const no = () => {
      throw new Error('I cannot');
    };
    subscribe(journal, { since: 0, onError }, no, {
      failed: no,
      wentOn: (error, fault) => seen.push([String(error), fault]),
    });
    await until('both events', () => seen.length === 4);
    expect(seen.slice(0, 2)).toEqual([
      ['Error: I cannot', { callback: 'handler', seq: 1 }],
      ['Error: nor can I', { callback: 'onError', seq: 1 }],
    ]);
  });

  it('is given what is left when it is finished, and ends', async () => {
    const { journal } = openJournal();
    publishMany(journal, 700);
    await journal.flush();
    const handled: number[] = [];
    const subscription = subscribe(journal, { since: 0 }, ({ seq }) => handled.push(seq));
    subscription.finish();
    expect(handled).toEqual(upTo(700));
    expect(await subscription.ended).toEqual({ kind: 'closed' });
  });
});
