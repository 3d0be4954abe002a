import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Engine } from '../../engine/index.js';
import { partsOf } from '../../engine/parts-of.js';
import { startService } from '../../engine/service.js';
import { hasChromium, startChromium } from '../common/chromium.js';
import { type StoredVideo, storeVideos } from './stored-video.js';

/** A page of an engine that has these videos, in a browser. `open` goes to a route of it. */
export interface ServedPage {
  page: Page;
  open(search: string): Promise<void>;
  close(): Promise<void>;
}

/** @param videos called with a folder for their media, which is removed in the end */
export const servePage = async (videos: (dir: string) => readonly StoredVideo[]): Promise<ServedPage> => {
  if (!hasChromium) throw new Error('there is no /usr/bin/chromium; SLUICE_CHROMIUM names another one');
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const engine = await Engine.open({ dataDir: join(dir, 'data'), settings: { 'http.address': '127.0.0.1:0' } });
  storeVideos(partsOf(engine).archive, videos(dir));
  const service = await startService(engine);
  const browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  return {
    page,
    open: async (search) => {
      await page.goto(`${service.urls[0]}/${search}`);
    },
    close: async () => {
      await browser.close();
      await service.close();
      await engine.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Address of the moment of some videos. */
export const watching = (names: readonly string[], time: number): string =>
  `?view=watch&${names.map((name) => `camera=${name}`).join('&')}&time=${new Date(time).toISOString()}`;

/** Finds an element through all shadow roots, in a page; a function, as text. */
export const FIND = `((name) => {
  const within = (root) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.localName === name) return each;
      const inside = each.shadowRoot && within(each.shadowRoot);
      if (inside) return inside;
    }
  };
  return within(document);
})`;

/** Resolves with what a script gives once that is something true. */
export const whenTrue = async <T>(page: Page, script: string, timeoutMs = 60_000): Promise<T> => {
  for (const deadline = performance.now() + timeoutMs; ; await page.waitForTimeout(20)) {
    const found = await page.evaluate<T | undefined>(script);
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${script}`);
  }
};
