import { expect, it } from 'vitest';
import { EventPrinter } from '../../../../engine/cli/event-printer.js';
import { systemClock } from '../../../../engine/core/clock.js';
import type { EventJournalOptions } from '../../../../engine/events/event-journal.js';
import { openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeOutput } from '../../../kit/fake-output.js';
import { until } from '../../../kit/until.js';

const start = (options: Partial<EventJournalOptions> = {}) => {
  const { journal } = openJournal(options);
  const output = new FakeOutput();
  let gone = 0;
  const onGone = () => {
    gone += 1;
  };
  const printer = new EventPrinter({ journal, since: 0, output, clock: systemClock, onGone });
  const printed = () => output.lines.map((line) => JSON.parse(line));
  return { journal, output, printer, printed, gone: () => gone };
};

it('prints every event once and in order, whatever the reader takes at a time', async () => {
  const { journal, output, printer, printed } = start();
  output.room = 0;
  printer.start();
  publishMany(journal, 300);
  await journal.flush();
  // In the middle of a line, and at its end.
  for (const room of [100, 1, 5000, 0, 20_000]) {
    output.room = room;
    await until('no room', () => output.room === 0);
  }
  expect(printer.printed).toBe(output.lines.length);
  publishMany(journal, 300);
  output.room = Number.POSITIVE_INFINITY;
  await until('all of them', () => printer.printed === 600);
  expect(printed().map(({ seq }) => seq)).toEqual(upTo(600));
  printer.stop();
});

it('says which events the log no longer had when the reader went on', async () => {
  const { journal, output, printer, printed } = start({
    segmentEvents: 10,
    batchEvents: 10,
    retention: { maxEvents: 20 },
  });
  output.room = 0;
  printer.start();
  publishMany(journal, 300);
  await journal.flush();
  output.room = Number.POSITIVE_INFINITY;
  await until('the last', () => printer.printed === 300);
  const [gap] = printed().filter((record) => 'gap' in record);
  const seqs = printed().flatMap((record) => record.seq ?? []);
  expect(seqs).toEqual([...upTo(gap.gap.from - 1), ...upTo(300, gap.gap.to + 1)]);
  printer.stop();
});

it('ends when the reader is gone, and says so once', async () => {
  const { journal, output, printer, gone } = start();
  printer.start();
  output.failure = 'EPIPE';
  publishMany(journal, 10);
  await until('the end', () => printer.gone);
  publishMany(journal, 10);
  await journal.flush();
  expect([gone(), output.text]).toEqual([1, '']);
});

it('waits when the disk under the output is full', async () => {
  const { journal, output, printer } = start();
  printer.start();
  output.failure = 'ENOSPC';
  publishMany(journal, 10);
  await journal.flush();
  output.failure = undefined;
  await until('all of them', () => printer.printed === 10);
  expect(printer.gone).toBe(false);
  printer.stop();
});
