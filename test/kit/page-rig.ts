import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Service, startService } from '../../engine/service.js';
import { startChromium } from './chromium.js';
import { openTestEngine, type TestEngine } from './engine.js';
import { tempFolder } from './temp-files.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface PagedEngine extends TestEngine {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  service: Service;
}

/** An engine that serves the page, in this process, on a data folder of its own or on the one given. */
export const servePage = async (settings: Record<string, unknown> = {}, dataDir?: string): Promise<PagedEngine> => {
  const options = { settings: { 'http.address': '127.0.0.1:0', ...settings }, ...(dataDir ? { dataDir } : {}) };
  const test = await openTestEngine(options);
  const service = await startService(test.engine);
  const remove = async (): Promise<void> => {
    await service.close();
    await test.remove();
  };
  return { ...test, remove, service, origin: service.urls[0]! };
};

/** A page in a browser, and everything about it that should not be. */
export interface WatchedPage {
  page: Page;
  /** Errors of scripts, refusals of the content security policy, requests to other origins. */
  faults: string[];
  close(): Promise<void>;
}

export const watchPage = async (
  browser: Browser,
  origin: string,
  path = '/',
  options: BrowserContextOptions = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy|trusted ?types?|TrustedHTML/i.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    const isOwn = url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`);
    if (!isOwn) faults.push(`request: ${url}`);
  });
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith(`${origin.replace('http', 'ws')}/`)) faults.push(`socket: ${socket.url()}`);
  });
  await page.goto(origin + path);
  return { page, faults, close: () => context.close() };
};

/** For the tests of a group: what opens pages that are closed after each test, which fails where one had what it should not have. */
export const pagesOfTests = (): typeof watchPage => {
  const watched: WatchedPage[] = [];
  afterEach(async () => {
    const faults = watched.flatMap((each) => each.faults);
    for (const each of watched.splice(0)) await each.close();
    expect(faults).toEqual([]);
  });
  return async (...page) => {
    const opened = await watchPage(...page);
    watched.push(opened);
    return opened;
  };
};

/** A browser and an engine that serves the page, for the tests of a group. */
export interface PageRig {
  readonly browser: Browser;
  readonly engine: PagedEngine;
  /** Path of a folder for media, which is removed in the end. */
  readonly folder: string;
  /** A page that is closed after the test, which fails where it had what it should not have. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/** @param prepare called once, before the tests, when the browser and the engine are there */
export const pageRig = (prepare: (rig: PageRig) => Promise<void> | void): PageRig => {
  const folder = tempFolder();
  const watch = pagesOfTests();
  let browser: Browser | undefined;
  let engine: PagedEngine | undefined;
  const rig: PageRig = {
    get browser() {
      return browser!;
    },
    get engine() {
      return engine!;
    },
    folder: folder.path,
    open: async (path, options) => (await watch(rig.browser, rig.engine.origin, path, options)).page,
  };
  beforeAll(async () => {
    [browser, engine] = await Promise.all([startChromium(), servePage()]);
    await prepare(rig);
  });
  afterAll(async () => {
    await browser?.close();
    await engine?.remove();
    folder.remove();
  });
  return rig;
};

/** Resolves when a script gives something true in the page. The policy of the page forbids what Playwright has for this. */
export const untilTrue = async (page: Page, script: string, timeoutMs = 60_000): Promise<void> => {
  for (const end = Date.now() + timeoutMs; ; ) {
    const found = await page.evaluate(script);
    if (found) return;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${script}; it is ${JSON.stringify(found)}`);
    await page.waitForTimeout(100);
  }
};

/**
 * What axe-core has against the page as it is, one line each; nothing if it is accessible as far as a program can tell.
 * @param rules those that are looked at; all without them
 */
export const accessibilityFaults = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}) };
  const found = await page.evaluate<{ id: string; targets: string; why: string }[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => ({ id, targets: JSON.stringify(target), why: failureSummary }))))`,
  );
  return found.map(({ id, targets, why }) => `${id} at ${targets}: ${why}`);
};
