import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');
const READY_MS = 30_000;

export interface ServedEngine {
  /** Where it listens, in the order http, https. */
  readonly urls: readonly string[];
  readonly pid: number;
  /** Everything on stderr so far. */
  log(): string;
  /** A direct method over HTTP. */
  call(method: string, payload?: unknown): Promise<{ status: number; payload: unknown }>;
  /** Sends a signal to the process itself; resolves with how it ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it, and every process that it started, by force. Nothing happens if it has ended. */
  kill(): void;
}

/** `sluice serve` as a process of its own, on free ports. Resolves when it listens; rejects with its log if it ends first. */
export const serveEngine = async (dataDir: string, ...args: string[]): Promise<ServedEngine> => {
  const listening = args.includes('--https') ? 2 : 1;
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--http', '127.0.0.1:0', '--data', dataDir, ...args],
    // A group of its own, so that a test that fails can end the hosts along with it.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr?.setEncoding('utf8');
  const urls = await new Promise<string[]>((done, failed) => {
    const late = setTimeout(() => {
      killGroup(child);
      failed(new Error(`serve did not listen within ${READY_MS} ms:\n${log}`));
    }, READY_MS);
    child.once('exit', () => {
      clearTimeout(late);
      failed(new Error(`serve ended before it listened:\n${log}`));
    });
    child.stderr?.on('data', (chunk: string) => {
      log += chunk;
      const found = [...log.matchAll(/listening on (\S+?)"/g)].map((match) => match[1] as string);
      if (found.length < listening) return;
      clearTimeout(late);
      done(found);
    });
  });
  const base = urls[0] as string;
  return {
    urls,
    pid: child.pid as number,
    log: () => log,
    call: (method, payload) => callMethod(base, method, payload),
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
      }
      return { code: child.exitCode, signal: child.signalCode };
    },
    kill: () => killGroup(child),
  };
};

export const callMethod = async (
  base: string,
  method: string,
  payload: unknown = {},
): Promise<{ status: number; payload: unknown }> => {
  const response = await fetch(`${base}/methods/${method}`, { method: 'POST', body: JSON.stringify(payload) });
  const text = await response.text();
  return { status: response.status, payload: text === '' ? null : JSON.parse(text) };
};

/** The pages of `GET /events`, all of them. */
export const loggedEvents = async (base: string, query = ''): Promise<LoggedEvent[]> => {
  const events: LoggedEvent[] = [];
  for (let since = 0; ; ) {
    const response = await fetch(`${base}/events?since=${since}&limit=1000${query}`);
    const page = (await response.json()) as { value: LoggedEvent[]; next: number; lastSeq: number };
    events.push(...page.value);
    if (page.next >= page.lastSeq) return events;
    since = page.next;
  }
};

export interface LoggedEvent {
  seq: number;
  id: string;
  correlationId?: string;
  subject: string;
  eventType: string;
  eventTime: string;
  data: Record<string, unknown>;
}

/** Polls the log until `enough` holds for it; rejects with what it has after `timeoutMs`. */
export const untilLogged = async (
  base: string,
  enough: (events: LoggedEvent[]) => boolean,
  timeoutMs = 30_000,
): Promise<LoggedEvent[]> => {
  for (const end = Date.now() + timeoutMs; ; ) {
    const events = await loggedEvents(base);
    if (enough(events)) return events;
    if (Date.now() > end) {
      const seen = events.map(({ seq, eventType, subject }) => `${seq} ${eventType} ${subject}`);
      throw new Error(`waited ${timeoutMs} ms; events so far:\n${seen.join('\n')}`);
    }
    await new Promise((later) => setTimeout(later, 100));
  }
};

export const ofType = (events: readonly LoggedEvent[], lastPart: string): LoggedEvent[] =>
  events.filter((event) => event.eventType.endsWith(`.${lastPart}`));

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the whole group has ended
  }
}
