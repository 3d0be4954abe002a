import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { measureReleases } from '../../bench/page/by-hand.js';
import { PICTURE_MS, READ_NUMBER, writeNumbered } from '../../bench/page/numbered-media.js';
import { FIND, watching } from '../../bench/page/served-page.js';
import { storeVideos, utcOf } from '../../bench/page/stored-video.js';
import { hasChromium } from '../kit/chromium.js';
import { pageRig, untilTrue } from '../kit/page-rig.js';
import { NUMBER, numberAt, numbersOnce, pauseStage, STAGE, standAt, untilPlays } from '../kit/page-stage.js';

const START = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
/** Of pictures; there are two segments, one behind the other. */
const SEGMENT = 150;

describe.skipIf(!hasChromium)('recordings under a hand', () => {
  const { open } = pageRig(({ engine, folder }) => {
    const segments = [0, 1].map((part) => {
      const file = join(folder, `${part}.mp4`);
      writeNumbered(file, { first: part * SEGMENT, pictures: SEGMENT, bframes: 2, sound: true });
      return { start: utcOf(START + part * SEGMENT * PICTURE_MS), file };
    });
    storeVideos(engine.engine.archive, [{ name: 'front', segments }]);
  });

  const watch = async (time: number): Promise<Page> => {
    const page = await open(`/${watching(['front'], time)}`);
    await untilPlays(page);
    return page;
  };

  it('go on by many pictures without moving the video element, which follows when the hand rests', async () => {
    const page = await watch(START + 1000);
    await standAt(page, START + 50 * PICTURE_MS + 10);
    const seeks = await page.evaluate(`(async () => {
      const stage = ${STAGE};
      let seeks = 0;
      stage.players[0].video.addEventListener('seeking', () => { seeks += 1; });
      for (let step = 0; step < 10; step++) await stage.step(1);
      return seeks;
    })()`);
    expect(seeks).toBe(0);
    expect(await numbersOnce(page, [60])).toEqual([60]);
    await untilTrue(page, `Math.abs(${STAGE}.players[0].drift(${STAGE}.time)) < 2`);
    await page.keyboard.press('k');
    await untilTrue(page, `${STAGE}.shadowRoot.querySelector('canvas').hidden && ${NUMBER} > 60`);
  });

  /** Where moments are on the timeline, which shows two minutes. */
  const timeline = async (page: Page): Promise<{ y: number; place(time: number): number }> => {
    await page.evaluate(
      `${FIND}('time-line').dispatchEvent(new CustomEvent('span', { detail: { start: ${START - 30_000}, end: ${START + 90_000} } }))`,
    );
    await untilTrue(page, `${FIND}('time-line').span.start === ${START - 30_000}`);
    const { x, y, width } = await page.evaluate<{ x: number; y: number; width: number }>(
      `(({ x, bottom, width }) => ({ x, y: bottom - 8, width }))(${FIND}('time-line').shadowRoot.querySelector('canvas').getBoundingClientRect())`,
    );
    return { y, place: (time) => x + ((time - START + 30_000) / 120_000) * width };
  };

  const dragTo = async (page: Page, from: number, to: number): Promise<void> => {
    const { y, place } = await timeline(page);
    await page.mouse.move(place(from), y);
    await page.mouse.down();
    await page.mouse.move(place(to), y, { steps: 4 });
  };

  it('are previewed under the hand, and shown when it lets go', async () => {
    const page = await watch(START + 1000);
    await dragTo(page, START + 2000, START + 8000);
    const preview = `${STAGE}.shadowRoot.querySelector('.preview')`;
    await untilTrue(
      page,
      `${preview}?.complete && ${preview}.naturalWidth > 0 && ${READ_NUMBER}(${preview}) > ${SEGMENT}`,
    );
    // The keyframe nearest to it.
    expect(await page.evaluate(`${READ_NUMBER}(${preview})`)).toBe(200);
    await page.mouse.up();
    await untilTrue(page, `!${preview} && ${NUMBER} >= 190`);
    const time = await pauseStage(page);
    expect(time).toBeGreaterThan(START + 7500);
    expect(await numbersOnce(page, [numberAt(time, START)])).toEqual([numberAt(time, START)]);
  });

  it('are there under the preview where the hand rests, and as they were where nothing comes of it', async () => {
    const page = await watch(START + 1000);
    const time = await pauseStage(page);
    await dragTo(page, START + 2000, START + 8000);
    await untilTrue(page, `${NUMBER} >= 190 && ${STAGE}.shadowRoot.querySelector('.preview')`);
    expect(await page.evaluate(`${STAGE}.time`)).toBe(time);
    await page.evaluate(`${FIND}('time-line').dispatchEvent(new Event('cancel'))`);
    await untilTrue(page, `Math.abs(${STAGE}.players[0].drift(${time})) < 2`);
    expect(await numbersOnce(page, [numberAt(time, START)])).toEqual([numberAt(time, START)]);
  });

  it('play from where a hand lets go that came from the live view', async () => {
    const page = await open('/?view=watch&camera=front');
    await untilTrue(page, `${FIND}('time-line')`);
    await dragTo(page, START + 2000, START + 8000);
    await untilTrue(page, `${STAGE}?.players[0]`);
    await page.mouse.up();
    await untilTrue(page, `${STAGE}.playing && ${NUMBER} >= 190`);
  });

  it('are shown where the hand lets go, be it where they stand already', async () => {
    const page = await watch(START + 1000);
    await pauseStage(page);
    const span = `{ start: ${START}, end: ${START + 2 * SEGMENT * PICTURE_MS} }`;
    await page.evaluate(`${FIND}('time-line').dispatchEvent(new CustomEvent('span', { detail: ${span} }))`);
    expect(await measureReleases(page, [0.75, 0.4, 0.4])).toHaveLength(3);
    const time = await page.evaluate<number>(`${STAGE}.time`);
    expect(await numbersOnce(page, [numberAt(time, START)])).toEqual([numberAt(time, START)]);
  });
});
