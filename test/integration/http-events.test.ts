import { describe, expect, it } from 'vitest';
import { draft, publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';
import { http } from '../kit/raw-http.js';

interface Page {
  value: Array<{ seq: number }>;
  next: number;
  firstSeq: number;
  lastSeq: number;
  gap?: { from: number; to: number; reason: string };
}

describe('events in pages', () => {
  it('walks through the log and tells where it ends', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 250);
    await journal.flush();
    const get = async (query: string) => (await http(`${server.url}/events${query}`)).json() as Page;
    const seqs: number[] = [];
    let next = 0;
    for (let page = 0; page < 3; page++) {
      const answer = await get(`?since=${next}`);
      seqs.push(...answer.value.map((event) => event.seq));
      next = answer.next;
    }
    expect(seqs).toEqual(upTo(250));
    expect(await get(`?since=${next}`)).toEqual({ value: [], next: 250, firstSeq: 1, lastSeq: 250 });
    expect(await get('')).toMatchObject({ value: [], next: 250 });
    expect((await get('?since=240&limit=3')).value.map((event) => event.seq)).toEqual([241, 242, 243]);
    expect((await get('?since=7&limit=1')).value).toEqual([journal.read(7, 1)[0]?.record]);
  });

  it('filters, and looks at a bounded number of events for one page', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 12_000);
    journal.publish(draft(0, { eventType: 'Sluice.Rare' }));
    await journal.flush();
    let next = 0;
    let found: number[] = [];
    let pages = 0;
    while (next < 12_001) {
      const page = (await http(`${server.url}/events?since=${next}&type=Rare`)).json() as Page;
      found = [...found, ...page.value.map((event) => event.seq)];
      next = page.next;
      pages += 1;
    }
    expect([found, pages]).toEqual([[12_001], 3]);
  });

  it('tells of a gap in its place', async () => {
    const { server, journal } = await serve({}, { segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    publishMany(journal, 100);
    await journal.flush();
    const page = (await http(`${server.url}/events?since=5`)).json() as Page;
    expect(page).toMatchObject({ value: [], next: 80, gap: { from: 6, to: 80, reason: 'retention' } });
    const following = (await http(`${server.url}/events?since=${page.next}`)).json() as Page;
    expect(following.value.map((event) => event.seq)).toEqual(upTo(100, 81));
    expect(following.gap).toBeUndefined();
  });

  it('says what is wrong with a query', async () => {
    const { server } = await serve();
    for (const query of [
      '?since=x',
      '?since=-1',
      '?sinc=1',
      '?limit=0',
      '?limit=5000',
      '?since=1&since=2',
      '?type=a&type=b',
    ]) {
      expect([query, (await http(`${server.url}/events${query}`)).status]).toEqual([query, 400]);
    }
  });
});
