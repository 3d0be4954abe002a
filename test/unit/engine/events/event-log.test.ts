import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogReader } from '../../../../engine/events/log-reader.js';
import { draft, type OpenedLog, openLog, publishMany, upTo } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { tempDir } from '../../../kit/temp-dir.js';

describe('event log', () => {
  it('gives the id at once and shows the event only when it is written', async () => {
    const clock = new FakeClock();
    const { log } = openLog({ clock, batchMs: 4 });
    const seen: number[] = [];
    log.onAppended((lastSeq) => seen.push(lastSeq));
    const id = log.publish(draft(1));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(log.lastSeq).toBe(0);
    expect(log.read(0, 10)).toEqual([]);
    clock.advance(3);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual([1]);
    expect(log.read(0, 10)[0]?.record.id).toBe(id);
  });

  it('has the wire form of the contract, keys in order', async () => {
    const { log } = openLog({ module: 'avaedge', topic: '/sluice/test' });
    const first = log.publish(draft(0));
    const second = log.publish(
      draft(713, {
        eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted',
        subject: '/livePipelines/p1/sinks/fileSink',
        correlationId: first,
        data: { outputType: 'filePath', outputLocation: '/var/media/a.mp4' },
      }),
    );
    await log.flush();
    const wires = log.readWire(0, 10).map((event) => event.wire);
    expect(wires[1]).toBe(
      `{"seq":2,"id":"${second}","correlationId":"${first}","topic":"/sluice/test",` +
        '"subject":"/edgeModules/avaedge/livePipelines/p1/sinks/fileSink",' +
        '"eventType":"Microsoft.VideoAnalyzer.Operational.RecordingStarted","eventTime":"2026-01-02T03:04:05.713Z",' +
        '"dataVersion":"1.0","data":{"outputType":"filePath","outputLocation":"/var/media/a.mp4"}}',
    );
    expect(Object.keys(JSON.parse(wires[0]!))).not.toContain('correlationId');
  });

  it('takes the data as it is when it is published', async () => {
    const { log } = openLog();
    const data = { n: 1 };
    log.publish(draft(0, { data }));
    data.n = 2;
    await log.flush();
    expect(log.read(0, 1)[0]?.record.data).toEqual({ n: 1 });
  });

  it('keeps an event whose data cannot be written, and says so in it', async () => {
    const { log } = openLog();
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    log.publish(draft(0, { data: ring }));
    log.publish(draft(0, { data: { text: 'x'.repeat(2_000_000) } }));
    await log.flush();
    for (const { record } of log.read(0, 2)) expect(record.data['problem']).toMatch(/^the data was left out/);
  });

  it('goes on with the next number after a restart, also when retention has taken everything', async () => {
    const clock = new FakeClock();
    const options = { clock, retention: { maxAgeMs: 1000 } };
    const first = openLog(options);
    publishMany(first.log, 5);
    await first.close();
    const second = openLog({ ...options, dir: first.dir });
    expect(second.log.lastSeq).toBe(5);
    clock.advance(60_000);
    expect(second.log.firstSeq).toBe(6);
    expect(second.log.read(0, 10).filter((event) => event.record.seq < second.log.firstSeq)).toEqual([]);
    await second.close();
    const third = openLog({ ...options, dir: first.dir });
    expect(third.log.lastSeq).toBe(5);
    third.log.publish(draft(0));
    await third.log.flush();
    expect(third.log.read(5, 10).map((event) => event.record.seq)).toEqual([6]);
  });

  it('reads across the edge between memory and disk', async () => {
    const { log } = openLog();
    publishMany(log, 10_000);
    await log.flush();
    for (const since of [0, 1, 4000, 5903, 5904, 5905, 9998, 9999]) {
      const seqs = log.read(since, 300).map((event) => event.record.seq);
      expect(seqs).toEqual(upTo(Math.min(since + 300, 10_000), since + 1));
    }
    expect(log.read(10_000, 10)).toEqual([]);
  });

  it('removes by count and by bytes, and tells a reader who asks for older ones', async () => {
    const { log } = openLog({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 50 } });
    publishMany(log, 200);
    await log.flush();
    expect(log.lastSeq).toBe(200);
    expect(log.firstSeq).toBe(151);
    expect(log.gapAfter(20)).toEqual({ gap: { from: 21, to: 150, reason: 'retention' } });
    expect(log.gapAfter(150)).toBeUndefined();

    const small = openLog({ segmentEvents: 10, batchEvents: 10, retention: { maxBytes: 10_000 } }).log;
    publishMany(small, 500);
    await small.flush();
    expect(small.stats().bytes).toBeLessThanOrEqual(10_000);
    expect(small.firstSeq).toBeGreaterThan(400);

    log.retain({ maxEvents: 20 });
    for (let n = 0; n < 3; n++) {
      publishMany(log, 10);
      await log.flush();
    }
    expect([log.firstSeq, log.lastSeq]).toEqual([211, 230]);
  });

  it('does not take events for old because somebody sets the clock', async () => {
    const clock = new FakeClock();
    const { log } = openLog({ clock, retention: { maxAgeMs: 3_600_000 } });
    publishMany(log, 5);
    await log.flush();
    clock.stepWall(50 * 365 * 86_400_000);
    clock.advance(60_000);
    expect(log.firstSeq).toBe(1);
    clock.advance(3_600_000);
    expect(log.firstSeq).toBe(6);
  });

  it('sends a reader that is ahead of the log back to its end', () => {
    const { log } = openLog();
    const reader = new LogReader(log, 77);
    expect(reader.next(10)).toEqual({ kind: 'gap', gap: { gap: { from: 1, to: 77, reason: 'notInLog' } } });
    expect(reader.cursor).toBe(0);
    expect(reader.next(10)).toEqual({ kind: 'end' });
  });

  it('does not give numbers again that a power cut took back, and shows the hole', async () => {
    const first = openLog({ bootId: 'one' });
    publishMany(first.log, 3);
    await first.log.flush();
    // The process is gone without closing the log, and the machine with it.
    const { log } = reopenAfterCrash(first, 'two');
    expect(log.lastSeq).toBeGreaterThanOrEqual(3);
    const jump = log.lastSeq;
    log.publish(draft(0));
    await log.flush();
    const reader = new LogReader(log, 0);
    expect(reader.next(100)).toMatchObject({ kind: 'events', events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] });
    expect(reader.next(100)).toEqual({ kind: 'gap', gap: { gap: { from: 4, to: jump, reason: 'powerLoss' } } });
    expect(reader.next(100)).toMatchObject({ kind: 'events', events: [{ seq: jump + 1 }] });
    expect(reader.next(100)).toEqual({ kind: 'end' });
  });

  it('has no hole after a crash on a machine that goes on running', async () => {
    const first = openLog({ bootId: 'one' });
    publishMany(first.log, 3);
    await first.log.flush();
    const { log } = reopenAfterCrash(first, 'one');
    expect(log.lastSeq).toBe(3);
    expect(log.gapAfter(3)).toBeUndefined();
  });

  it('remembers where a publisher was', async () => {
    const first = openLog();
    expect(first.log.cursor('mqtt')).toBe(0);
    first.log.saveCursor('mqtt', 7);
    first.log.saveCursor('mqtt', 9);
    await first.close();
    expect(openLog({ dir: first.dir }).log.cursor('mqtt')).toBe(9);
  });

  it('goes on when a listener fails', async () => {
    const { log } = openLog();
    const seen: number[] = [];
    log.onAppended(() => {
      throw new Error('listener');
    });
    const off = log.onAppended((lastSeq) => seen.push(lastSeq));
    log.publish(draft(0));
    await log.flush();
    off();
    log.publish(draft(0));
    await log.flush();
    expect(seen).toEqual([1]);
  });
});

/** Opens what a log that was never closed has left on the disk, as another process would. */
const reopenAfterCrash = (crashed: OpenedLog, bootId: string): OpenedLog => {
  const dir = tempDir();
  for (const file of ['sluice.db', 'sluice.db-wal']) copyFileSync(join(crashed.dir, file), join(dir, file));
  return openLog({ dir, bootId });
};
