import { expect, it } from 'vitest';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { publishMany, upTo } from '../kit/event-journal.js';
import { serve } from '../kit/http-server.js';
import { until } from '../kit/until.js';

if (!hasChromium) console.warn('skipped: Chromium is not installed');

it.skipIf(!hasChromium)('a browser follows the events through a restart of the engine, each once', async () => {
  const first = await serve();
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${first.server.url}/healthz`);
    await page.evaluate(`(() => {
      globalThis.seen = [];
      const source = new EventSource('/events?since=0');
      source.onmessage = ({ data }) => seen.push(JSON.parse(data).seq);
      source.addEventListener('closing', ({ data }) => seen.push(JSON.parse(data).code));
    })()`);
    const seen = () => page.evaluate<Array<number>>('seen');
    publishMany(first.journal, 20);
    let last: number[] = [];
    const untilSeen = async (count: number) => {
      while (last.length < count) last = await seen();
    };
    await untilSeen(20);
    await first.server.close();
    publishMany(first.journal, 10);
    await first.journal.flush();
    await first.close();
    const port = Number(new URL(first.server.url).port);
    const again = await serve({ listen: { kind: 'tcp', host: '127.0.0.1', port } }, { dir: first.dir });
    await until('the browser is back', () => again.server.streams().subscribers === 1);
    publishMany(again.journal, 5);
    await untilSeen(36);
    expect(last).toEqual([...upTo(20), 1001, ...upTo(35, 21)]);
  } finally {
    await browser.close();
  }
});
