import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../kit/chromium.js';
import { accessibilityFaults, watchPage } from '../kit/page-rig.js';
import { openPageStages, type PageStages } from '../kit/page-stages.js';
import { lookAs } from '../kit/page-states.js';

describe.skipIf(!hasChromium)('the page, for everybody', () => {
  let stages: PageStages;

  beforeAll(async () => {
    stages = await openPageStages(['quiet', 'quiet']);
  }, 120_000);

  afterAll(() => stages?.close());

  it('has nothing that axe-core is against, in light, in dark and on a phone', async () => {
    const found: string[] = [];
    for (const { engine, state } of stages.states.filter(({ state: { variant } }) => !variant)) {
      const options = { reducedMotion: 'reduce' } as const;
      const { page, faults, close } = await watchPage(stages.browser, engine.origin, state.path, options);
      const note = (look: string, all: readonly string[]) =>
        found.push(...all.map((each) => `${state.name}, ${look}: ${each}`));
      await state.show(page);
      // What else there is does not depend on colours.
      await lookAs(page, 'dark');
      note('dark', await accessibilityFaults(page, ['color-contrast']));
      await lookAs(page, 'phone');
      note('phone', await accessibilityFaults(page));
      // Nothing is cut off at the side.
      const wide = await page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth');
      if (wide > 0) note('phone', [`${wide} pixels wider than the screen`]);
      note('any', faults);
      await close();
    }
    expect(found).toEqual([]);
  }, 300_000);
});
