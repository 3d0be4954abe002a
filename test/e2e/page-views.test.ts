import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UtcMicros } from '../../engine/core/time.js';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { type PagedEngine, pagesOfTests, servePage, untilTrue } from '../kit/page-rig.js';
import { momentPath, showsRecording } from '../kit/page-states.js';
import { addWorldCameras, fillDataFolder, WORLD_SECONDS, type World } from '../kit/page-world.js';
import { tempFolder } from '../kit/temp-files.js';

interface Recording {
  id: string;
  start: string;
  seen: boolean;
  protected: boolean;
}

const soon = <T>(get: () => T) => expect.poll(get, { timeout: 60_000 });

/** What moved, in the world, is in the right half of the picture. */
const RIGHT = { x: 0.62, y: 0.3, to: { x: 0.92, y: 0.65 } };

describe.skipIf(!hasChromium)('the views of the page, over what was recorded before', () => {
  let browser: Browser;
  let engine: PagedEngine;
  let world: World;
  const watch = pagesOfTests();
  const downloads = tempFolder();

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-views-'));
    world = await fillDataFolder(dataDir);
    [browser, engine] = await Promise.all([startChromium(), servePage({}, dataDir)]);
    await addWorldCameras(engine.engine, {});
  });

  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
    downloads.remove();
  });

  const open = async (path = '/', options: BrowserContextOptions = {}): Promise<Page> => {
    const { page } = await watch(browser, engine.origin, path, { acceptDownloads: true, ...options });
    return page;
  };

  const newest = (video = 'front-door'): number => world.starts(video)[0]!;

  /** The newest recording, a second after its beginning, paused. */
  const openPaused = async (options: BrowserContextOptions = {}, ...more: string[]): Promise<Page> => {
    const page = await open(momentPath(newest() + 1000, 'front-door', ...more), options);
    await showsRecording(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    return page;
  };

  const recordings = async (video = 'front-door'): Promise<Recording[]> => {
    const query = 'starttime=2020-01-01T00:00:00Z&endtime=2099-01-01T00:00:00Z';
    const response = await fetch(`${engine.origin}/videos/${video}/recordings?${query}`);
    return ((await response.json()) as { value: Recording[] }).value.reverse();
  };

  const timeIn = (page: Page): number => Date.parse(new URL(page.url()).searchParams.get('time') ?? '');

  /** Resolves when the page is within a recording that began then. */
  const isAt = (page: Page, start: number): Promise<void> =>
    soon(() => timeIn(page) - start).toSatisfy((after: number) => after >= -1500 && after < WORLD_SECONDS * 1000);

  const saved = async (page: Page, click: Locator): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), click.click()]);
    const path = join(downloads.path, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };

  const secondsOf = (path: string): number =>
    Number(execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path]));

  it('list recordings, which are seen, protected and opened', async () => {
    const page = await openPaused();
    const rows = page.getByRole('article');
    await soon(() => rows.count()).toBe(6);
    await rows
      .nth(1)
      .getByRole('button', { name: /^Mark as seen/ })
      .click();
    await rows
      .nth(1)
      .getByRole('button', { name: /^Mark as seen/ })
      .waitFor({ state: 'detached' });
    expect((await recordings())[1]).toMatchObject({ seen: true });
    await page.getByLabel('Not seen').check();
    await soon(() => rows.count()).toBe(5);
    await page.getByLabel('Not seen').uncheck();

    const protect = rows.nth(2).getByRole('button', { name: /^Protect/ });
    await protect.click();
    await rows
      .nth(2)
      .getByRole('button', { name: /^Protect/, pressed: true })
      .waitFor();
    expect((await recordings())[2]).toMatchObject({ protected: true });
    await protect.click();
    await rows
      .nth(2)
      .getByRole('button', { name: /^Protect/, pressed: false })
      .waitFor();
    expect((await recordings())[2]).toMatchObject({ protected: false });

    const [, , , third = 0] = world.starts('front-door');
    await rows.nth(3).getByRole('button').first().click();
    await isAt(page, third);
    await soon(async () => (await recordings())[3]?.seen).toBe(true);
    await page.getByRole('button', { name: 'Mark all seen' }).click();
    await soon(async () => (await recordings()).slice(0, 6).every(({ seen }) => seen)).toBe(true);
    expect((await recordings())[6]).toMatchObject({ seen: false });
  });

  it('export one camera as a file that plays, and several as a zip with the right hashes', async () => {
    const page = await openPaused();
    await page.keyboard.press('e');
    await page.getByText(`${WORLD_SECONDS} s; times of`).waitFor();
    const one = await saved(page, page.getByRole('link', { name: 'Download', exact: true }));
    expect(secondsOf(one)).toBeCloseTo(WORLD_SECONDS, 1);

    await page.getByRole('checkbox', { name: 'yard' }).check();
    await page.getByText('A zip file with an MP4 for each camera').waitFor();
    const all = await saved(page, page.getByRole('link', { name: 'Download', exact: true }));
    execFileSync('unzip', ['-q', '-o', all, '-d', downloads.path]);
    const manifest = JSON.parse(readFileSync(join(downloads.path, 'manifest.json'), 'utf8')) as {
      videos: { name: string; files: { path: string; sha256: string }[] }[];
    };
    expect(manifest.videos.map(({ name, files }) => [name, files.length])).toEqual([
      ['front-door', 1],
      ['yard', 1],
    ]);
    for (const { path, sha256 } of manifest.videos.flatMap(({ files }) => files)) {
      const file = join(downloads.path, path);
      expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
      expect(secondsOf(file)).toBeCloseTo(WORLD_SECONDS, 1);
    }

    const { start } = (await recordings())[0]!;
    const before = new Date(Date.parse(start) - 3_600_000);
    const local = new Date(before.getTime() - before.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await page.getByRole('checkbox', { name: 'yard' }).uncheck();
    for (const field of ['To', 'From']) await page.getByLabel(field, { exact: true }).fill(local);
    await page.getByText('It must end after it begins').waitFor();
    expect(await page.getByRole('button', { name: 'Download', exact: true }).isDisabled()).toBe(true);
  });

  it('give a link to the moment, by the clipboard or by hand', async () => {
    const page = await openPaused({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.keyboard.press('s');
    await page.getByText('The link to this moment is in the clipboard.').waitFor({ state: 'attached' });
    const link = new URL(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(link.searchParams.getAll('camera')).toEqual(['front-door']);
    const at = Date.parse(link.searchParams.get('time')!);
    expect(Math.abs(at - timeIn(page))).toBeLessThan(2500);
    await page.close();

    const other = await open(link.pathname + link.search);
    await showsRecording(other);
    await isAt(other, newest());
    await other.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`);
    await other.getByRole('button', { name: 'Copy a link to this moment' }).click();
    expect(await other.getByLabel('Link', { exact: true }).inputValue()).toContain('&camera=front-door&time=');
  });

  it('list clips, which are played, kept, downloaded and deleted', async () => {
    const page = await open('/?view=clips');
    const rows = page.getByRole('article');
    await soon(() => rows.count()).toBe(3);
    await rows.first().getByRole('button').first().click();
    await untilTrue(
      page,
      `(() => {
      const video = document.querySelector('sluice-app').shadowRoot.querySelector('clip-list').shadowRoot.querySelector('video');
      return video && video.currentTime > 0 && video.videoWidth === 640;
    })()`,
    );
    await page.keyboard.press('Escape');
    const clips = async () =>
      ((await (await fetch(`${engine.origin}/clips`)).json()) as { value: { path: string; seen: boolean }[] }).value;
    await soon(async () => (await clips())[0]?.seen).toBe(true);
    expect(secondsOf(await saved(page, rows.first().getByRole('link', { name: /^Download/ })))).toBe(WORLD_SECONDS);

    await rows
      .nth(1)
      .getByRole('button', { name: /^Protect/ })
      .click();
    await rows
      .nth(1)
      .getByRole('button', { name: /^Protect/, pressed: true })
      .waitFor();
    expect(
      await rows
        .nth(1)
        .getByRole('button', { name: /^Delete/ })
        .isDisabled(),
    ).toBe(true);
    await rows
      .nth(1)
      .getByRole('button', { name: /^Protect/ })
      .click();
    await rows
      .nth(1)
      .getByRole('button', { name: /^Protect/, pressed: false })
      .waitFor();

    const { path } = (await clips())[1]!;
    await rows
      .nth(1)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(existsSync(path)).toBe(true);
    await rows
      .nth(1)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await soon(() => rows.count()).toBe(2);
    expect(existsSync(path)).toBe(false);
  });

  it('list events by kind as they come, and open their moments', async () => {
    const page = await open('/?view=events');
    await page.getByText('Recording is finished').first().waitFor();
    expect(await page.getByText('Seen: motion').count()).toBe(0);
    await page.getByLabel('Motion and objects').check();
    await page.getByText('Seen: motion').first().waitFor();
    for (const kind of ['Recordings', 'Cameras', 'Trouble', 'Engine']) await page.getByLabel(kind).uncheck();
    expect(await page.getByText('Recording is finished').count()).toBe(0);
    const before = await page.getByRole('listitem').count();
    engine.engine.journal.publish({
      eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
      subject: '/livePipelines/front-door/processors/objects',
      eventTime: ((newest() + 4000) * 1000) as UtcMicros,
      pipeline: 'front-door',
      data: {
        timestamp: newest() * 90,
        inferences: [
          { type: 'entity', entity: { tag: { value: 'Person', confidence: 1 }, box: { l: 0, t: 0, w: 1, h: 1 } } },
        ],
      },
    });
    await page.getByText('Seen: person').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(before + 1);
    await page.getByRole('link', { name: 'Show front-door at this moment' }).first().click();
    await isAt(page, newest());
    await showsRecording(page);
  });

  it('have a calendar with the days that have recordings', async () => {
    const page = await openPaused();
    await page.keyboard.press('c');
    await page.getByRole('dialog', { name: 'Go to a day' }).waitFor();
    // Around the first of a month, what is two days ago is in the month before.
    const at = world.starts('front-door')[7]!;
    if (new Date(at).getMonth() !== new Date(newest()).getMonth())
      await page.getByRole('button', { name: 'Month before' }).click();
    const named = new Intl.DateTimeFormat('en-US', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    const day = page.getByRole('button', { name: `${named.format(at)}, with recordings` });
    await day.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await isAt(page, at);
  });

  it('find motion in a part of the picture, drawn with the pointer or by keys', async () => {
    const page = await openPaused();
    await page.keyboard.press('f');
    const region = page.getByLabel(/^Region in which motion is looked for/);
    const { x, y, width, height } = (await region.boundingBox())!;
    const place = (at: { x: number; y: number }) => [x + at.x * width, y + at.y * height] as const;
    await page.mouse.move(...place(RIGHT));
    await page.mouse.down();
    await page.mouse.move(...place({ x: 0.8, y: 0.5 }));
    await page.mouse.move(...place(RIGHT.to));
    await page.mouse.up();
    await page.locator('motion-finder select[name=time]').selectOption('week');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    // Those of the last seven days before the moment, which may be that of the newest one.
    await page.getByText(/^[89] times, found in/).waitFor();
    await page.getByRole('article').first().getByRole('button').click();
    await isAt(page, world.starts('front-door')[1]! + 4000);

    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Find motion in a part of the picture' }).focus();
    await page.keyboard.press('f');
    await page.locator('region-picker svg:focus').waitFor();
    for (let press = 0; press < 40; press++) await page.keyboard.press('ArrowLeft');
    for (let press = 0; press < 10; press++) await page.keyboard.press('Shift+ArrowLeft');
    await page.getByLabel(/From 0 % of the width/).waitFor();
    await page.locator('motion-finder select[name=time]').selectOption('week');
    await page.getByRole('button', { name: 'Find', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Nothing moved there.').waitFor();
    await page.keyboard.press('Escape');
    await region.waitFor({ state: 'detached' });
  });

  it('zoom the timeline from a minute to a month, by keys and by the wheel', async () => {
    const page = await openPaused();
    const line = page.getByRole('slider', { name: 'Timeline' });
    const shown = async (): Promise<number> =>
      Number(await line.getAttribute('aria-valuemax')) - Number(await line.getAttribute('aria-valuemin'));
    expect(await shown()).toBe(3600);
    await line.focus();
    for (let press = 0; press < 8; press++) await page.keyboard.press('+');
    await soon(shown).toBe(60);
    for (let press = 0; press < 18; press++) await page.keyboard.press('-');
    await soon(shown).toBe(31 * 86_400);
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await soon(shown).toBe(3600);
    const { x, y, width } = (await line.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 40);
    await page.mouse.wheel(0, 400);
    await soon(shown).toBeGreaterThan(4000);
    for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, -1000);
    await soon(shown).toBe(60);

    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await line.focus();
    const before = timeIn(page);
    await page.keyboard.press('ArrowLeft');
    await soon(() => before - timeIn(page)).toBeGreaterThan(30_000);
    await page.keyboard.press('Home');
    await isAt(page, world.starts('front-door').at(-1)!);
    await soon(() => line.getAttribute('aria-valuetext')).toContain('recording of front-door');
    await page.keyboard.press('End');
    await soon(() => new URL(page.url()).searchParams.get('time')).toBe(null);
  });

  it('have the times of the viewer, and UTC beside them', async () => {
    const page = await openPaused({ timezoneId: 'Asia/Kolkata', locale: 'en-GB' });
    const format = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Asia/Kolkata' } as const;
    const clock = (ms: number): string => new Intl.DateTimeFormat('en-GB', { hourCycle: 'h23', ...format }).format(ms);
    const time = page.getByRole('article').first().locator('time');
    expect(await time.textContent()).toContain(clock(newest()));
    const utc = new Date(newest()).toISOString();
    expect(await time.getAttribute('title')).toBe(`${utc.replace('T', ' ').replace('Z', '')} UTC`);
    await page.keyboard.press('e');
    await page.getByText('times of Asia/Calcutta').waitFor();
    expect((await page.getByLabel('From', { exact: true }).inputValue()).slice(11)).toBe(clock(newest()));
    const link = page.getByRole('link', { name: 'Download', exact: true });
    expect(new URL((await link.getAttribute('href'))!, engine.origin).searchParams.get('starttime')).toBe(utc);
  });
});
