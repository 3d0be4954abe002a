import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mosquitto, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { type Service, startService } from '../../engine/service.js';
import { hasChromium, playsInChromium, startChromium } from '../kit/chromium.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { FakeOnvifDevice } from '../kit/fake-onvif-device.js';
import { ringHolds } from '../kit/media-waits.js';
import { mountingRefused, SmallDisk } from '../kit/mounts.js';
import { network, noMulticast } from '../kit/multicast.js';
import { type PagedEngine, pagesOfTests, servePage, untilTrue } from '../kit/page-rig.js';
import { momentPath } from '../kit/page-states.js';
import { fillDataFolder, type World } from '../kit/page-world.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const TOKEN = 'a-token-of-the-test';
const SOON = { timeout: 40_000 };
const USER = { name: 'admin', password: 'onvif-secret' };
const HEVC = 'hvc1.1.6.L60.90';

const noDisk = mountingRefused();
const noNetwork = await noMulticast(network);

describe.skipIf(!hasChromium)('the page when something is wrong', { timeout: 120_000 }, () => {
  let browser: Browser;
  let broker: Mosquitto | undefined;
  let camera: TestCamera;
  let engine: PagedEngine;
  let service: Service | undefined;
  let world: World;
  const watch = pagesOfTests();
  let disk: SmallDisk | undefined;

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-trouble-'));
    if (!noDisk) disk = new SmallDisk(dataDir, 300);
    world = await fillDataFolder(dataDir);
    broker = mosquittoMissing ? undefined : await Mosquitto.start();
    camera = await startCamera({ scenes: ['quiet'], gop: 1, user: USER.name, password: USER.password });
    browser = await startChromium();
    const settings = { 'http.token': TOKEN, ...(broker ? { 'mqtt.url': broker.url } : {}) };
    engine = await servePage(settings, dataDir);
  });

  afterAll(async () => {
    await browser?.close();
    await (service ?? engine?.service)?.close();
    await engine?.close();
    await broker?.close();
    await camera?.stop();
    disk?.remove();
    if (engine) rmSync(engine.dataDir, { recursive: true, force: true });
  });

  const open = async (path = '/'): Promise<Page> => {
    const { page } = await watch(browser, engine.origin, path);
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Page' }).waitFor();
    return page;
  };

  const notice = (page: Page, words: string) => page.getByRole('status', { name: 'Notices' }).getByText(words);

  /** As if somebody came back to the page, so that it asks again at once. */
  const comesBack = async (page: Page, words: string, state: 'visible' | 'detached' = 'visible'): Promise<void> => {
    const wanted = state === 'visible' ? 1 : 0;
    const asked = async (): Promise<number> => {
      await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
      return notice(page, words).count();
    };
    await expect.poll(asked, { ...SOON, interval: 300 }).toBe(wanted);
  };

  it.skipIf(noNetwork)('looks for cameras, shows the first picture of one, and leaves nothing behind it', async () => {
    const streamUri = () => camera.url;
    const device = await FakeOnvifDevice.start({ user: USER, auth: 'digest', host: network!, streamUri });
    try {
      await device.joinDiscovery(network!);
      const page = await open('/?view=add');
      await page.getByRole('button', { name: 'Look in the network' }).click();
      const found = page.getByRole('button', { name: new RegExp(`^Fake\\s+${network}`) });
      await found.waitFor(SOON);
      await page.getByLabel('User name').fill(USER.name);
      await page.getByLabel('Password').fill('wrong');
      await found.click();
      await page.getByRole('alert').getByText(/\S/).waitFor(SOON);
      await page.getByLabel('Password').fill(USER.password);
      await found.click();
      await page.getByRole('button', { name: /^main name/ }).click();
      expect(await page.getByLabel('Address of its stream').inputValue()).toBe(camera.url);
      await page.getByLabel('Name', { exact: false }).last().fill('found one');
      await page.getByRole('button', { name: 'Connect and look' }).click();
      await page.getByText('Connected.').waitFor(SOON);
      await untilTrue(
        page,
        `(() => {
        const view = document.querySelector('sluice-app').shadowRoot.querySelector('add-camera').shadowRoot;
        return view.querySelector('camera-picture').shownAt > 0;
      })()`,
      );
      expect(engine.engine.pipelines.list().map(({ name }) => name)).toEqual(['found-one']);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Connect and look' }).waitFor(SOON);
      expect(engine.engine.pipelines.list()).toEqual([]);
    } finally {
      await device.close();
    }
  });

  it('says that a video cannot be played in this browser, and still has its pictures', async (context) => {
    if (await playsInChromium(browser, HEVC)) return context.skip('this Chromium plays H.265');
    const page = await open(momentPath(world.starts('attic')[0]! + 2000, 'attic'));
    await page.getByText('This browser cannot decode H.265.').waitFor(SOON);
    for (const place of ['archive-stage img.preview', 'recording-list article img']) {
      const width = (image: { naturalWidth?: number }): number => image.naturalWidth ?? 0;
      await expect.poll(() => page.locator(place).first().evaluate(width), SOON).toBeGreaterThan(0);
    }
  });

  it('says that recordings cannot be written, until they can', async () => {
    const { pipelines, topologies } = engine.engine;
    const topology = messageToFiles({ minimum: 'PT1H', maximum: 'PT1H', baseDirectoryPath: '/door' });
    topologies.set(topology);
    const rtspUrl = camera.url.replace('rtsp://', `rtsp://${USER.name}:${USER.password}@`);
    pipelines.set(livePipeline('door', topology.name, { rtspUrl, input: 'door' }));
    await pipelines.activate('door');
    await ringHolds(engine.engine, 1, 'door');
    const folder = join(engine.dataDir, 'media/door');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(engine.dataDir, 'media'), { recursive: true });
    writeFileSync(folder, 'in the way');
    const page = await open();
    await page.getByRole('link', { name: /^door/ }).waitFor();
    engine.engine.deliver('door', {});
    await notice(page, 'Recordings of door cannot be written.').waitFor(SOON);
    await notice(page, 'Recording goes on by itself then.').waitFor();
    rmSync(folder);
    await notice(page, 'Recordings of door cannot be written.').waitFor({ ...SOON, state: 'detached' });
    await pipelines.deactivate('door');
    pipelines.delete('door');
  });

  it.skipIf(noDisk)('says that the disk is full, and that it is not any more', async () => {
    const page = await open('/?view=clips');
    await comesBack(page, 'The disk is nearly full.');
    disk!.fill(10 * 2 ** 20);
    await comesBack(page, 'The disk is full: no recording can begin.');
    disk!.free();
    await comesBack(page, 'The disk is nearly full.');
  });

  it.skipIf(mosquittoMissing)('says that the broker is gone, and when it is back', async () => {
    const page = await open('/?view=events');
    await broker!.kill();
    await comesBack(page, 'The MQTT broker cannot be reached.');
    await broker!.run();
    await comesBack(page, 'The MQTT broker cannot be reached.', 'detached');
  });

  it('says that the engine is gone, and goes on when it is back', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await engine.service.close();
    await notice(page, 'The engine does not answer.').waitFor(SOON);
    const { config } = engine.engine;
    const { hostname: host, port } = new URL(engine.origin);
    const address = { kind: 'tcp', host, port: Number(port) } as const;
    service = await startService(engine.engine, { ...config, http: { ...config.http, address } });
    await notice(page, 'The engine does not answer.').waitFor({ ...SOON, state: 'detached' });
    await expect.poll(() => notice(page, 'News of the engine').count(), SOON).toBe(0);
  });

  it('asks for the token again when it is not known any more', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await page.context().clearCookies();
    await page.getByLabel('Token').waitFor(SOON);
  });

  it('offers to load itself again where the engine has another version of it', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await page.route('**/assets/**', (route) => route.fulfill({ status: 404 }));
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('heading', { name: 'The page has changed' }).waitFor();
    await page.unroute('**/assets/**');
    await page.getByRole('button', { name: 'Load it again' }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
  });
});
