import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EventRecord } from '../../../../engine/events/types.js';
import type { TrialLine, TrialSettings } from './settings.js';

/** The engine under trial, in a process group of its own, seen from outside. */
export interface RunningEngine {
  readonly pid: number;
  /** When it was started, in ms of the system's clock. */
  readonly startedMs: number;
  /** What a subscriber has seen. */
  readonly seen: readonly EventRecord[];
  /** Calls back with every event from now on. */
  onEvent(listener: (event: EventRecord) => void): void;
  /** Resolves once the engine is open; rejects if it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when every process that holds its output has ended. */
  readonly ended: Promise<void>;
  readonly over: boolean;
  /** kill -9 of the whole group. Resolves with the time of the signal, in ms, when all that it has told was read. */
  kill(): Promise<number>;
  /** SIGTERM. Rejects if the engine does not end in time, or not with status 0. */
  stop(): Promise<void>;
  /** The end of its log. */
  log(): string;
}

/** Always the built program, also when this file is TypeScript, as in tests. */
const PROGRAM = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../../dist/bench/chaos/series/trial/engine.js', import.meta.url)
    : new URL('./engine.js', import.meta.url),
);
const STOP_TIMEOUT_MS = 60_000;
const LOG_CHARACTERS = 4000;

export const startEngine = (settings: TrialSettings, env: NodeJS.ProcessEnv = process.env): RunningEngine => {
  const startedMs = Date.now();
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the engine under trial could not be started');
  const seen: EventRecord[] = [];
  const listeners: Array<(event: EventRecord) => void> = [];
  let log = '';
  let over = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_CHARACTERS);
  });
  child.stdin?.on('error', () => {});
  let readyNow = (): void => {};
  const lines = createInterface({ input: child.stdout! });
  const read = new Promise<void>((resolve) => lines.once('close', () => resolve()));
  lines.on('line', (text) => {
    const line = parsed(text);
    if (line === undefined) return;
    if ('ready' in line) return readyNow();
    seen.push(line.event);
    for (const listener of listeners) listener(line.event);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = Promise.all([read, closed]).then(() => {
    over = true;
  });
  const ready = new Promise<void>((resolve, reject) => {
    readyNow = resolve;
    void ended.then(() => reject(new Error(`the engine under trial ended before it was open:\n${log}`)));
  });
  // Who kills an engine while it starts does not wait for it.
  ready.catch(() => {});
  return {
    pid,
    startedMs,
    seen,
    onEvent: (listener) => void listeners.push(listener),
    ready,
    ended,
    get over() {
      return over;
    },
    kill: async () => {
      const at = Date.now();
      killGroup(pid);
      await ended;
      return at;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => killGroup(pid), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(late);
      if (child.exitCode !== 0)
        throw new Error(`the engine under trial ended with ${child.exitCode ?? child.signalCode}:\n${log}`);
    },
    log: () => log,
  };
};

/** The last line of a killed program may be torn; nobody has seen it then. */
const parsed = (text: string): TrialLine<EventRecord> | undefined => {
  try {
    return JSON.parse(text) as TrialLine<EventRecord>;
  } catch {
    return undefined;
  }
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
};
