import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PICTURE_MS, writeNumbered } from '../../bench/page/numbered-media.js';
import { FIND, watching } from '../../bench/page/served-page.js';
import { storeVideos, utcOf } from '../../bench/page/stored-video.js';
import { hasChromium, playsInChromium } from '../kit/chromium.js';
import { pageRig, untilTrue } from '../kit/page-rig.js';
import {
  FRAMES,
  framesOf,
  NUMBER,
  numberAt,
  numbersOnce,
  pauseStage,
  STAGE,
  standAt,
  untilPlays,
} from '../kit/page-stage.js';

const START = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
/** Of pictures, which stand behind each other in segments of six seconds; behind the second one there is a minute without. */
const SEGMENT = 150;
const GAP_MS = 60_000;
const BEHIND_GAP = START + 2 * SEGMENT * PICTURE_MS + GAP_MS;
/** Other cameras do not take their pictures at the same moments. */
const YARD = START + 13.7;
const BOX = { l: 0.25, t: 0.5, w: 0.25, h: 0.25 };
/** Of what the detector saw. */
const SEEN_AT = YARD + 3000;

describe.skipIf(!hasChromium)('recordings on the page', () => {
  const rig = pageRig(({ engine, folder }) => {
    const files = [0, 1, 2].map((part) => join(folder, `${part}.mp4`));
    for (const [part, file] of files.entries())
      writeNumbered(file, { first: part * SEGMENT, pictures: SEGMENT, bframes: 2, sound: true });
    const hevc = join(folder, 'hevc.mp4');
    writeNumbered(hevc, { pictures: 100, codec: 'h265' });
    const starts = [0, SEGMENT * PICTURE_MS, 2 * SEGMENT * PICTURE_MS + GAP_MS];
    const all = (from: number) => files.map((file, part) => ({ start: utcOf(from + starts[part]!), file }));
    const inferences = [{ type: 'motion', motion: { box: BOX } }];
    storeVideos(engine.engine.archive, [
      { name: 'front', segments: all(START) },
      { name: 'yard', segments: all(YARD), metadata: [{ utc: utcOf(SEEN_AT), inferences }] },
      { name: 'gate', segments: [{ start: utcOf(START), file: files[0]! }] },
      { name: 'hall', segments: [{ start: utcOf(START), file: hevc }] },
    ]);
  });
  const { open } = rig;

  const watch = async (names: string[], time: number): Promise<Page> => {
    const page = await open(`/${watching(names, time)}`);
    await untilPlays(page);
    return page;
  };

  it('play in step, each with the picture of the moment', async () => {
    const page = await watch(['front', 'yard', 'gate'], START + 1000);
    await untilTrue(page, `${NUMBER} > 60`);
    const time = await pauseStage(page);
    const numbers = [numberAt(time, START), numberAt(time, YARD), numberAt(time, START)];
    expect(await numbersOnce(page, numbers)).toEqual(numbers);
  });

  it('jump over what nobody has recorded', async () => {
    const page = await watch(['front', 'yard'], START + 10_000);
    await untilTrue(page, `${NUMBER} >= ${2 * SEGMENT}`);
    await page.getByText('Nothing was recorded until').waitFor({ state: 'attached' });
    const time = await pauseStage(page);
    expect(time).toBeGreaterThanOrEqual(BEHIND_GAP);
    const offset = START + GAP_MS;
    const numbers = [numberAt(time, offset), numberAt(time, offset + YARD - START)];
    expect(await numbersOnce(page, numbers)).toEqual(numbers);
  });

  it('are shown to the last picture before nothing was recorded, and go anywhere from there', async () => {
    const page = await watch(['front'], START + 1000);
    const last = 2 * SEGMENT - 1;
    for (const number of [last, last - 2, 20, last]) {
      await standAt(page, START + (number + 0.5) * PICTURE_MS);
      expect(await numbersOnce(page, [number])).toEqual([number]);
    }
    await page.keyboard.press('k');
    await untilTrue(page, `${NUMBER} > ${2 * SEGMENT}`);
  });

  it('say of a camera that it has none, while the others play on into their next segment', async () => {
    const page = await watch(['front', 'gate'], START + 4500);
    const isAlone = `(([front, gate]) => front.at === 'ready' && front.number > ${SEGMENT + 20} && gate.at === 'gap')`;
    await untilTrue(page, `${isAlone}(${FRAMES})`);
    expect((await framesOf(page))[1]).toMatchObject({ words: 'No recording at this time', number: undefined });
  });

  /** Presses a key for a step, and looks for the picture that should be there then. */
  const step = async (page: Page, key: ',' | '.', expected: number): Promise<void> => {
    const before = await page.evaluate<number>(`${STAGE}.time`);
    await page.keyboard.press(key);
    await untilTrue(page, `${STAGE}.time !== ${before}`);
    await untilTrue(page, `Math.abs(${STAGE}.players[0].drift(${STAGE}.time)) < 2`);
    expect(await numbersOnce(page, [expected])).toEqual([expected]);
  };

  /** Around the borders of a group of pictures, of what is fetched at once, and of a segment. */
  const BORDERS = [SEGMENT - 25, 100, SEGMENT];

  it.each([
    ['with a decoder of its own', true],
    ['with the video element', false],
  ])('go by one picture on and back, %s', async (_, decodes) => {
    const page = await watch(['front'], START + 1000);
    if (!decodes) {
      await page.addInitScript('delete globalThis.VideoDecoder');
      await page.reload();
      await untilPlays(page);
    }
    for (const border of BORDERS) {
      await standAt(page, START + (border - 2) * PICTURE_MS + 10);
      expect(await numbersOnce(page, [border - 2])).toEqual([border - 2]);
      for (const by of [-1, 0, 1]) await step(page, '.', border + by);
      for (const by of [0, -1, -2]) await step(page, ',', border + by);
      expect(await page.evaluate(`!${STAGE}.shadowRoot.querySelector('canvas').hidden`)).toBe(decodes);
    }
  });

  it('have boxes over them at their moment', async () => {
    const page = await watch(['yard'], START + 1000);
    const rects = `[...${STAGE}.shadowRoot.querySelectorAll('.boxes rect')].map((rect) =>
      ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))))`;
    await standAt(page, SEEN_AT - 100);
    await untilTrue(page, `${rects}.length === 1`);
    expect(await page.evaluate(rects)).toEqual([[BOX.l * 320, BOX.t * 180, BOX.w * 320, BOX.h * 180]]);
    // The drawing lies on the picture, which fills the frame as far as its shape lets it.
    const places = await page.evaluate<number[][]>(`['.boxes rect', 'video'].map((each) => {
      const { x, y, width, height } = ${STAGE}.shadowRoot.querySelector(each).getBoundingClientRect();
      return [x, y, width, height];
    })`);
    const [x, y, width, height] = places[1] as [number, number, number, number];
    const scale = Math.min(width / 320, height / 180);
    const expected = [x + width / 2 - 80 * scale, y + height / 2, 80 * scale, 45 * scale];
    for (const [side, value] of expected.entries()) expect(Math.abs(places[0]![side]! - value)).toBeLessThan(2);
    await page.keyboard.press('b');
    await untilTrue(page, `${rects}.length === 0`);
    await page.keyboard.press('b');
    await untilTrue(page, `${rects}.length === 1`);
    await standAt(page, SEEN_AT + 500);
    await untilTrue(page, `${rects}.length === 0`);
  });

  it('open at the moment of a link that was copied', async () => {
    const page = await watch(['front', 'yard'], START + 1000);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await standAt(page, START + 7010);
    await untilTrue(page, `${FIND}('watch-view')._watch.time === ${START + 7010}`);
    await page.keyboard.press('s');
    await page.getByText('The link to this moment is in the clipboard.').waitFor({ state: 'attached' });
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(new URL(link).searchParams.getAll('camera')).toEqual(['front', 'yard']);
    expect(Date.parse(new URL(link).searchParams.get('time') ?? '')).toBe(START + 7010);
    await page.goto('about:blank');
    await page.goto(link);
    // From the picture of that moment on: it plays.
    await untilTrue(page, `${STAGE}?.players.length === 2 && ${NUMBER} >= 175`);
    expect(await page.evaluate(`${STAGE}.time`)).toBeGreaterThanOrEqual(START + 7010);
  });

  it('are found, played and walked through with nothing but the keyboard', async () => {
    const page = await open('/');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.keyboard.press('2');
    await untilTrue(page, `${FIND}('time-line')`);
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press('Tab');
      const isThere = `(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.getAttribute('role') === 'slider';
      })()`;
      if (await page.evaluate(isThere)) break;
    }
    await page.keyboard.press('Home');
    await untilTrue(page, `${NUMBER} >= 0 && ${STAGE}.playing`);
    let time = await pauseStage(page);
    expect(await numbersOnce(page, [numberAt(time, START)])).toEqual([numberAt(time, START)]);
    await step(page, '.', numberAt(time, START) + 1);
    await page.keyboard.press('l');
    await untilTrue(page, `${STAGE}.time > ${time + 9000} && ${NUMBER} > 200`);
    time = await page.evaluate(`${STAGE}.time`);
    await page.keyboard.press('k');
    await untilTrue(page, `${STAGE}.time > ${time} && ${STAGE}.playing`);
  });

  it('say so where the browser has no decoder for them', async () => {
    if (await playsInChromium(rig.browser, 'hvc1.1.6.L60.90')) return;
    const page = await open(`/${watching(['hall', 'front'], START + 1000)}`);
    await untilTrue(page, `${STAGE}?.players[1]?.video.currentTime > 0 && !${STAGE}.players[1].video.paused`);
    await page.getByText('This browser cannot decode H.265.').waitFor();
    expect((await framesOf(page))[0]?.number).toBeUndefined();
  });

  it('are heard where one camera is alone, and asked to be', async () => {
    const page = await watch(['front'], START + 1000);
    const loudest = `(async () => {
      const { video } = ${STAGE}.players[0];
      globalThis.ear ??= (() => {
        const context = new AudioContext();
        const analyser = context.createAnalyser();
        context.createMediaElementSource(video).connect(analyser);
        return { context, analyser };
      })();
      const heard = new Float32Array(globalThis.ear.analyser.fftSize);
      globalThis.ear.analyser.getFloatTimeDomainData(heard);
      return Math.max(...heard.map(Math.abs));
    })()`;
    await page.evaluate(loudest);
    await untilTrue(page, `${STAGE}.players[0].video.webkitAudioDecodedByteCount > 0`);
    expect(await page.evaluate(loudest)).toBe(0);
    await page.keyboard.press('m');
    await untilTrue(page, `(globalThis.ear.context.resume(), ${loudest}).then((level) => level > 0.05)`);
    await page.keyboard.press('m');
    await untilTrue(page, `${loudest}.then((level) => level === 0)`);
  });
});
