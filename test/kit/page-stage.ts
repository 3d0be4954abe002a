import type { Page } from 'playwright-core';
import { PICTURE_MS, READ_NUMBER } from '../../bench/page/numbered-media.js';
import { FIND } from '../../bench/page/served-page.js';
import { untilTrue } from './page-rig.js';

/** The stage of recordings in a page, as text for scripts. */
export const STAGE = `${FIND}('archive-stage')`;

/** What one frame of the stage has on the screen. */
export interface Shown {
  /** That the picture says itself; undefined if there is no picture. */
  number: number | undefined;
  /** `gap`, `loading`, `ready` … */
  at: string;
  words: string;
}

/** Of each frame in a page, for scripts: a list of `Shown`. */
export const FRAMES = `[...(${STAGE}?.shadowRoot.querySelectorAll('.frame') ?? [])].map((frame) => {
  const [video, canvas] = [frame.querySelector('video'), frame.querySelector('canvas')];
  const picture = canvas && !canvas.hidden ? canvas : video;
  const isThere = picture === canvas || (video.readyState >= 2 && !video.hidden && !video.seeking);
  return {
    number: isThere ? ${READ_NUMBER}(picture) : undefined,
    at: frame.dataset.at,
    words: frame.querySelector('.words')?.textContent.trim() ?? '',
  };
})`;

export const framesOf = (page: Page): Promise<Shown[]> => page.evaluate<Shown[]>(FRAMES);

/** The number in the picture of the first frame. */
export const NUMBER = `${FRAMES}[0]?.number`;

/**
 * The numbers in the pictures of all frames, as soon as they are the expected ones: a browser may say that it has sought before
 * the picture is on the screen. What they are if they do not become that.
 */
export const numbersOnce = async (page: Page, expected: readonly (number | undefined)[]): Promise<unknown[]> => {
  const numbers = `${FRAMES}.map(({ number }) => number ?? null)`;
  await untilTrue(page, `JSON.stringify(${numbers}) === '${JSON.stringify(expected)}'`).catch(() => {});
  return page.evaluate<unknown[]>(numbers);
};

/** Pauses with the keyboard, and waits until every element stands at the moment of the clock. */
export const pauseStage = async (page: Page): Promise<number> => {
  await page.keyboard.press('k');
  const stands = `(player) => !player.video.seeking && Math.abs(player.drift(${STAGE}.time)) < 2`;
  const ready = `${STAGE}.players.filter((_, index) => ${FRAMES}[index].at === 'ready')`;
  await untilTrue(page, `!${STAGE}.playing && ${ready}.length > 0 && ${ready}.every(${stands})`);
  return page.evaluate(`${STAGE}.time`);
};

/** Waits until the first frame moves. */
export const untilPlays = (page: Page): Promise<void> =>
  untilTrue(
    page,
    `${STAGE}?.playing && ${STAGE}.players[0]?.video.currentTime > 0 && !${STAGE}.players[0].video.paused`,
  );

/** Goes to a moment without playing there. */
export const standAt = async (page: Page, time: number): Promise<void> => {
  await page.evaluate(`(${STAGE}.pause(), ${STAGE}.seek(${time}))`);
  await untilTrue(page, `Math.abs(${STAGE}.players[0].drift(${time})) < 2 && ${NUMBER} !== undefined`);
};

/** Number of the picture that a video which begins at `start` shows at a moment; a hair later, as times are rounded. */
export const numberAt = (time: number, start: number): number => Math.floor((time - start + 1) / PICTURE_MS);
