import { execFile } from 'node:child_process';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { EventJournal } from '../events/types.js';

/** How the event log says that there is no room for it. */
const OUT_OF_ROOM = /^(?:SQLITE_FULL|ENOSPC|EDQUOT):/;

/** Whether a restart could not do better: the event log takes events, or waits for room on the disk. */
export const takesEvents = (journal: Pick<EventJournal, 'stats'>): boolean => {
  const { failure } = journal.stats();
  return failure === undefined || OUT_OF_ROOM.test(failure);
};

/** Beats in the time after which the service manager gives the engine up. */
const BEATS = 3;
const SEND_LIMIT_MS = 10_000;

export interface ServiceManagerDeps {
  clock: Clock;
  log: Pick<Logger, 'warn'>;
  /** Whether the engine does its work. Asked before each beat. */
  isWell(): boolean;
  /** Sends one state. Default: with the program systemd-notify, since Node.js has no datagram sockets of this kind. */
  send?: (state: string, socket: string) => Promise<void>;
}

/**
 * Tells the service manager that has started this process how the engine is, if it wants to know (`NOTIFY_SOCKET`, as sd_notify(3)
 * has it). What it gave for that is taken out of the environment: processes that are started here are to tell it nothing.
 */
export class ServiceManager {
  readonly #deps: ServiceManagerDeps;
  readonly #socket: string | undefined;
  readonly #watchdogMs: number;
  #cancelBeats: CancelTimer = () => {};
  #sending: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(deps: ServiceManagerDeps, env: NodeJS.ProcessEnv = process.env) {
    this.#deps = deps;
    this.#socket = env['NOTIFY_SOCKET'] || undefined;
    const isForUs = (env['WATCHDOG_PID'] ?? String(process.pid)) === String(process.pid);
    this.#watchdogMs = isForUs ? Number(env['WATCHDOG_USEC'] ?? 0) / 1000 || 0 : 0;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  }

  /** The engine serves. Beats from now on, as long as it is well. */
  ready(): void {
    this.#tell('READY=1');
    if (this.#socket === undefined || this.#watchdogMs <= 0) return;
    this.#cancelBeats = every(this.#deps.clock, this.#watchdogMs / BEATS, () => {
      if (this.#deps.isWell()) this.#tell('WATCHDOG=1');
    });
  }

  /** The engine ends. Beats go on: its last clips may take a while. */
  stopping(): void {
    this.#tell('STOPPING=1');
  }

  /** Resolves when everything has been sent. */
  async end(): Promise<void> {
    this.#cancelBeats();
    await this.#sending;
  }

  #tell(state: string): void {
    const { send = systemdNotify, log } = this.#deps;
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#sending = this.#sending
      .then(() => send(state, socket))
      .catch((error: unknown) => {
        if (!this.#failed) log.warn(`the service manager cannot be told ${state}: ${String(error)}`);
        this.#failed = true;
      });
  }
}

const systemdNotify = (state: string, socket: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket };
    execFile('systemd-notify', [state], { env, timeout: SEND_LIMIT_MS }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
