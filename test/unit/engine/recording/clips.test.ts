import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import type { ClipSink } from '../../../../engine/recording/clip-plan.js';
import type { Clips } from '../../../../engine/recording/clips.js';
import { ending, Shelf, START, sinkNode } from '../../../kit/clips.js';
import { thrownCode } from '../../../kit/error-code.js';

let shelf: Shelf;
let clips: Clips;
beforeEach(() => {
  shelf = new Shelf();
  clips = shelf.people();
});
afterEach(() => shelf.remove());

interface Made {
  path: string;
  id: string;
}

/** A finished clip that begins so many seconds after START and lasts 10 s. */
const add = (at: number, sink: ClipSink = sinkNode(), bytes = 1000, correlationId = 'cause'): Made => {
  const startUtc = (START + seconds(at)) as UtcMicros;
  const open = shelf.clips.begin({ sink, correlationId, startUtc });
  writeFileSync(open.location, Buffer.alloc(bytes, at % 256));
  const extent = { endUtc: (startUtc + seconds(10)) as UtcMicros, seconds: 10, frames: 250 };
  shelf.clips.finished(open, ending({ extent }), { reason: 'minimum', bytes });
  return { path: open.location, id: String(open.id) };
};

describe('the clips', () => {
  it('say what there is to know of one, with the event that caused it', () => {
    const cause = shelf.journal.publish({
      ...{ eventType: 'Sluice.Operational.InputReceived', subject: '/livePipelines/p1/sources/message' },
      ...{ eventTime: START, data: { hubInputName: 'door' }, pipeline: 'p1' },
    });
    const { id, path } = add(0, sinkNode(), 1234, cause);
    expect(clips.get(id)).toEqual({
      ...{ id, path, pipeline: 'p1', sink: 'fileSink', topology: 't', state: 'finished', bytes: 1234, frames: 250 },
      ...{ start: '2026-01-02T03:04:05.678Z', end: '2026-01-02T03:04:15.678Z', duration: 10 },
      ...{ correlationId: cause, incomplete: false, protected: false, seen: false },
      cause: {
        eventType: 'Sluice.Operational.InputReceived',
        subject: '/edgeModules/avaedge/livePipelines/p1/sources/message',
      },
    });
  });

  it('come newest first, in pages that stay right while clips come and go', () => {
    const made = [0, 20, 40, 60, 80].map((at) => add(at).id);
    const first = clips.list({ limit: 2 });
    expect(first.value.map(({ id }) => id)).toEqual([made[4], made[3]]);
    add(100);
    clips.delete(made[2]!);
    const second = clips.list({ limit: 2, continuationToken: first['@continuationToken'] });
    expect(second.value.map(({ id }) => id)).toEqual([made[1], made[0]]);
    expect(second['@continuationToken']).toBeUndefined();
    for (const continuationToken of ['', 'x', Buffer.from('after:1').toString('base64url')])
      expect(thrownCode(() => clips.list({ continuationToken }))).toBe('ContinuationTokenInvalid');
  });

  it('can be asked for by pipeline and by time', () => {
    const [a, b, c] = [0, 20, 40].map((at) => add(at).id);
    const other = add(20, sinkNode({ pipeline: 'p2' })).id;
    const within = (from: number, to: number, pipeline?: string) =>
      clips
        .list({
          pipeline,
          range: { startUtc: (START + seconds(from)) as UtcMicros, endUtc: (START + seconds(to)) as UtcMicros },
        })
        .value.map(({ id }) => id);
    expect(within(5, 25)).toEqual([other, b, a]);
    expect(within(10, 20)).toEqual([]);
    expect(within(29, 41, 'p1')).toEqual([c, b]);
    expect(clips.list({ pipeline: 'p2' }).value.map(({ id }) => id)).toEqual([other]);
    expect(clips.list({ pipeline: 'p3' }).value).toEqual([]);
  });

  it('have ids that stay over a restart, and what is no id finds nothing', () => {
    const { id } = add(0);
    shelf.restart();
    clips = shelf.people();
    expect(clips.get(id).id).toBe(id);
    for (const none of ['', '0', '-1', '1.5', `${id} `, '1e3', '../1', '99999', '9'.repeat(40)])
      expect(thrownCode(() => clips.get(none))).toBe('ClipNotFound');
  });

  it('are deleted with their files, and it is told', () => {
    const { id, path } = add(0);
    shelf.told();
    clips.delete(id);
    expect(existsSync(path)).toBe(false);
    expect(shelf.events.map(({ data }) => [basename(String(data['outputLocation'])), data['reason']])).toEqual([
      [basename(path), 'requested'],
    ]);
    expect(thrownCode(() => clips.get(id))).toBe('ClipNotFound');
    expect(thrownCode(() => clips.delete(id))).toBe('ClipNotFound');
  });

  it('keep what is protected or being written', () => {
    const { id, path } = add(0);
    clips.protect(id);
    expect(clips.get(id).protected).toBe(true);
    expect(thrownCode(() => clips.delete(id))).toBe('ClipProtected');
    clips.unprotect(id);
    clips.delete(id);
    expect(existsSync(path)).toBe(false);
    const open = shelf.opened(shelf.begin());
    expect(thrownCode(() => clips.delete(String(open.id)))).toBe('ClipOpen');
    expect(existsSync(open.location)).toBe(true);
  });

  it('that are protected stay when room is made, and count', () => {
    const [a, b, c, d] = [0, 20, 40, 60].map((at) => add(at, sinkNode(), 400 * 1024));
    clips.protect(a!.id);
    shelf.clips.enforceBudget(sinkNode());
    expect([a, b, c, d].map((each) => existsSync(each!.path))).toEqual([true, false, false, true]);
  });

  it('remember who has been seen', () => {
    const [a, b] = [0, 20].map((at) => add(at).id);
    clips.markSeen(a!);
    expect(clips.list().value.map(({ id, seen }) => [id, seen])).toEqual([
      [b, false],
      [a, true],
    ]);
  });

  it('give their bytes, or a part of them', async () => {
    const { id, path } = add(7, sinkNode(), 5000);
    expect(clips.file(id)).toMatchObject({ path, bytes: 5000, name: basename(path) });
    const read = async (range?: { start: number; end: number }) =>
      Buffer.concat(await clips.stream(id, range).toArray());
    expect((await read()).equals(Buffer.alloc(5000, 7))).toBe(true);
    expect(await read({ start: 4990, end: 9999 })).toHaveLength(10);
    rmSync(path);
    expect(thrownCode(() => clips.file(id))).toBe('ClipFileGone');
  });
});

describe('a retention period', () => {
  const daily = sinkNode({ retentionPeriod: seconds(86_400) });

  it('removes what is older, whether or not the sink runs, but for what is protected', () => {
    shelf.clips.prepare(daily);
    const [old, kept, young] = [0, 60, 7200].map((at) => add(at, daily));
    const other = add(0, sinkNode({ sink: 'other' }));
    clips.protect(kept!.id);
    shelf.told();
    shelf.restart();
    clips = shelf.people();
    shelf.clock.advance((86_400 + 3600) * 1000);
    shelf.clips.keeping.removeOld();
    expect([old, kept, young, other].map((each) => existsSync(each!.path))).toEqual([false, true, true, true]);
    expect(shelf.events.map(({ data }) => data['reason'])).toEqual(['retentionPeriod']);
    clips.unprotect(kept!.id);
    shelf.clips.keeping.removeOld();
    expect(existsSync(kept!.path)).toBe(false);
  });

  it('ends when the sink has none any more', () => {
    shelf.clips.prepare(daily);
    const { path } = add(0, daily);
    shelf.clips.prepare(sinkNode());
    shelf.clock.advance(100 * 86_400_000);
    shelf.clips.keeping.removeOld();
    expect(existsSync(path)).toBe(true);
  });

  it('tells why also when the process dies between the deletion and the event', () => {
    shelf.clips.prepare(daily);
    const { id, path } = add(0, daily);
    shelf.clips.index.mark(Number(id), 'retentionPeriod');
    rmSync(path);
    shelf.told();
    void shelf.restart().sweep();
    expect(shelf.events.map(({ data }) => data['reason'])).toEqual(['retentionPeriod']);
  });
});
