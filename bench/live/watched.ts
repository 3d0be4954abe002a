import type { Browser, Page } from 'playwright-core';
import { READ_NUMBER } from '../page/numbered-media.js';

/** A picture of the live view that has come to the screen. */
export interface Shown {
  /** When, in ms since the epoch. */
  at: number;
  /** What it says; undefined if it was not read. */
  number?: number;
  /** Its time in the element, in seconds. */
  mediaTime: number;
}

export interface Opening {
  /** From the click that asks for it, or where there was none from the navigation, to the first picture on the screen, in ms. */
  askedMs: number;
  /** From the opening of the socket, in ms. */
  socketMs: number;
}

/**
 * Notes in the page, before any of its own code runs: when a live view is asked for, when its socket is opened, and what the
 * element shows.
 * Some of the pictures are read.
 */
const NOTES = `(() => {
  const notes = (window.liveNotes = { asked: 0, opened: undefined, first: undefined, shown: [] });
  addEventListener('click', ({ timeStamp }) => (notes.asked = timeStamp), true);
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url, ...rest) {
      if (/\\/live\\?/.test(url)) notes.opened ??= performance.now();
      super(url, ...rest);
    }
  };
  const numberOf = ${READ_NUMBER};
  const followed = new WeakSet();
  let read = 0;
  const follow = (video) => {
    const each = (now, { expectedDisplayTime, mediaTime }) => {
      const shownAt = Math.max(now, expectedDisplayTime);
      notes.first ??= shownAt;
      const picture = { at: Date.now() + shownAt - performance.now(), mediaTime };
      if (now - read > notes.everyMs) {
        read = now;
        picture.number = numberOf(video);
      }
      notes.shown.push(picture);
      video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
  };
  HTMLVideoElement.prototype.addEventListener = function (...rest) {
    if (!followed.has(this)) follow(this);
    followed.add(this);
    return EventTarget.prototype.addEventListener.apply(this, rest);
  };
})()`;

/** The page's own live view of a camera, in a browser. */
export class WatchedCamera {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async in(browser: Browser): Promise<WatchedCamera> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(NOTES);
    return new WatchedCamera(page);
  }

  /** Opens the address of the view, and resolves when it shows a picture. */
  async open(origin: string, camera: string): Promise<Opening> {
    await this.#page.goto(`${origin}/?view=watch&camera=${camera}`);
    return this.#first();
  }

  /** As people do who look at all cameras: waits for their pictures, clicks on one, and resolves when it moves. */
  async choose(origin: string, camera: string): Promise<Opening> {
    await this.#page.goto(origin);
    const tile = this.#page.locator('camera-wall a.tile', { hasText: camera });
    await tile.locator('img:not([hidden])').waitFor();
    await this.#page.waitForTimeout(1000);
    await tile.click();
    return this.#first();
  }

  async #first(): Promise<Opening> {
    for (const deadline = performance.now() + 30_000; ; await this.#page.waitForTimeout(50)) {
      const opening = await this.#page.evaluate<Opening | null>(
        `(({ asked, opened, first }) => first ? { askedMs: first - asked, socketMs: first - opened } : null)(liveNotes)`,
      );
      if (opening) return opening;
      if (performance.now() > deadline) throw new Error('the live view shows nothing');
    }
  }

  async leave(): Promise<void> {
    await this.#page.goto('about:blank');
  }

  /** What is shown from now on, for so long; a picture in each `everyMs` is read. */
  async shown(seconds: number, everyMs: number): Promise<Shown[]> {
    await this.#page.evaluate(`liveNotes.shown = []; liveNotes.everyMs = ${everyMs}; 0`);
    await this.#page.waitForTimeout(seconds * 1000);
    return this.#page.evaluate<Shown[]>('liveNotes.shown');
  }
}
