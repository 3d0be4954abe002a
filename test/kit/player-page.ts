import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';

const { resolve } = createRequire(import.meta.url);

/** What a page may load, as it comes from its package. */
const FILES: Readonly<Record<string, string>> = {
  '/ava-player.js': resolve('@azure/video-analyzer-player/dist/shaka_rtsp.min.js'),
  '/shaka-3.js': resolve('shaka-player/dist/shaka-player.ui.js'),
  '/shaka-5.js': resolve('shaka-player-5/dist/shaka-player.compiled.js'),
  '/hls.js': resolve('hls.js/dist/hls.min.js'),
};

/** A page with one `<video>`, on an origin of its own, and what has gone wrong in it. */
export interface PlayerPage {
  page: Page;
  /** Errors that the page threw or wrote. */
  complaints: string[];
  close(): Promise<void>;
}

/** Serves pages for players. They come from another origin than the engine, as AVA's do. */
export class PlayerSite {
  #server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const path = (request.url ?? '').split('?', 1)[0]!;
      const file = FILES[path];
      if (file) response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(file));
      else response.writeHead(200, { 'content-type': 'text/html' }).end(html(path.slice(1)));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    this.#server = server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
  }

  /** @param library `shaka-3`, `shaka-5` or `hls` */
  async open(browser: Browser, library: string): Promise<PlayerPage> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (process.env['SLUICE_TEST_LOG']) console.log(message.type(), message.text());
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${this.origin}/${library}`);
    return { page, complaints, close: () => page.close() };
  }

  async stop(): Promise<void> {
    await new Promise((done) => (this.#server ? this.#server.close(done) : done(undefined)));
  }
}

const html = (library: string): string => `<!doctype html>
<title>${library}</title>
<link rel="icon" href="data:,">
<script src="/${library}.js"></script>
<div id="container" style="width: 640px; height: 360px"><video id="video" muted playsinline></video></div>`;
