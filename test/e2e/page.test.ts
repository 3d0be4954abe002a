import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../kit/chromium.js';
import {
  accessibilityFaults,
  type PagedEngine,
  servePage,
  untilTrue,
  type WatchedPage,
  watchPage,
} from '../kit/page-rig.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

/** What a live view shows, and how long ago that was. */
const LIVE = `(() => {
  const find = (root) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.localName === 'camera-picture' && each.shownAt) return each;
      const inside = each.shadowRoot && find(each.shadowRoot);
      if (inside) return inside;
    }
  };
  const picture = find(document);
  return picture ? { behind: Date.now() - picture.shownAt, at: picture.video.currentTime } : undefined;
})()`;

describe.skipIf(!hasChromium)('the page, from an empty installation on', () => {
  let browser: Browser;
  let camera: TestCamera;
  let engine: PagedEngine;
  let watched: WatchedPage | undefined;

  beforeAll(async () => {
    [browser, camera, engine] = await Promise.all([
      startChromium(),
      startCamera({ scenes: ['busy'], gop: 1, user: 'admin', password: 'p:w@d' }),
      servePage(),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
    await camera?.stop();
  });

  afterEach(async () => {
    const faults = watched?.faults ?? [];
    await watched?.close();
    watched = undefined;
    expect(faults).toEqual([]);
  });

  const open = async (path = '/', options = {}): Promise<Page> => {
    watched = await watchPage(browser, engine.origin, path, options);
    return watched.page;
  };

  const tabTo = async (page: Page, label: string | RegExp): Promise<void> => {
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string>(`(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.getAttribute('aria-label') || at?.labels?.[0]?.textContent?.trim() || at?.textContent?.trim() || '';
      })()`);
      if (typeof label === 'string' ? name.startsWith(label) : label.test(name)) return;
    }
    throw new Error(`the focus never came to ${label}`);
  };

  it('says that there are no cameras, and where to go', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Add a camera' }).click();
    await page.getByRole('heading', { name: 'Add a camera' }).waitFor();
    expect(new URL(page.url()).search).toBe('?view=add');
  });

  it('says what is wrong with an address, and with a password', async () => {
    const page = await open('/?view=add');
    await page.getByLabel('Address of its stream').fill('http://camera');
    await page.getByLabel('Name', { exact: false }).last().fill('x');
    await page.getByRole('button', { name: 'Connect and look' }).click();
    await page.getByText('The address begins with rtsp://').waitFor();
    await page.getByLabel('Address of its stream').fill(camera.url.replace('rtsp://', 'rtsp://admin:wrong@'));
    await page.getByRole('button', { name: 'Connect and look' }).click();
    await page.getByText('right user name and password').waitFor();
    expect(await page.content()).not.toContain('wrong');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Connect and look' }).waitFor();
    expect(engine.engine.pipelines.list()).toEqual([]);
  });

  it('adds a camera with nothing but the keyboard, and shows it live', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: 'Add a camera' }).waitFor();
    await tabTo(page, 'Address');
    // Credentials in the address go where they are not shown.
    await page.keyboard.type(camera.url.replace('rtsp://', 'rtsp://admin:p%3Aw%40d@'));
    await tabTo(page, 'Name');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('Front door');
    await page.keyboard.press('Enter');
    await page.getByText('Connected.').waitFor({ timeout: 30_000 });
    await untilTrue(page, LIVE);
    expect(await page.content()).not.toContain('p:w@d');
    await tabTo(page, 'Keep this camera');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Front-door.*Connected/ }).waitFor();
    const { value } = (await (await fetch(`${engine.origin}/cameras`)).json()) as { value: { videos: string[] }[] };
    expect(value.map(({ videos }) => videos)).toEqual([['Front-door']]);
    expect(await accessibilityFaults(page)).toEqual([]);

    await tabTo(page, /^Front-door.*Connected/s);
    await page.keyboard.press('Enter');
    await untilTrue(page, `(${LIVE})?.behind < 1000`);
    const { at } = (await page.evaluate(LIVE)) as { at: number };
    await untilTrue(page, `(${LIVE})?.at > ${at + 1} && (${LIVE})?.behind < 1000`);
  }, 120_000);

  it('explains its keys', async () => {
    const page = await open('/?view=watch&camera=Front-door');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await page.getByText('One picture back, one picture on').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
  });

  it('says in words that a camera is away, and that it is back', async () => {
    const page = await open();
    await page.getByRole('link', { name: /^Front-door.*Connected/ }).waitFor();
    await camera.control({ command: 'stop' });
    await page.getByRole('link', { name: /^Front-door.*Away/ }).waitFor();
    await page.getByText('The engine goes on trying by itself.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await camera.control({ command: 'start' });
    await page.getByRole('link', { name: /^Front-door.*Connected/ }).waitFor({ timeout: 40_000 });
  });

  it('stops, starts and removes it', async () => {
    const page = await open('/?view=watch&camera=Front-door');
    await page.getByRole('button', { name: 'About Front-door' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Start' }).click({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Stop' }).waitFor({ timeout: 30_000 });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor({ timeout: 30_000 });
    expect(engine.engine.pipelines.list()).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('the page of an engine with a token', () => {
  let browser: Browser;
  let engine: PagedEngine;

  beforeAll(async () => {
    [browser, engine] = await Promise.all([startChromium(), servePage({ 'http.token': 'a-token-of-the-test' })]);
  });

  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
  });

  it('asks for it, and keeps it where no script can read it', async () => {
    const { page, faults, close } = await watchPage(browser, engine.origin);
    await page.getByLabel('Token').fill('another');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not the token of this engine.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Token').fill('a-token-of-the-test');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    const kept = await page.evaluate<string>(`document.cookie + JSON.stringify(localStorage) + location.href`);
    expect(kept).not.toContain('a-token');
    await page.reload();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
