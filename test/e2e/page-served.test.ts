import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PagedEngine, servePage } from '../kit/page-rig.js';

const BUILT = resolve(import.meta.dirname, '../../dist/page');
/** In bytes, of everything that the page can load, compressed; and of what it needs to show the wall. */
const BUDGET = 150_000;
const FIRST_BUDGET = 45_000;

describe('the page', () => {
  let engine: PagedEngine;

  beforeAll(async () => {
    engine = await servePage();
  });

  afterAll(() => engine?.remove());

  const assets = readdirSync(join(BUILT, 'assets')).filter((name) => /\.(?:js|css|svg)$/.test(name));
  const sizeOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(BUILT, 'assets', name)), { level: 9 }).length, 0);

  it('is small', () => {
    expect(assets.length).toBeGreaterThan(5);
    expect(sizeOf(assets)).toBeLessThan(BUDGET);
    const first = assets.filter((name) => /^(?:index|camera-wall|camera-picture|styles)-/.test(name));
    expect(sizeOf(first)).toBeLessThan(FIRST_BUDGET);
  });

  it('has nothing inline, and forbids it', async () => {
    const response = await fetch(`${engine.origin}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of [`default-src 'none'`, `script-src 'self'`, `frame-ancestors 'none'`, `base-uri 'none'`]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('is sent once: what has a name of its own never changes, and the rest has not changed', async () => {
    const name = assets.find((each) => each.startsWith('index-') && each.endsWith('.js'))!;
    const asset = await fetch(`${engine.origin}/assets/${name}`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-encoding')).toBe('br');
    expect(await asset.text()).toBe(readFileSync(join(BUILT, 'assets', name), 'utf8'));
    const plain = await fetch(`${engine.origin}/assets/${name}`, { headers: { 'accept-encoding': 'br;q=0' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('vary')).toBe('accept-encoding');
    const etag = (await fetch(`${engine.origin}/`)).headers.get('etag')!;
    const again = await fetch(`${engine.origin}/`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it.each(['nothing.js', '../index.html', '%2e%2e/index.html', '..%2f..%2fpackage.json', ''])(
    'has no file assets/%s',
    async (name) => {
      const response = await fetch(`${engine.origin}/assets/${name}`);
      expect(response.status).toBe(404);
      expect(((await response.json()) as { error: { code: string } }).error.code).toMatch(/NotFound/);
    },
  );
});
