import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { type ServedEngine, serveEngine } from '../kit/served-engine.js';
import { tempFolder } from '../kit/temp-files.js';

/** What is tried, unless the time is over before. `SLUICE_TEST_FUZZ_SECONDS` for longer runs. */
const CALLS = 10_000;
/** A busy machine takes longer than `SECONDS` for these. */
const LEAST_CALLS = 200;
const SECONDS = Number(process.env['SLUICE_TEST_FUZZ_SECONDS'] ?? 10);
const AT_ONCE = 8;
/** Growth after the warm-up, which is the first third, that is still noise of the garbage collector. */
const GROWTH_BYTES = 64 * 1024 * 1024;

const METHODS = [
  ...['pipelineTopology', 'livePipeline', 'remoteDeviceAdapter'].flatMap((resource) =>
    ['Set', 'Get', 'List', 'Delete'].map((verb) => resource + verb),
  ),
  ...['livePipelineActivate', 'livePipelineDeactivate', 'LIVEPIPELINELIST', 'onvifDeviceGet', '__proto__', 'x'],
];

const folder = tempFolder();
let engine: ServedEngine;
beforeAll(async () => {
  engine = await serveEngine(folder.path);
});
afterAll(() => {
  engine?.kill();
  folder.remove();
});

/** Numbers in 0 … 1 that come again with the same seed. */
const randomFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const fuzzer = (random: () => number) => {
  const upTo = (n: number) => Math.floor(random() * n);
  const one = <T>(of: readonly T[]): T => of[upTo(of.length)] as T;
  const text = () =>
    one([
      ...['', 'p1', 'p2', 'MotionToFiles', '1.1', '2.0', '../..', '${a}', '${System.PipelineName}', 'é☂\u0000'],
      ...['PT1S', '-PT9999H', '1e999', 'rtsp://127.0.0.1:9/x', 'http://[', '#Microsoft.VideoAnalyzer.FileSink'],
      'x'.repeat(upTo(3000)),
    ]);
  const value = (depth = 0): unknown => {
    const kind = upTo(depth > 4 ? 4 : 7);
    if (kind === 0) return null;
    if (kind === 1) return one([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, true, false]);
    if (kind < 4) return text();
    if (kind === 4) return Array.from({ length: upTo(5) }, () => value(depth + 1));
    const keys = ['name', 'properties', '@type', '@apiVersion', 'sources', 'inputs', 'constructor', 'endpoint', text()];
    return Object.fromEntries(Array.from({ length: upTo(5) }, () => [one(keys), value(depth + 1)]));
  };
  /** A good document with something in it changed. */
  const mutated = (document: unknown): unknown => {
    if (random() < 0.15 || typeof document !== 'object' || document === null)
      return random() < 0.5 ? value() : document;
    const copy = (Array.isArray(document) ? [...document] : { ...document }) as Record<string, unknown>;
    const keys = Object.keys(copy);
    if (keys.length === 0) return copy;
    const key = one(keys);
    if (random() < 0.1) delete copy[key];
    else copy[key] = mutated(copy[key]);
    return copy;
  };
  // Nothing but loopback may be asked for anything.
  const live = () => livePipeline(one(['p1', 'p2', 'p3']), 'MotionToFiles', { rtspUrl: 'rtsp://127.0.0.1:9/x' });
  const sane = () =>
    one<unknown>([motionToFiles(), live(), live(), { '@apiVersion': '1.1', name: one(['p1', 'p2', 'p3']) }]);
  const body = (): Uint8Array | string => {
    const kind = random();
    if (kind < 0.35) return JSON.stringify(sane());
    if (kind < 0.7) return JSON.stringify(mutated(sane()));
    if (kind < 0.85) return JSON.stringify(value());
    const bytes = Buffer.from(JSON.stringify(sane()));
    if (kind < 0.9) return bytes.subarray(0, upTo(bytes.length));
    if (kind < 0.95) {
      for (let n = upTo(8); n >= 0; n--) bytes[upTo(bytes.length)] = upTo(256);
      return bytes;
    }
    if (kind < 0.97) return '['.repeat(1 + upTo(100_000));
    if (kind < 0.975) return `"${'x'.repeat(1_100_000)}"`;
    return '';
  };
  return { method: () => one(METHODS), body, input: () => random() < 0.1, name: text };
};

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

it(
  'survives random calls: no crash, no 5xx but those that are meant, memory flat',
  async () => {
    const seed = Number(process.env['SLUICE_TEST_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
    const fuzz = fuzzer(randomFrom(seed));
    const [url] = engine.urls as [string];
    const seen = new Map<number, number>();
    const unmeant: string[] = [];
    let calls = 0;
    let warm = 0;
    const end = Date.now() + SECONDS * 1000;
    const worker = async () => {
      while (calls < CALLS && (Date.now() < end || calls < LEAST_CALLS)) {
        calls++;
        const method = fuzz.method();
        const body = fuzz.body();
        const path = fuzz.input()
          ? `/inputs/${encodeURIComponent(fuzz.name().slice(0, 100) || 'x')}`
          : `/methods/${method}`;
        const answer = await fetch(url + path, { method: 'POST', body });
        const text = await answer.text();
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        // 501 is AVA's answer to an unknown method, 504 that of a device that is not there.
        if (answer.status >= 500 && answer.status !== 501 && answer.status !== 504) {
          unmeant.push(`${answer.status} ${path} ${String(body).slice(0, 300)} → ${text.slice(0, 300)}`);
        }
        if (answer.status >= 400 && answer.status !== 404) expect(JSON.parse(text)).toHaveProperty('error.message');
        if (warm === 0 && (calls > CALLS / 3 || Date.now() > end - SECONDS * 667)) warm = residentBytes(engine.pid);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const grown = residentBytes(engine.pid) - warm;
    const statuses = [...seen].sort(([a], [b]) => a - b).map(([status, count]) => `${status}×${count}`);
    const summary = `seed ${seed}: ${calls} calls, ${statuses.join(' ')}, ${(grown / 1024 / 1024).toFixed(1)} MiB more`;
    console.info(summary);
    expect(unmeant, summary).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(LEAST_CALLS);
    // It reached the methods, and not only the first check of the bodies.
    for (const status of [200, 201, 204, 400, 404, 409, 501])
      expect(seen.has(status), `${status}, ${summary}`).toBe(true);
    expect(grown, summary).toBeLessThan(GROWTH_BYTES);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await engine.end('SIGTERM')).code).toBe(0);
  },
  SECONDS * 1000 + 60_000,
);
