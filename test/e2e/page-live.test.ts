import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type NumberedCamera, numberedCamera } from '../../bench/live/numbered-camera.js';
import { READ_NUMBER } from '../../bench/page/numbered-media.js';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { livePipeline, messageToVideo } from '../kit/evr.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { type PagedEngine, servePage, untilTrue, type WatchedPage, watchPage } from '../kit/page-rig.js';

/** Notes what becomes of the element of a live view until it has shown a picture, and the sockets of all. */
const NOTES = `(() => {
  const notes = (window.liveNotes = { jumps: [], sockets: [] });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url, ...rest) {
      super(url, ...rest);
      if (/\\/live\\?/.test(url)) notes.sockets.push(this);
    }
  };
  const add = EventTarget.prototype.addEventListener;
  HTMLVideoElement.prototype.addEventListener = function (...rest) {
    if (!notes.video) {
      notes.video = this;
      add.call(this, 'seeking', () => notes.shown ?? notes.jumps.push(this.currentTime));
      this.requestVideoFrameCallback((now, { mediaTime }) => (notes.shown = { mediaTime }));
    }
    return add.apply(this, rest);
  };
})()`;

/** What is on the screen, and when the page says that it was taken. */
const SHOWN = `(() => {
  const at = liveNotes.video.getRootNode().host.shownAt;
  return at && { at, now: Date.now(), number: (${READ_NUMBER})(liveNotes.video) };
})()`;

const SHOWS = 'window.liveNotes?.shown';

interface Shown {
  at: number;
  now: number;
  number: number;
}

describe.skipIf(!hasChromium).each([0, 2])('the live view of a camera with %d B-frames', (bframes) => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-page-'));
  let browser: Browser;
  let camera: NumberedCamera;
  let engine: PagedEngine;
  const watched: WatchedPage[] = [];

  beforeAll(async () => {
    [browser, camera, engine] = await Promise.all([
      startChromium(),
      numberedCamera(dir, { size: '320x180', gop: 50, bframes }),
      servePage(),
    ]);
    const topology = messageToVideo({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT10S' });
    engine.engine.topologies.set(topology);
    engine.engine.pipelines.set(
      livePipeline('door', topology.name, { rtspUrl: camera.url, input: 'door', video: 'door' }),
    );
    await engine.engine.pipelines.activate('door');
    await ringHolds(engine.engine, 3, 'door');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
    await camera?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  afterEach(async () => {
    const faults = watched.flatMap((each) => each.faults);
    for (const each of watched.splice(0)) await each.close();
    expect(faults).toEqual([]);
  });

  const open = async (path: string): Promise<Page> => {
    const opened = await watchPage(browser, engine.origin, '/?view=system');
    watched.push(opened);
    await opened.page.addInitScript(NOTES);
    await opened.page.goto(engine.origin + path);
    return opened.page;
  };

  const watch = async (): Promise<Page> => {
    const page = await open('/?view=watch&camera=door');
    await untilTrue(page, SHOWS, 60_000);
    return page;
  };

  it('begins with its first picture, and seeks nothing for it', async () => {
    const page = await watch();
    const { jumps, shown } = await page.evaluate<{ jumps: number[]; shown: { mediaTime: number } }>(
      '({ jumps: liveNotes.jumps, shown: liveNotes.shown })',
    );
    expect(jumps).toEqual([]);
    expect(shown.mediaTime).toBeLessThan(0.01);
  }, 120_000);

  it('says when its pictures were taken, however long others have watched', async () => {
    await watch();
    await unitsCome(engine.engine, 150, 'door');
    const page = await watch();
    await untilTrue(page, `liveNotes.video.currentTime > 1 && ${SHOWN}`, 60_000);
    const { at, now, number } = await page.evaluate<Shown>(SHOWN);
    // Without where it begins, it would be wrong by as long as the other one has watched.
    expect(Math.abs(now - camera.age(number, now) - at)).toBeLessThan(2000);
  }, 120_000);

  it('draws what stands beside it when its first picture is on the screen', async () => {
    const page = await open('/');
    await page.locator('camera-wall a.tile').waitFor({ timeout: 30_000 });
    // The code of the view is loaded ahead; without it nothing is drawn anyway.
    await untilTrue(page, "customElements.get('watch-view') !== undefined", 30_000);
    await page.evaluate(`(() => {
      const drawn = (window.drawn = []);
      const look = () => {
        const view = document.querySelector('sluice-app').shadowRoot.querySelector('watch-view');
        const has = (name) => view?.shadowRoot.querySelector(name) != null;
        drawn.push({ stage: has('live-stage'), beside: has('time-line') });
        requestAnimationFrame(look);
      };
      look();
    })()`);
    await page.locator('camera-wall a.tile').click();
    await page.getByRole('slider', { name: 'Timeline' }).waitFor({ timeout: 30_000 });
    const drawn = await page.evaluate<{ stage: boolean; beside: boolean }[]>('drawn');
    expect(drawn.some(({ stage, beside }) => stage && !beside)).toBe(true);
    expect(drawn.at(-1)).toMatchObject({ stage: true, beside: true });
    await page.locator('transport-bar').waitFor();
    await page.locator('recording-list').waitFor();
  }, 120_000);

  it('has one connection from the choice of a camera on, and none when it is left', async () => {
    const page = await open('/');
    await page.locator('camera-wall a.tile').click({ timeout: 30_000 });
    await untilTrue(page, SHOWS, 60_000);
    expect(await page.evaluate('liveNotes.sockets.map(({ readyState }) => readyState)')).toEqual([1]);
    await page.getByRole('link', { name: 'Cameras' }).click();
    await untilTrue(page, 'liveNotes.sockets[0].readyState === WebSocket.CLOSED');
    expect(await page.evaluate('liveNotes.sockets.length')).toBe(1);
  }, 120_000);
});
