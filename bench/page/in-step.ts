/**
 * How far apart videos are that play in step: where their elements say that they are, all asked at once; and, so that nobody
 * need believe the elements, how late each picture was when the browser presented it. The latter differs by the length of a
 * picture where the browser presents fewer than there are.
 */
import type { Page } from 'playwright-core';
import { PICTURE_MS } from './numbered-media.js';
import { FIND, whenTrue } from './served-page.js';

export interface InStep {
  /** In ms: the farthest two from each other, ten times a second, from when all of them moved. */
  distances: { at: number; clocks: number; pictures: number }[];
  /** In ms, from the opening of the page until all of them moved. */
  began: number;
  /** Pictures that were presented, of 100. */
  presented: number;
}

/** Of the pages's clock, in ms. */
interface Sample {
  at: number;
  /** How late the newest picture of each element was when it was presented, but for what is the same for all. */
  moments: number[];
  /** Where each element says that it is. */
  clocks: number[];
}

/** Notes every picture when it is presented: what moment it is of, and when that was. */
const PROBE = `(() => {
  const stage = ${FIND}('archive-stage');
  const seen = stage.players.map(() => undefined);
  let count = 0;
  stage.players.forEach((player, index) => {
    const note = (_, { mediaTime, presentationTime }) => {
      const moment = player.momentAt(mediaTime);
      if (!player.video.paused) {
        seen[index] = { moment, at: presentationTime };
        count += 1;
      }
      player.video.requestVideoFrameCallback(note);
    };
    player.video.requestVideoFrameCallback(note);
  });
  globalThis.probe = {
    samples: [],
    count: () => count,
    timer: setInterval(() => {
      const at = performance.now();
      if (seen.includes(undefined)) return;
      globalThis.probe.samples.push({
        at,
        moments: seen.map(({ moment, at: presented }) => moment - presented),
        clocks: stage.players.map((player) => player.momentAt(player.video.currentTime)),
      });
    }, 100),
  };
  return true;
})()`;

/** Measures the stage of a page that has just been opened. @param count of its videos */
export const measureInStep = async (page: Page, count: number, seconds: number): Promise<InStep> => {
  await whenTrue(page, `${FIND}('archive-stage')?.players?.length === ${count}`);
  await page.evaluate(PROBE);
  await whenTrue(page, 'globalThis.probe.samples.length > 0');
  const before = await page.evaluate<number>('globalThis.probe.count()');
  const from = performance.now();
  await page.waitForTimeout(seconds * 1000);
  const presented = (await page.evaluate<number>('globalThis.probe.count()')) - before;
  const passed = performance.now() - from;
  const samples = await page.evaluate<Sample[]>('(clearInterval(globalThis.probe.timer), globalThis.probe.samples)');
  const began = samples[0]!.at;
  return {
    began,
    distances: samples.map(({ at, moments, clocks }) => ({
      at: at - began,
      clocks: spread(clocks),
      pictures: spread(moments),
    })),
    presented: (presented * PICTURE_MS * 100) / (passed * count),
  };
};

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
