import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Files that may use the system's time themselves, and why. Everything else is handed a `Clock`. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'engine/core/clock.ts': 'is the system clock',
  'engine/core/keep-alive.ts': 'has a timer that keeps the process alive and never fires',
  'engine/store/checkpointer.ts': 'decides when to start a thread; no event or clip depends on it',
  'engine/store/checkpoint-worker.ts': 'is that thread, which no test can hand an object',
  'engine/simulator/server-process.ts': 'ends a child process of `sluice camera`, outside any engine',
  'engine/cli/timing.ts': 'waits for `--for`, outside the engine',
  'engine/doctor/trial.ts': 'stays awake while it waits for a host, outside any engine',
};

/** Where the system clock is chosen. */
const CHOOSERS = [
  'engine/cli/exit.ts',
  'engine/cli/serve.ts',
  'engine/cli/serving.ts',
  'engine/cli/videos-rebuild.ts',
  'engine/core/clock.ts',
  'engine/doctor/bundle/bundle.ts',
  'engine/doctor/trial.ts',
  'engine/engine-parts.ts',
  'engine/log/standard-error.ts',
];

const SYSTEM_TIME = /\b(?:Date\.now|performance\.now|new Date\(\)|setTimeout|setInterval|node:timers)/;

const sources = readdirSync(join(ROOT, 'engine'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const codeOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');

describe('the clock of the engine', () => {
  it('is the only way to learn the time or to wait', () => {
    const users = sources.filter((file) => SYSTEM_TIME.test(codeOf(file)));
    expect(users.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });

  it('is chosen in one place, so that no part can fall back on the system clock', () => {
    const choosers = sources.filter((file) => /\bsystemClock\b/.test(codeOf(file)));
    expect(choosers.sort()).toEqual(CHOOSERS);
  });
});
