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
    expect((await get('?since=240&limit=3')).value.map((event) => event.seq)).toEqual([241, 242, 243]);
    expect((await get('?since=7&limit=1')).value).toEqual([journal.read(7, 1)[0]?.record]);
  });

  it('filters, and looks at a bounded number of events for one page', async () => {
    const { server, journal } = await serve();
    publishMany(journal, 12_000);
    journal.publish(draft(0, { eventType: 'Sluice.Diagnostics.EventsLost' }));
    await journal.flush();
    let next = 0;
    let found: number[] = [];
    let pages = 0;
    while (next < 12_001) {
      const page = (await http(`${server.url}/events?since=${next}&type=EventsLost`)).json() as Page;
      found = [...found, ...page.value.map((event) => event.seq)];
      next = page.next;
      pages += 1;
    }
    expect([found, pages]).toEqual([[12_001], 3]);
  });

  it('begins with the newest that pass the filter, and says where to go on', async () => {
    const { server, journal } = await serve({}, { segmentEvents: 100, retention: { maxEvents: 20_000 } });
    const get = async (query: string) => {
      const page = (await http(`${server.url}/events${query}`)).json() as Page;
      return { ...page, value: page.value.map((event) => event.seq) };
    };
    expect(await get('')).toEqual({ value: [], next: 0, firstSeq: 1, lastSeq: 0 });
    journal.publish(draft(0, { eventType: 'Sluice.Diagnostics.EventsLost' }));
    publishMany(journal, 7000);
    await journal.flush();
    expect(await get('')).toMatchObject({ value: upTo(7001, 6902), next: 7001 });
    expect(await get('?limit=3')).toMatchObject({ value: [6999, 7000, 7001], next: 7001 });
    expect(await get('?type=EventsLost')).toMatchObject({ value: [1], next: 7001 });
    expect(await get('?pipeline=nobody')).toMatchObject({ value: [], next: 7001 });
    publishMany(journal, 20_000);
    await journal.flush();
    const { firstSeq } = journal;
    expect(firstSeq).toBeGreaterThan(1);
    expect((await get('?limit=1000')).value).toEqual(upTo(27_001, 26_002));
    expect((await get('?type=EventsLost')).value).toEqual([]);
  });

  it('takes several types and pipelines, repeated or with commas', async () => {
    const { server, journal } = await serve();
    const types = ['Analytics.Inference', 'Operational.RecordingStarted', 'Diagnostics.NetworkError'];
    for (const pipeline of ['p1', 'p2', 'p3']) {
      for (const type of types) journal.publish(draft(0, { pipeline, eventType: `Microsoft.VideoAnalyzer.${type}` }));
    }
    journal.publish(draft(0, { eventType: 'Sluice.Diagnostics.EventsLost' }));
    await journal.flush();
    const queries: Record<string, number[]> = {
      'type=Inference&type=NetworkError': [1, 3, 4, 6, 7, 9],
      'type=Inference,NetworkError&pipeline=p1,p3': [1, 3, 7, 9],
      'pipeline=p1&pipeline=p2': [1, 2, 3, 4, 5, 6, 10],
      'type=Diagnostics.*': [3, 6, 9, 10],
      'type=Sluice.*,Operational.RecordingStarted': [2, 5, 8, 10],
    };
    for (const [query, expected] of Object.entries(queries)) {
      const page = (await http(`${server.url}/events?since=0&${query}`)).json() as Page;
      expect([query, page.value.map((event) => event.seq)]).toEqual([query, expected]);
    }
    const refusal = await http(`${server.url}/events?type=Inferense`);
    expect([refusal.status, refusal.json()]).toMatchObject([
      400,
      { error: { code: 'EventTypeUnknown', message: expect.stringContaining('did you mean Inference?') } },
    ]);
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
      '?type=Inference&type=Inferense',
      '?type=Inference,',
      '?type=In*',
      '?pipeline=',
    ]) {
      expect([query, (await http(`${server.url}/events${query}`)).status]).toEqual([query, 400]);
    }
  });
});
