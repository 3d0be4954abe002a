/** How long a hand waits: for the next picture or the one before, and for the picture of a moment of the timeline. */
import type { Page } from 'playwright-core';
import { PICTURE_MS, READ_NUMBER } from './numbered-media.js';
import { FIND, whenTrue } from './served-page.js';

const STAGE = `${FIND}('archive-stage')`;
/** Between two steps: a hand that presses again and again. */
const REST_MS = 120;

/** Pauses what is shown. */
export const pause = async (page: Page): Promise<void> => {
  await whenTrue(page, `${STAGE}?.players?.[0]?.video.readyState >= 3 && ${STAGE}.playing`);
  await page.keyboard.press('k');
  const stands = `(player) => !player.video.seeking && Math.abs(player.drift(${STAGE}.time)) < 2`;
  await whenTrue(page, `!${STAGE}.playing && ${STAGE}.players.every(${stands})`);
};

export interface Steps {
  /** In ms, from the wish to step until the picture is drawn. */
  times: number[];
  /** Those that did not lead to the picture beside. */
  wrong: number;
}

/** Steps so many times in a direction. */
export const measureSteps = (page: Page, steps: number, direction: 1 | -1): Promise<Steps> =>
  page.evaluate<Steps>(`(async () => {
    const stage = ${STAGE};
    const [times, wanted] = [[], ${direction * PICTURE_MS}];
    let wrong = 0;
    for (let step = 0; step < ${steps}; step++) {
      const before = stage.time;
      const from = performance.now();
      const to = await stage.step(${direction});
      await stage.updateComplete;
      times.push(performance.now() - from);
      // The first is from a moment within a picture.
      if (step > 0 && Math.abs(to - before - wanted) > 2) wrong += 1;
      await new Promise((then) => setTimeout(then, ${REST_MS}));
    }
    return { times, wrong };
  })()`);

/**
 * Notes how long after the hand is lifted the picture of that moment is on the screen and nothing lies over it. It may be there
 * already, so a picture that is presented then is not waited for.
 */
const PROBE = `(() => {
  const stage = ${STAGE};
  const [player] = stage.players;
  const { video } = player;
  // It stands: what it is at is on the screen.
  let moment = player.momentAt(video.currentTime);
  const note = (_, { mediaTime }) => {
    moment = player.momentAt(mediaTime);
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
  const isShown = () =>
    !stage.shadowRoot.querySelector('.preview, canvas:not([hidden])') &&
    moment <= stage.time + 1 && moment > stage.time - ${PICTURE_MS} - 1;
  addEventListener('pointerup', () => {
    const released = performance.now();
    const look = () => {
      if (isShown()) globalThis.shownAfter = performance.now() - released;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
})()`;

/**
 * Drags along the timeline and lets go, again and again.
 *
 * @param places where to let go, as fractions of its width
 * @returns in ms, from letting go until the picture of the moment is on the screen
 */
export const measureReleases = async (page: Page, places: readonly number[]): Promise<number[]> => {
  await page.evaluate(PROBE);
  const box = await page.evaluate<{ x: number; y: number; width: number }>(
    `(() => {
      const { x, y, width, height } = ${FIND}('time-line').shadowRoot.querySelector('canvas').getBoundingClientRect();
      return { x, y: y + height - 8, width };
    })()`,
  );
  const times: number[] = [];
  for (const place of places) {
    const x = box.x + box.width * place;
    await page.mouse.move(x - 60, box.y);
    await page.mouse.down();
    for (let step = 5; step >= 0; step--) await page.mouse.move(x - step * 10, box.y);
    await page.waitForTimeout(REST_MS);
    await page.evaluate('globalThis.shownAfter = undefined');
    await page.mouse.up();
    times.push(await whenTrue<number>(page, 'globalThis.shownAfter'));
  }
  return times;
};

/** What each element of the stage shows, standing: the number in its picture, and the moment that it is at. */
export const picturesShown = (page: Page): Promise<{ number: number; moment: number }[]> =>
  page.evaluate(`${STAGE}.players.map((player) => ({
    number: ${READ_NUMBER}(player.video),
    moment: player.momentAt(player.video.currentTime),
  }))`);
