import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JournalReader } from '../../../../engine/events/journal-reader.js';
import { draft, type OpenedJournal, openJournal, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { tempDir } from '../../../kit/temp-dir.js';

describe('event log', () => {
  it('gives the id at once and shows the event only when it is written', async () => {
    const clock = new FakeClock();
    const { journal } = openJournal({ clock });
    const seen: number[] = [];
    journal.onAppended((lastSeq) => seen.push(lastSeq));
    const id = journal.publish(draft(1));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(journal.lastSeq).toBe(0);
    expect(journal.read(0, 10)).toEqual([]);
    expect(seen).toEqual([]);
    clock.advance(0);
    expect(seen).toEqual([1]);
    expect(journal.read(0, 10)[0]?.record.id).toBe(id);
  });

  it('writes an event at once unless writing takes too much of the time, and then never later than 4 ms', () => {
    const clock = new FakeClock();
    let micros = 0;
    const { journal } = openJournal({ clock, batchMs: 4, observer: { onWritten: () => clock.advance(micros / 1000) } });
    const seen: number[] = [];
    journal.onAppended((lastSeq) => seen.push(lastSeq));
    const publishAfter = (ms: number) => {
      clock.advance(ms);
      journal.publish(draft(0));
      clock.advance(0);
    };
    publishAfter(0);
    publishAfter(0);
    expect(seen).toEqual([1, 2]);
    // Writing and telling of it take 0.5 ms: the next but one rests for 1.5.
    micros = 500;
    publishAfter(0);
    publishAfter(1);
    publishAfter(0.2);
    expect(seen).toEqual([1, 2, 3]);
    clock.advance(1);
    expect(seen).toEqual([1, 2, 3, 5]);
    micros = 50_000;
    publishAfter(5);
    publishAfter(0);
    clock.advance(3);
    expect(seen.at(-1)).toBe(6);
    clock.advance(1);
    expect(seen.at(-1)).toBe(7);
  });

  it('has the wire form of the contract, keys in order', async () => {
    const { journal } = openJournal({ module: 'avaedge', topic: '/sluice/test' });
    const first = journal.publish(draft(0));
    const second = journal.publish(
      draft(713, {
        eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted',
        subject: '/livePipelines/p1/sinks/fileSink',
        correlationId: first,
        data: { outputType: 'filePath', outputLocation: '/var/media/a.mp4' },
      }),
    );
    await journal.flush();
    const wires = journal.readWire(0, 10).map((event) => event.wire);
    expect(wires[1]).toBe(
      `{"seq":2,"id":"${second}","correlationId":"${first}","topic":"/sluice/test",` +
        '"subject":"/edgeModules/avaedge/livePipelines/p1/sinks/fileSink",' +
        '"eventType":"Microsoft.VideoAnalyzer.Operational.RecordingStarted","eventTime":"2026-01-02T03:04:05.713Z",' +
        '"dataVersion":"1.0","data":{"outputType":"filePath","outputLocation":"/var/media/a.mp4"}}',
    );
    expect(Object.keys(JSON.parse(wires[0]!))).not.toContain('correlationId');
  });

  it('takes the data as it is when it is published', async () => {
    const { journal } = openJournal();
    const data = { n: 1 };
    journal.publish(draft(0, { data }));
    data.n = 2;
    await journal.flush();
    expect(journal.read(0, 1)[0]?.record.data).toEqual({ n: 1 });
  });

  it('keeps an event whose data cannot be written, and says so in it', async () => {
    const { journal } = openJournal();
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    journal.publish(draft(0, { data: ring }));
    journal.publish(draft(0, { data: { text: 'x'.repeat(2_000_000) } }));
    await journal.flush();
    for (const { record } of journal.read(0, 2)) expect(record.data['problem']).toMatch(/^the data was left out/);
  });

  it('goes on with the next number after a restart, also when retention has taken everything', async () => {
    const clock = new FakeClock();
    const options = { clock, retention: { maxAgeMs: 1000 } };
    const first = openJournal(options);
    publishMany(first.journal, 5);
    await first.close();
    const second = openJournal({ ...options, dir: first.dir });
    expect(second.journal.lastSeq).toBe(5);
    clock.advance(60_000);
    expect(second.journal.firstSeq).toBe(6);
    expect(second.journal.read(0, 10).filter((event) => event.record.seq < second.journal.firstSeq)).toEqual([]);
    await second.close();
    const third = openJournal({ ...options, dir: first.dir });
    expect(third.journal.lastSeq).toBe(5);
    third.journal.publish(draft(0));
    await third.journal.flush();
    expect(third.journal.read(5, 10).map((event) => event.record.seq)).toEqual([6]);
  });

  it('reads across the edge between memory and disk', async () => {
    const { journal } = openJournal();
    publishMany(journal, 10_000);
    await journal.flush();
    for (const since of [0, 1, 4000, 5903, 5904, 5905, 9998, 9999]) {
      const seqs = journal.read(since, 300).map((event) => event.record.seq);
      expect(seqs).toEqual(upTo(Math.min(since + 300, 10_000), since + 1));
    }
    expect(journal.read(10_000, 10)).toEqual([]);
  });

  it('removes by count and by bytes, and tells a reader who asks for older ones', async () => {
    const { journal } = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 50 } });
    publishMany(journal, 200);
    await journal.flush();
    expect(journal.lastSeq).toBe(200);
    expect(journal.firstSeq).toBe(151);
    expect(journal.gapAfter(20)).toEqual({ gap: { from: 21, to: 150, reason: 'retention' } });
    expect(journal.gapAfter(150)).toBeUndefined();

    const small = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxBytes: 10_000 } }).journal;
    publishMany(small, 500);
    await small.flush();
    expect(small.stats().bytes).toBeLessThanOrEqual(10_000);
    expect(small.firstSeq).toBeGreaterThan(400);

    journal.retain({ maxEvents: 20 });
    for (let n = 0; n < 3; n++) {
      publishMany(journal, 10);
      await journal.flush();
    }
    expect([journal.firstSeq, journal.lastSeq]).toEqual([211, 230]);
  });

  it('does not take events for old because somebody sets the clock', async () => {
    const clock = new FakeClock();
    const { journal } = openJournal({ clock, retention: { maxAgeMs: 3_600_000 } });
    publishMany(journal, 5);
    await journal.flush();
    clock.stepWall(50 * 365 * 86_400_000);
    clock.advance(60_000);
    expect(journal.firstSeq).toBe(1);
    clock.advance(3_600_000);
    expect(journal.firstSeq).toBe(6);
  });

  it('sends a reader that is ahead of the log back to its end', () => {
    const { journal } = openJournal();
    const reader = new JournalReader(journal, 77);
    expect(reader.next(10)).toEqual({ kind: 'gap', gap: { gap: { from: 1, to: 77, reason: 'notInLog' } } });
    expect(reader.cursor).toBe(0);
    expect(reader.next(10)).toEqual({ kind: 'end' });
  });

  it('does not give numbers again that a power cut took back, and shows the hole', async () => {
    const first = openJournal({ bootId: 'one' });
    publishMany(first.journal, 3);
    await first.journal.flush();
    // The process is gone without closing the log, and the machine with it.
    const { journal } = reopenAfterCrash(first, 'two');
    expect(journal.lastSeq).toBeGreaterThanOrEqual(3);
    const jump = journal.lastSeq;
    journal.publish(draft(0));
    await journal.flush();
    const reader = new JournalReader(journal, 0);
    expect(reader.next(100)).toMatchObject({ kind: 'events', events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] });
    expect(reader.next(100)).toEqual({ kind: 'gap', gap: { gap: { from: 4, to: jump, reason: 'powerLoss' } } });
    expect(reader.next(100)).toMatchObject({ kind: 'events', events: [{ seq: jump + 1 }] });
    expect(reader.next(100)).toEqual({ kind: 'end' });
  });

  it('has no hole after a crash on a machine that goes on running', async () => {
    const first = openJournal({ bootId: 'one' });
    publishMany(first.journal, 3);
    await first.journal.flush();
    const { journal } = reopenAfterCrash(first, 'one');
    expect(journal.lastSeq).toBe(3);
    expect(journal.gapAfter(3)).toBeUndefined();
  });

  it('remembers where a publisher was', async () => {
    const first = openJournal();
    expect(first.journal.cursor('mqtt')).toBe(0);
    first.journal.saveCursor('mqtt', 7);
    first.journal.saveCursor('mqtt', 9);
    await first.close();
    expect(openJournal({ dir: first.dir }).journal.cursor('mqtt')).toBe(9);
  });

  it('goes on when a listener fails', async () => {
    const { journal } = openJournal();
    const seen: number[] = [];
    journal.onAppended(() => {
      throw new Error('listener');
    });
    const off = journal.onAppended((lastSeq) => seen.push(lastSeq));
    journal.publish(draft(0));
    await journal.flush();
    off();
    journal.publish(draft(0));
    await journal.flush();
    expect(seen).toEqual([1]);
  });

  it('gives a gap for a row that makes no sense, and what follows it', async () => {
    const { dir, journal, db, close } = openJournal();
    publishMany(journal, 10);
    await journal.flush();
    db.prepare('UPDATE events SET wire = substr(wire, 1, 40) WHERE seq = 4').run();
    db.prepare('UPDATE events SET wire = replace(wire, \'"seq":7\', \'"seq":5\') WHERE seq = 7').run();
    await close();
    const again = openJournal({ dir });
    const reader = new JournalReader(again.journal, 0);
    const found: unknown[] = [];
    for (let chunk = reader.next(100); chunk.kind !== 'end'; chunk = reader.next(100)) {
      found.push(chunk.kind === 'gap' ? chunk.gap.gap : chunk.events.map(({ record }) => record.seq));
    }
    const missing = (seq: number) => ({ from: seq, to: seq, reason: 'missing' });
    expect(found).toEqual([[1, 2, 3], missing(4), [5, 6], missing(7), [8, 9, 10]]);
  });
});

/** Opens what a log that was never closed has left on the disk, as another process would. */
const reopenAfterCrash = (crashed: OpenedJournal, bootId: string): OpenedJournal => {
  const dir = tempDir();
  for (const file of ['sluice.db', 'sluice.db-wal']) copyFileSync(join(crashed.dir, file), join(dir, file));
  return openJournal({ dir, bootId });
};
