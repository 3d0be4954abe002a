import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNumbered } from '../../bench/page/numbered-media.js';
import { watching } from '../../bench/page/served-page.js';
import { storeVideos, utcOf } from '../../bench/page/stored-video.js';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { type PagedEngine, servePage, watchPage } from '../kit/page-rig.js';
import { pauseStage, untilPlays } from '../kit/page-stage.js';

const START = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
const VIEWS = ['/', '/?view=clips', '/?view=events', '/?view=system', '/?view=add'];
const WATCH = `/${watching(['front'], START + 1000)}`;

/** All elements of a page in the order in which they are drawn, through shadow roots and slots. For scripts. */
const ALL = `(() => {
  const found = [];
  const walk = (element) => {
    found.push(element);
    const inside = element.localName === 'slot' ? element.assignedElements() : [];
    for (const each of inside.length > 0 ? inside : (element.shadowRoot ?? element).children) walk(each);
  };
  walk(document.body);
  return found;
})()`;

/** Those that a hand could use, by name, and notes their places. Of radio buttons it is the chosen one: arrow keys go on from there. */
const MARK = `(() => {
  const usable = ${ALL}.filter((element) =>
    element.matches('a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])') &&
    !element.disabled && !element.matches('[type=radio]:not(:checked)') &&
    element.tabIndex >= 0 && element.checkVisibility({ checkVisibilityCSS: true }));
  globalThis.places = new Map(usable.map((element, place) => [element, place]));
  return usable.map((element) => element.getAttribute('aria-label') ?? element.innerText ?? element.localName);
})()`;

/** Where the focus is: the place of its element, and whether one can see it. */
const FOCUS = `(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
  const isVisible = (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  return { place: globalThis.places.get(at) ?? -1, isVisible };
})()`;

/** Puts something that moves into each part of a page. */
const MOVE = `${ALL}.forEach(({ shadowRoot }) => {
  const moves = shadowRoot?.appendChild(document.createElement('i'));
  if (moves) Object.assign(moves.style, { animation: '1s infinite moves', transition: 'all 1s' });
})`;

/** What moves by itself, or would where it changes. */
const MOVING = `(() => {
  const moves = [null, '::before', '::after'].flatMap((part) => ${ALL}.filter((element) => {
    const { animationName, transitionDuration, transitionProperty } = getComputedStyle(element, part);
    const takes = transitionDuration.split(',').some((each) => parseFloat(each) > 0);
    return animationName !== 'none' || (takes && transitionProperty !== 'none');
  }));
  return [...moves.map(({ localName, className }) => localName + '.' + className), ...document.getAnimations().map(String)];
})()`;

describe.skipIf(!hasChromium)('the page, without a mouse and without motion', { timeout: 120_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
  let browser: Browser;
  let engine: PagedEngine;

  beforeAll(async () => {
    [browser, engine] = await Promise.all([startChromium(), servePage()]);
    const file = join(dir, 'media.mp4');
    writeNumbered(file, { pictures: 500 });
    storeVideos(engine.engine.archive, [{ name: 'front', segments: [{ start: utcOf(START), file }] }]);
  });

  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const at = async (path: string, look: (page: Page) => Promise<void>): Promise<void> => {
    const { page, faults, close } = await watchPage(browser, engine.origin, path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    if (path === WATCH) {
      await untilPlays(page);
      await pauseStage(page);
    }
    await look(page);
    expect(faults).toEqual([]);
    await close();
  };

  it.each([...VIEWS, WATCH])('has all that can be used under the Tab key, in order and seen, at %s', (path) =>
    at(path, async (page) => {
      const names = await page.evaluate<string[]>(MARK);
      expect(names.length).toBeGreaterThan(3);
      const reached: number[] = [];
      // Once it is outside the page, behind the last; some views put it into their first field.
      for (let press = 0; press <= names.length; press++) {
        await page.keyboard.press('Tab');
        const { place, isVisible } = await page.evaluate<{ place: number; isVisible: boolean }>(FOCUS);
        if (place === -1) continue;
        expect(isVisible, `the focus on ${names[place]} can be seen`).toBe(true);
        reached.push(place);
      }
      const first = reached.indexOf(0);
      const inOrder = [...reached.slice(first), ...reached.slice(0, first)];
      expect(inOrder.map((place) => names[place])).toEqual(names);
    }),
  );

  it('stands still where motion is unwelcome', async () => {
    for (const path of [...VIEWS, WATCH]) {
      await at(path, async (page) => {
        await page.evaluate(MOVE);
        expect(await page.evaluate<string[]>(MOVING)).not.toEqual([]);
        await page.emulateMedia({ reducedMotion: 'reduce' });
        expect(await page.evaluate<string[]>(MOVING)).toEqual([]);
      });
    }
  });
});
