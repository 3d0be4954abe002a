import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PagedEngine, watchPage } from '../kit/page-rig.js';
import { openPageStages, type PageStages } from '../kit/page-stages.js';
import { LOOKS, type Look, lookAs, type PageState } from '../kit/page-states.js';

const FOLDER = process.env['SLUICE_PAGE_SHOTS'];
const ONLY = (process.env['SLUICE_PAGE_SHOTS_OF'] ?? '').split(',').filter(Boolean);

/** `npm run page:shots -- DIR [STATE,…]`: pictures of everything that the page shows, for people to look at. */
describe.skipIf(FOLDER === undefined)('pictures of the page', () => {
  let stages: PageStages;

  beforeAll(async () => {
    mkdirSync(FOLDER!, { recursive: true });
    stages = await openPageStages(['busy', 'motion']);
  }, 120_000);

  afterAll(() => stages?.close());

  const shoot = async (engine: PagedEngine, { name, path, show }: PageState): Promise<void> => {
    const options = { timezoneId: 'Europe/Berlin' };
    const { page, faults, close } = await watchPage(stages.browser, engine.origin, path, options);
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
    for (const { engine, state } of stages.states)
      if (ONLY.length === 0 || ONLY.includes(state.name)) await shoot(engine, state);
  }, 900_000);
});

/** Pictures in lists have come, as far as they come. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => {});
  await page.waitForTimeout(400);
};
