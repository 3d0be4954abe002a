import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';

export { hasChromium, startChromium } from '../../bench/common/chromium.js';

export interface ChromiumView {
  width: number;
  height: number;
  durationSeconds: number;
  /** Brightness of the first picture as it is on the screen: 0 black, 255 white. */
  first: Buffer;
  /** It has played to the end. */
  ended: boolean;
}

/** What Chromium makes of a clip: its first picture, and whether the rest plays. Throws if it refuses the clip. */
export const viewInChromium = async (browser: Browser, path: string): Promise<ChromiumView> => {
  const page = await browser.newPage();
  try {
    const bytes = (await readFile(path)).toString('base64');
    const seen = await page.evaluate<Seen>(`(${VIEW})('${bytes}')`);
    return { ...seen, first: Buffer.from(seen.first, 'base64') };
  } finally {
    await page.close();
  }
};

/** Whether it plays such a stream at all, as `avc1.4d001e` or `hvc1.1.6.L60.90`. */
export const playsInChromium = async (browser: Browser, codecs: string): Promise<boolean> => {
  const page = await browser.newPage();
  try {
    return await page.evaluate(`document.createElement('video').canPlayType('video/mp4; codecs="${codecs}"') !== ''`);
  } finally {
    await page.close();
  }
};

type Seen = Omit<ChromiumView, 'first'> & { first: string };

/** Runs in the page; a text, because the types of a page are not those of Node.js. */
const VIEW = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  const happened = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
  });
  const loaded = happened('loadeddata');
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
  document.body.append(video);
  await loaded;
  await shown;
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
  canvas.drawImage(video, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  let first = '';
  for (let at = 0; at < data.length; at += 4)
    first += String.fromCharCode(Math.round(0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2]));
  const end = happened('ended');
  video.playbackRate = 8;
  await video.play();
  await end;
  return { width, height, durationSeconds: video.duration, first: btoa(first), ended: video.ended };
}`;
