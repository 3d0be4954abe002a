import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../engine/service.js';
import { hasChromium, startChromium } from '../kit/chromium.js';
import { type ClientKeys, clientKeys } from '../kit/client-keys.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { allToVideo, livePipeline, motionToVideo } from '../kit/evr.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { type PlayerPage, PlayerSite } from '../kit/player-page.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempFolder } from '../kit/temp-files.js';

/** What AVA's player has shown, second by second. */
interface Look {
  /** Of the picture, as the player's own clock has it: ms since 1970. */
  wallClock: number;
  /** Now, in the same page. */
  now: number;
  currentTime: number;
  live: boolean;
  /** Pixels of boxes over the picture. */
  drawn: number;
  /** Pictures that were shown. */
  pictures: number;
}

/** The player throws this in its own handler whenever nothing is to be drawn. */
const OF_ITS_OWN = /Cannot read properties of undefined \(reading 'inferences'\)/;

/** Others: address of the manifest in, and in `window.look` what is shown. The clock is that of the media, where there is one. */
const OTHERS = {
  'shaka-5': `async (url) => {
    const video = document.getElementById('video');
    const player = new shaka.Player();
    await player.attach(video);
    window.errors = [];
    player.addEventListener('error', ({ detail }) => window.errors.push(detail.code + ' ' + JSON.stringify(detail.data)));
    window.look = () => ({ currentTime: video.currentTime, live: player.isLive(), wallClock: 0 });
    await player.load(url);
    await video.play();
  }`,
  hls: `async (url) => {
    const video = document.getElementById('video');
    const player = new Hls();
    window.errors = [];
    // Files of a video may be 10 ms apart, which it seeks over. On a busy machine it may have to wait for what comes next.
    const isSeam = (details) => ['bufferSeekOverHole', 'bufferStalledError'].includes(details);
    player.on(Hls.Events.ERROR, (_, { fatal, type, details }) => { if (fatal || (type === 'mediaError' && !isSeam(details))) window.errors.push(details); });
    window.look = () => ({ currentTime: video.currentTime, live: player.latestLevelDetails?.live === true, wallClock: player.playingDate?.getTime() ?? 0 });
    player.loadSource(url);
    player.attachMedia(video);
    await new Promise((done) => video.addEventListener('loadedmetadata', done));
    await video.play();
  }`,
} as const;

/** Plays in the page, and looks at it until `enough` holds for what was seen. */
const PLAY = `async ({ resource, token, how, from, to }) => {
  const ava = await import('/ava-player.js');
  const { archiveBaseUrl, rtspTunnelUrl } = resource.properties.contentUrls;
  const video = document.getElementById('video');
  const config = {
    // As the player's own example has it.
    player: { manifest: { defaultPresentationDelay: 106 }, streaming: { stallEnabled: true, bufferingGoal: 10, jumpLargeGaps: true, gapDetectionThreshold: 0.5 } },
    ava: { archive_url: archiveBaseUrl, ws_url: rtspTunnelUrl, authentication: { type: 'QueryString', token } },
  };
  const player = new ava.AVAPlayer(video, config);
  const overlay = new shaka.ui.Overlay(player, document.getElementById('container'), video);
  overlay.configure({ controlPanelElements: ['play_pause', 'time_and_duration', 'wallclock_time', 'inferences'] });
  window.errors = [];
  player.addEventListener('error', ({ detail }) => window.errors.push(detail.code + ' ' + JSON.stringify(detail.data)));
  video.addEventListener('error', () => window.errors.push(video.error.message));
  window.player = player;
  window.pictures = 0;
  const count = () => { window.pictures += 1; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
  window.look = () => {
    const canvas = document.querySelector('.ava-inference-canvas');
    const pixels = canvas && canvas.width > 0 ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data : [];
    let drawn = 0;
    for (let at = 3; at < pixels.length; at += 4) if (pixels[at] > 0) drawn += 1;
    const start = player.getStartDate();
    const { currentTime } = video;
    return { wallClock: (start ? start.getTime() : 0) + currentTime * 1000, now: Date.now(), currentTime, live: player.isLive(), drawn, pictures: window.pictures };
  };
  if (how === 'range') await player.playTimeRange(new Date(from), new Date(to));
  else await player.playLive(how === 'tunnel');
  // It gives the boxes the size of the picture when it begins to play.
  if (video.videoWidth === 0) await new Promise((done) => video.addEventListener('loadedmetadata', done));
  await video.play();
}`;

const ranges = `async ({ resource, from, to }) => {
  const ava = await import('/ava-player.js');
  const found = await ava.queryTimeRanges(window.player, resource.properties.contentUrls.archiveBaseUrl, 'full', new Date(from), new Date(to));
  return found.map(({ start, end }) => ({ start: start.getTime(), end: end.getTime() }));
}`;

/** Looks at a page until `enough` holds for what was seen. */
const looked = async ({ page, complaints }: PlayerPage, enough: (looks: Look[]) => boolean): Promise<Look[]> => {
  const looks: Look[] = [];
  for (const end = Date.now() + 60_000; !enough(looks); ) {
    looks.push((await page.evaluate('window.look()')) as Look);
    if (Date.now() > end) {
      const errors = await page.evaluate('window.errors');
      throw new Error(JSON.stringify({ errors, complaints, looks: looks.slice(-5) }));
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  return looks;
};

describe.skipIf(!hasChromium)("AVA's player, as it comes from npm", () => {
  const folder = tempFolder();
  const site = new PlayerSite();
  let browser: Browser;
  let keys: ClientKeys;
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let base: string;
  const started = Date.now();

  beforeAll(async () => {
    keys = await clientKeys();
    const file = join(folder.path, 'policies.json');
    writeFileSync(file, keys.policies);
    await site.start();
    browser = await startChromium();
    camera = await startCamera({ scenes: ['motion'], gop: 1 });
    test = await openTestEngine({
      settings: {
        ...{ 'http.address': '127.0.0.1:0', 'http.token': 'of-the-server', 'http.accessPolicies': file },
        'http.allowedOrigins': site.origin,
      },
    });
    service = await startService(test.engine);
    base = service.urls[0]!;
    const topology = motionToVideo({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT20S' });
    test.engine.topologies.set(topology);
    test.engine.topologies.set(allToVideo());
    const { url: rtspUrl } = camera;
    const door = { rtspUrl, input: 'door', video: 'front door' };
    test.engine.pipelines.set(livePipeline('door', topology.name, door));
    test.engine.pipelines.set(livePipeline('garden', 'AllToVideo', { rtspUrl, video: 'garden' }));
    for (const name of ['door', 'garden']) await test.engine.pipelines.activate(name);
    await ringHolds(test.engine, 2, 'door');
    // Something moves in the first one.
    await test.until(() => test.named('Inference').length > 0, 60_000);
    for (const count of [1, 2]) {
      test.engine.deliver('door', {});
      await test.until(() => test.named('RecordingAvailable').length >= count, 60_000);
      if (count === 1) await unitsCome(test.engine, 150, 'door');
    }
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await test?.remove();
    await camera?.stop();
    await site.stop();
    folder.remove();
  });

  /** As the widgets do it: the resource and a content token with the client's own token, then the player. */
  const play = async (how: 'range' | 'live' | 'tunnel', video = 'garden') => {
    const player = await site.open(browser, 'shaka-3');
    const url = `${base}/videos/${encodeURIComponent(video)}`;
    const token = await keys.token(url);
    const asked = `async ({ url, token }) => {
      const headers = { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json' };
      const resource = await (await fetch(url + '?api-version=2021-11-01-preview', { headers })).json();
      const issued = await (await fetch(url + '/listContentToken?api-version=2021-11-01-preview', { method: 'POST', headers })).json();
      return { resource, token: issued.Token };
    }`;
    const given = { url, token };
    const known = (await player.page.evaluate(`(${asked})(${JSON.stringify(given)})`)) as {
      resource: { properties: { contentUrls: { rtspTunnelUrl?: string } } };
      token: string;
    };
    const range = { from: started - 60_000, to: Date.now() + 86_400_000 };
    const call = (code: string, more: object = {}): Promise<unknown> =>
      player.page.evaluate(`(${code})(${JSON.stringify({ ...known, ...range, ...more })})`);
    await call(PLAY, { how });
    const until = (enough: (looks: Look[]) => boolean) => looked(player, enough);
    const errors = async () => (await player.page.evaluate('window.errors')) as string[];
    const recorded = async () => (await call(ranges)) as { start: number; end: number }[];
    return { ...known, page: player, until, errors, recorded };
  };

  it('plays what was recorded, over a gap, with the right clock and boxes over the picture', async () => {
    const { until, errors, recorded, page } = await play('range', 'front door');
    const [first, second, ...others] = await recorded();
    expect(others).toEqual([]);
    expect(second!.start - first!.end).toBeGreaterThan(2000);
    const looks = await until((all) => (all.at(-1)?.wallClock ?? 0) > second!.start + 5000);
    // The clock of its first picture is that of the first recording.
    expect(looks[0]!.wallClock).toBeGreaterThanOrEqual(first!.start - 100);
    expect(looks[0]!.wallClock).toBeLessThan(first!.end);
    const shown = looks.map(({ wallClock }) => wallClock);
    for (const [index, each] of shown.entries()) expect(each).toBeGreaterThanOrEqual(shown[index - 1] ?? 0);
    // It does not wait in the gap.
    const inGap = shown.filter((each) => each > first!.end + 1000 && each < second!.start - 1000);
    expect(inGap.length).toBeLessThanOrEqual(2);
    expect(Math.max(...looks.map(({ drawn }) => drawn))).toBeGreaterThan(100);
    expect(looks.at(-1)!.pictures).toBeGreaterThan(50);
    expect(await errors()).toEqual([]);
    expect(page.complaints.filter((each) => !OF_ITS_OWN.test(each))).toEqual([]);
    await page.close();
  }, 120_000);

  it('follows the camera in its low-latency view, in RTSP', async () => {
    const { until, errors, page, resource } = await play('tunnel');
    expect(resource.properties.contentUrls.rtspTunnelUrl).toBe(`${base.replace('http', 'ws')}/videos/garden/rtsp`);
    const looks = await until((all) => (all.at(-1)?.currentTime ?? 0) > (all[0]?.currentTime ?? 0) + 12);
    const last = looks.at(-1)!;
    expect(last.live).toBe(true);
    expect(last.pictures).toBeGreaterThan(100);
    // The camera is a second away at most; the rest is the player's own buffer.
    expect(last.now - last.wallClock).toBeGreaterThan(-1000);
    expect(last.now - last.wallClock).toBeLessThan(15_000);
    expect(await errors()).toEqual([]);
    expect(page.complaints.filter((each) => !OF_ITS_OWN.test(each))).toEqual([]);
    await page.close();
  }, 120_000);

  it('follows a recording that is being made, in DASH', async () => {
    const { until, errors, page } = await play('live');
    const looks = await until((all) => (all.at(-1)?.currentTime ?? 0) > (all[0]?.currentTime ?? 0) + 10);
    const last = looks.at(-1)!;
    expect(last.live).toBe(true);
    expect(last.now - last.wallClock).toBeGreaterThan(0);
    expect(last.now - last.wallClock).toBeLessThan(40_000);
    expect(await errors()).toEqual([]);
    expect(page.complaints.filter((each) => !OF_ITS_OWN.test(each))).toEqual([]);
    await page.close();
  }, 120_000);

  describe.each([
    ['shaka-5', 'mpd-time-cmaf', 'mpd'],
    ['hls', 'm3u8-cmaf', 'm3u8'],
  ] as const)('media that it plays, in %s,', (library, format, extension) => {
    const open = async (video: string, range: string) => {
      const headers = { authorization: 'Bearer of-the-server' };
      const url = `${base}/videos/${encodeURIComponent(video)}`;
      const issued = await fetch(`${url}/listContentToken`, { method: 'POST', headers });
      const { Token } = (await issued.json()) as { Token: string };
      const player = await site.open(browser, library);
      const manifest = `${url}/content/manifest(format=${format}${range}).${extension}?token=${Token}`;
      await player.page.evaluate(`(${OTHERS[library]})(${JSON.stringify(manifest)})`);
      return player;
    };

    it('is played over a gap', async () => {
      const player = await open('front door', ',starttime=2020-01-01,endtime=2090-01-01');
      // Beyond the end of the first recording: DASH has the gap in its times, HLS has none.
      const looks = await looked(player, (all) => (all.at(-1)?.currentTime ?? 0) > (library === 'hls' ? 16 : 24));
      expect(looks.at(-1)!.live).toBe(false);
      expect(await player.page.evaluate('window.errors')).toEqual([]);
      expect(player.complaints).toEqual([]);
      await player.close();
    }, 120_000);

    it('is followed live', async () => {
      const player = await open('garden', '');
      const looks = await looked(player, (all) => (all.at(-1)?.currentTime ?? 0) > (all[0]?.currentTime ?? 0) + 10);
      expect(looks.at(-1)!.live).toBe(true);
      expect(await player.page.evaluate('window.errors')).toEqual([]);
      expect(player.complaints).toEqual([]);
      await player.close();
    }, 120_000);
  });
});
