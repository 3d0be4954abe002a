import { describe, expect, it, onTestFinished } from 'vitest';
import { tellLogLoss } from '../../../../engine/events/log-loss.js';
import { type DroppedLines, LogLines } from '../../../../engine/log/log-lines.js';
import { DraftJournal } from '../../../kit/draft-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { FakeOutput } from '../../../kit/fake-output.js';

const start = (maxBytes = 40) => {
  const clock = new FakeClock();
  const output = new FakeOutput();
  const listeners = process.listeners('exit');
  onTestFinished(() => {
    for (const added of process.listeners('exit')) if (!listeners.includes(added)) process.off('exit', added);
  });
  const lines = new LogLines({ output, clock, maxBytes });
  const told: Array<DroppedLines & { over: boolean }> = [];
  lines.onLoss((dropped, over) => told.push({ ...dropped, over }));
  return { clock, output, lines, told };
};

describe('the lines of the log', () => {
  it('are written at once while somebody reads', () => {
    const { clock, output, lines } = start();
    lines.write('one\n');
    lines.write('two\n');
    expect(output.lines).toEqual(['one', 'two']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('wait for a reader that has no room, and go on in the middle of a line', () => {
    const { clock, output, lines } = start();
    output.room = 6;
    lines.write('line 1\n');
    lines.write('line 2\n');
    expect(output.text).toBe('line 1');
    output.room = 2;
    clock.advance(60_000);
    expect(output.text).toBe('line 1\nl');
    output.room = 100;
    clock.advance(1000);
    lines.write('line 3\n');
    expect(output.lines).toEqual(['line 1', 'line 2', 'line 3']);
    expect(lines.dropped).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are dropped beyond the limit, counted, and told once in the beginning and once in the end', () => {
    const { clock, output, lines, told } = start(40);
    const since = clock.utc();
    output.room = 0;
    // Five of 8 bytes fit.
    for (let n = 0; n < 12; n++) lines.write(`line  ${n % 10}\n`);
    expect(told).toEqual([{ count: 1, since, over: false }]);
    expect([lines.dropped, lines.loss?.count]).toEqual([7, 7]);
    output.room = 10;
    clock.advance(1000);
    // There is room, but one hole is better than two.
    lines.write('still dropped\n');
    expect(told).toHaveLength(1);
    output.room = Number.POSITIVE_INFINITY;
    clock.advance(1000);
    lines.write('after\n');
    expect(told).toEqual([
      { count: 1, since, over: false },
      { count: 8, since, over: true },
    ]);
    const [note, after] = output.lines.slice(5);
    expect(output.lines.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((n) => `line  ${n}`));
    expect(JSON.parse(note!)).toMatchObject({ level: 40, count: 8, msg: expect.stringContaining('8 lines were left') });
    expect(after).toBe('after');
    expect([lines.dropped, lines.loss]).toEqual([8, undefined]);
  });

  it('survive a reader that is gone, and reach the one that comes after it', () => {
    const { clock, output, lines } = start();
    output.failure = 'EPIPE';
    lines.write('for the next\n');
    clock.advance(10_000);
    output.failure = undefined;
    clock.advance(1000);
    expect(output.lines).toEqual(['for the next']);
  });

  it('come out at the end of the process if somebody reads, with the number of those that do not', () => {
    const { output, lines } = start(8);
    output.room = 0;
    for (let n = 0; n < 3; n++) lines.write(`line  ${n}\n`);
    output.room = Number.POSITIVE_INFINITY;
    lines.writeBeforeEnd();
    expect(output.lines[0]).toBe('line  0');
    expect(output.lines[1]).toContain('2 lines were left out');
  });
});

describe('the events about dropped lines', () => {
  it('say since when, how many, and whether it is over', () => {
    const { clock, output, lines } = start(8);
    const journal = new DraftJournal();
    const stop = tellLogLoss(lines, journal, clock);
    output.room = 0;
    for (let n = 0; n < 3; n++) lines.write(`line  ${n}\n`);
    output.room = Number.POSITIVE_INFINITY;
    clock.advance(1000);
    const since = '2026-01-02T03:04:05.000Z';
    expect(journal.named('LogLinesDropped').map(({ data }) => data)).toEqual([
      { count: 1, since, state: 'dropping' },
      { count: 2, since, state: 'over' },
    ]);
    stop();
    expect(journal.drafts).toHaveLength(2);
  });

  it('say how many there were until the engine was closed', () => {
    const { clock, output, lines } = start(8);
    const journal = new DraftJournal();
    const stop = tellLogLoss(lines, journal, clock);
    output.room = 0;
    for (let n = 0; n < 6; n++) lines.write(`line  ${n}\n`);
    stop();
    expect(journal.drafts.map(({ data }) => data['count'])).toEqual([1, 5]);
  });
});
