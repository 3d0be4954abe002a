import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { type NumberedCamera, numberedCamera } from '../../bench/live/numbered-camera.js';
import { READ_NUMBER } from '../../bench/page/numbered-media.js';
import { hasChromium } from '../kit/chromium.js';
import { livePipeline, messageToVideo } from '../kit/evr.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { pageRig, untilTrue } from '../kit/page-rig.js';

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
  let camera: NumberedCamera;
  const rig = pageRig(async ({ engine, folder }) => {
    camera = await numberedCamera(folder, { size: '320x180', gop: 50, bframes });
    const topology = messageToVideo({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT10S' });
    engine.engine.topologies.set(topology);
    engine.engine.pipelines.set(
      livePipeline('door', topology.name, { rtspUrl: camera.url, input: 'door', video: 'door' }),
    );
    await engine.engine.pipelines.activate('door');
    await ringHolds(engine.engine, 3, 'door');
  });
  afterAll(() => camera?.stop());

  const open = async (path: string): Promise<Page> => {
    const page = await rig.open('/?view=system');
    await page.addInitScript(NOTES);
    await page.goto(rig.engine.origin + path);
    return page;
  };

  const watch = async (): Promise<Page> => {
    const page = await open('/?view=watch&camera=door');
    await untilTrue(page, SHOWS);
    return page;
  };

  it('begins with its first picture, and seeks nothing for it', async () => {
    const page = await watch();
    const { jumps, shown } = await page.evaluate<{ jumps: number[]; shown: { mediaTime: number } }>(
      '({ jumps: liveNotes.jumps, shown: liveNotes.shown })',
    );
    expect(jumps).toEqual([]);
    expect(shown.mediaTime).toBeLessThan(0.01);
  });

  it('says when its pictures were taken, however long others have watched', async () => {
    await watch();
    await unitsCome(rig.engine.engine, 150, 'door');
    const page = await watch();
    await untilTrue(page, `liveNotes.video.currentTime > 1 && ${SHOWN}`);
    const { at, now, number } = await page.evaluate<Shown>(SHOWN);
    // Without where it begins, it would be wrong by as long as the other one has watched.
    expect(Math.abs(now - camera.age(number, now) - at)).toBeLessThan(2000);
  });

  it('draws what stands beside it when its first picture is on the screen', async () => {
    const page = await open('/');
    await page.locator('camera-wall a.tile').waitFor();
    // The code of the view is loaded ahead; without it nothing is drawn anyway.
    await untilTrue(page, "customElements.get('watch-view') !== undefined");
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
    await page.getByRole('slider', { name: 'Timeline' }).waitFor();
    const drawn = await page.evaluate<{ stage: boolean; beside: boolean }[]>('drawn');
    expect(drawn.some(({ stage, beside }) => stage && !beside)).toBe(true);
    expect(drawn.at(-1)).toMatchObject({ stage: true, beside: true });
    await page.locator('transport-bar').waitFor();
    await page.locator('recording-list').waitFor();
  });

  it('has one connection from the choice of a camera on, and none when it is left', async () => {
    const page = await open('/');
    await page.locator('camera-wall a.tile').click();
    await untilTrue(page, SHOWS);
    expect(await page.evaluate('liveNotes.sockets.map(({ readyState }) => readyState)')).toEqual([1]);
    await page.getByRole('link', { name: 'Cameras' }).click();
    await untilTrue(page, 'liveNotes.sockets[0].readyState === WebSocket.CLOSED');
    expect(await page.evaluate('liveNotes.sockets.length')).toBe(1);
  });
});
