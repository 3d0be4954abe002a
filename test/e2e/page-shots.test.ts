import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startChromium } from '../kit/chromium.js';
import { type PagedEngine, servePage, watchPage } from '../kit/page-rig.js';
import { emptyStates, LOOKS, type Look, lookAs, type PageState, worldStates } from '../kit/page-states.js';
import { addWorldCameras, fillDataFolder, type World } from '../kit/page-world.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const FOLDER = process.env['SLUICE_PAGE_SHOTS'];
const ONLY = (process.env['SLUICE_PAGE_SHOTS_OF'] ?? '').split(',').filter(Boolean);
const TOKEN = 'a-token-of-the-test';

/** `npm run page:shots -- DIR [STATE,…]`: pictures of everything that the page shows, for people to look at. */
describe.skipIf(FOLDER === undefined)('pictures of the page', () => {
  let browser: Browser;
  let camera: TestCamera;
  let full: PagedEngine;
  let empty: PagedEngine;
  let closed: PagedEngine;
  let world: World;

  beforeAll(async () => {
    mkdirSync(FOLDER!, { recursive: true });
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-shots-'));
    world = await fillDataFolder(dataDir);
    [browser, camera, full, empty, closed] = await Promise.all([
      startChromium(),
      startCamera({ scenes: ['busy', 'motion'], gop: 1 }),
      servePage({}, dataDir),
      servePage(),
      // Nobody listens at this port.
      servePage({ 'http.token': TOKEN, 'mqtt.url': 'mqtt://127.0.0.1:1' }),
    ]);
    await addWorldCameras(full.engine, { 'front-door': camera.urls[0]!, yard: camera.urls[1]! });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    for (const engine of [full, empty, closed]) await engine?.remove();
    await camera?.stop();
  });

  const shoot = async (engine: PagedEngine, { name, path, show }: PageState): Promise<void> => {
    if (ONLY.length > 0 && !ONLY.includes(name)) return;
    const { page, faults, close } = await watchPage(browser, engine.origin, path, { timezoneId: 'Europe/Berlin' });
    try {
      await show(page);
      for (const look of Object.keys(LOOKS) as Look[]) {
        await lookAs(page, look);
        await settled(page);
        await page.screenshot({ path: join(FOLDER!, `${name}-${look}.png`) });
      }
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      await page.screenshot({ path: join(FOLDER!, `${name}-failed.png`) });
    }
    for (const fault of faults) console.error(`${name}: ${fault}`);
    await close();
  };

  it('are taken', async () => {
    for (const state of worldStates(world)) await shoot(full, state);
    for (const state of emptyStates) await shoot(empty, state);
    const signIn = (page: Page) => page.getByLabel('Token').waitFor();
    await shoot(closed, { name: 'sign-in', path: '/', show: signIn });
    const broker = async (page: Page): Promise<void> => {
      await page.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await page.getByText('The MQTT broker cannot be reached.').waitFor({ timeout: 30_000 });
    };
    await shoot(closed, { name: 'broker-gone', path: '/', show: broker });
  }, 900_000);
});

/** Pictures in lists have come, as far as they come. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => {});
  await page.waitForTimeout(400);
};
