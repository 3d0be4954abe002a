import { expect, it } from 'vitest';
import type { WebhookForm } from '../../../../engine/config/webhook-settings.js';
import { EventMatcher } from '../../../../engine/events/filter.js';
import type { EventFilter } from '../../../../engine/events/types.js';
import { EventQueue } from '../../../../engine/webhooks/queue.js';
import { openJournal, publishMany, upTo } from '../../../kit/event-journal.js';

const filled = async (count: number, more: Parameters<typeof openJournal>[0] = {}) => {
  const { journal } = openJournal(more);
  publishMany(journal, count);
  await journal.flush();
  const queue = (form: WebhookForm, since = 0, filter: EventFilter = {}) =>
    new EventQueue(journal, since, new EventMatcher(filter), { form, batchEvents: 100 });
  return { journal, queue };
};

const seqsOf = (parcel: ReturnType<EventQueue['next']>): number[] | 'gap' | 'more' | undefined =>
  typeof parcel !== 'object' ? parcel : parcel.kind === 'gap' ? 'gap' : parcel.events.map(({ seq }) => seq);

/** Everything until the end. */
const emptied = (queue: EventQueue) => {
  const found = [];
  for (let parcel = queue.next(); parcel !== undefined; parcel = queue.next()) {
    if (parcel === 'more') continue;
    found.push(seqsOf(parcel));
    queue.settle(parcel);
  }
  return found;
};

it('gives one event at a time, or batches, without a hole', async () => {
  const { queue } = await filled(1234);
  const single = queue('ava');
  expect(seqsOf(single.next())).toEqual([1]);
  expect(seqsOf(single.next())).toEqual([1]);
  expect(single.settled).toBe(0);
  expect(emptied(single).flat()).toEqual(upTo(1234));
  expect(single.settled).toBe(1234);
  const batches = emptied(queue('cloudevents-batch', 1000));
  expect(batches.map((batch) => batch?.length)).toEqual([100, 100, 34]);
  expect(batches.flat()).toEqual(upTo(1234, 1001));
});

it('gives fewer than a batch if that is asked for, and settles what was given', async () => {
  const { queue } = await filled(50);
  const batches = queue('cloudevents-batch');
  const part = batches.next(10);
  expect(seqsOf(part)).toEqual(upTo(10));
  batches.settle(part as never);
  expect(batches.settled).toBe(10);
  expect(seqsOf(batches.next())).toEqual(upTo(50, 11));
});

it('limits a batch in size, but lets a large event through', async () => {
  const { journal, queue } = await filled(1);
  publishMany(journal, 3, { data: { text: 'x'.repeat(400_000) } });
  await journal.flush();
  expect(emptied(queue('cloudevents-batch'))).toEqual([[1, 2], [3], [4]]);
});

it('moves its position over what is not for it, in slices', async () => {
  const { queue } = await filled(12_000);
  const none = queue('ava', 0, { pipeline: 'another' });
  expect(seqsOf(none.next())).toBe('more');
  expect(none.settled).toBe(5000);
  expect(emptied(none)).toEqual([]);
  expect(none.settled).toBe(12_000);
});

it('gives gaps in their place', async () => {
  const { queue } = await filled(100, { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
  const gapped = queue('cloudevents-batch', 5);
  expect(emptied(gapped)).toEqual(['gap', upTo(100, 81)]);
  const ahead = queue('ava', 500);
  expect(emptied(ahead)).toEqual(['gap']);
  expect(ahead.settled).toBe(100);
});
