import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from './chromium.js';
import { type PagedEngine, servePage } from './page-rig.js';
import { emptyStates, type PageState, worldStates } from './page-states.js';
import { addWorldCameras, fillDataFolder } from './page-world.js';
import { startCamera, type TestCamera } from './rtsp-camera.js';

const TOKEN = 'a-token-of-the-test';

/** Engines that together can show everything that the page can, and a browser to look at them. */
export interface PageStages {
  browser: Browser;
  states: readonly { engine: PagedEngine; state: PageState }[];
  close(): Promise<void>;
}

/** @param scenes what the two cameras that are there see */
export const openPageStages = async (scenes: readonly [string, string]): Promise<PageStages> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-stages-'));
  const world = await fillDataFolder(dataDir);
  const parts: { browser?: Browser; camera?: TestCamera; engines: PagedEngine[] } = { engines: [] };
  const close = async (): Promise<void> => {
    await parts.browser?.close();
    for (const engine of parts.engines) await engine.remove();
    await parts.camera?.stop();
  };
  try {
    parts.browser = await startChromium();
    parts.camera = await startCamera({ scenes: [...scenes], gop: 1 });
    // Nobody listens at the port of the broker.
    const settings = [{}, {}, { 'http.token': TOKEN, 'mqtt.url': 'mqtt://127.0.0.1:1' }];
    for (const [index, each] of settings.entries())
      parts.engines.push(await servePage(each, index === 0 ? dataDir : undefined));
    const [full, empty, closed] = parts.engines as [PagedEngine, PagedEngine, PagedEngine];
    await addWorldCameras(full.engine, { 'front-door': parts.camera.urls[0]!, yard: parts.camera.urls[1]! });
    const states = [
      ...worldStates(world).map((state) => ({ engine: full, state })),
      ...emptyStates.map((state) => ({ engine: empty, state })),
      ...closedStates.map((state) => ({ engine: closed, state })),
    ];
    return { browser: parts.browser, states, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const asked = (page: Page): Promise<void> => page.getByLabel('Token').waitFor();

/** Of an engine with a token, and with a broker that is gone. */
const closedStates: readonly PageState[] = [
  { name: 'sign-in', path: '/', show: asked },
  {
    name: 'broker-gone',
    path: '/',
    show: async (page) => {
      await asked(page);
      await page.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await page.getByText('The MQTT broker cannot be reached.').waitFor({ timeout: 30_000 });
    },
  },
];
