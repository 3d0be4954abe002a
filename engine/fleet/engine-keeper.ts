import { randomBytes } from 'node:crypto';
import type { Config } from '../config/index.js';
import { Backoff } from '../core/backoff.js';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type MonotonicTime, seconds } from '../core/time.js';
import { SluiceEvent } from '../events/catalogue.js';
import type { EventPublisher } from '../events/types.js';
import { EngineLink, engineAway } from './engine-link.js';
import type { EventMerge } from './event-merge.js';
import { clipIdsAfter } from './layout.js';
import type { Holdings, Questions } from './messages.js';
import { configOf } from './shares.js';

interface EngineKeeperOptions {
  /** From 1. */
  engine: number;
  config: Config;
  contentTokens: Uint8Array;
  merge: EventMerge;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
  /** Called whenever it has started, before it counts as running. */
  onStarted(holdings: Holdings): Promise<void> | void;
}

const RESTARTS = { ended: { firstMs: 500, lastMs: 30_000, floor: 0.5 } } as const;
const STABLE_MS = 60_000;
const LOOK_MS = 5000;
/** An engine that answers nothing for this long hangs. Shorter than a service manager's patience would cost recordings. */
const PATIENCE = seconds(60);
/** How long a start waits for the engine of an earlier run, which may still be finishing its clips. */
const PREDECESSOR = seconds(75);

/** Where an engine that runs can be reached. */
export interface RunningEngine {
  url: string;
  token: string;
}

/** Keeps one engine running: starts it, looks whether it answers, and starts it again when it has ended. */
export class EngineKeeper {
  readonly engine: number;
  readonly #options: EngineKeeperOptions;
  readonly #backoff: Backoff<'ended'>;
  #config: Config;
  #link: EngineLink | undefined;
  #running: RunningEngine | undefined;
  #lost: string | undefined;
  #stopping = false;
  #cancelRestart: CancelTimer | undefined;
  #cancelLooks: CancelTimer | undefined;
  #ended: (() => void) | undefined;

  constructor(options: EngineKeeperOptions) {
    this.engine = options.engine;
    this.#options = options;
    this.#config = options.config;
    this.#backoff = new Backoff({ clock: options.clock, ranges: RESTARTS, stableMs: STABLE_MS });
  }

  /** @throws SluiceError why it cannot start the first time */
  async start(): Promise<void> {
    const { clock, log } = this.#options;
    const giveUp = clock.monotonic() + PREDECESSOR;
    for (;;) {
      try {
        return await this.#launch();
      } catch (error) {
        const isBusy = error instanceof SluiceError && error.code === 'DataDirInUse';
        if (!isBusy || clock.monotonic() > giveUp || this.#stopping) throw error;
        log.warn({ engine: this.engine }, `waits for an earlier run: ${error.message}`);
        await new Promise<void>((resolve) => clock.after(RESTARTS.ended.firstMs, resolve));
        if (this.#stopping) throw error;
      }
    }
  }

  get pid(): number | undefined {
    return this.#link?.pid;
  }

  /** @throws SluiceError `EngineAway` */
  get running(): RunningEngine {
    if (this.#running) return this.#running;
    throw engineAway(this.engine, this.#lost);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** @throws what the engine throws; SluiceError `EngineAway` */
  async ask<Question extends keyof Questions>(
    question: Question,
    ...given: Parameters<Questions[Question]>
  ): Promise<ReturnType<Questions[Question]>> {
    if (!this.#running || !this.#link) throw engineAway(this.engine, this.#lost);
    return await this.#link.ask(question, ...given);
  }

  configure(config: Config): void {
    this.#config = config;
    this.#link?.configure(configOf(config, this.engine, this.#running?.token ?? ''));
  }

  /** Resolves when its process has ended, its clips finished. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart?.();
    this.#cancelLooks?.();
    if (!this.#link) return;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#link.stop();
    await ended;
  }

  async #launch(): Promise<void> {
    const { merge, contentTokens } = this.#options;
    const token = randomBytes(32).toString('base64url');
    const link = new EngineLink(this.engine, {
      onEvents: (message) => merge.take(this.engine, message, (seq) => link.taken(seq)),
      onEnd: ({ how }) => this.#onEnd(link, how),
    });
    this.#link = link;
    const { url, holdings } = await link.start({
      engine: this.engine,
      config: configOf(this.#config, this.engine, token),
      clipIdsAfter: clipIdsAfter(this.engine),
      contentTokens,
      takenSeq: merge.position(this.engine),
    });
    this.#running = { url, token };
    this.#backoff.succeeded();
    this.#look(link);
    await this.#options.onStarted(holdings);
    this.#tellRestored();
  }

  #tellRestored(): void {
    const { events, clock, log } = this.#options;
    const was = this.#lost;
    this.#lost = undefined;
    if (was === undefined) return;
    log.warn({ engine: this.engine }, 'the engine runs again');
    const data = { engine: this.engine, was };
    events.publish({ eventType: SluiceEvent.EngineRestored, subject: '', eventTime: clock.utc(), data });
  }

  /** An engine that hangs is of no use to its cameras. */
  #look(link: EngineLink): void {
    const { clock, log } = this.#options;
    let asked: MonotonicTime | undefined;
    this.#cancelLooks?.();
    this.#cancelLooks = every(clock, LOOK_MS, () => {
      if (asked !== undefined) {
        if (clock.monotonic() - asked < PATIENCE) return;
        log.error({ engine: this.engine }, 'the engine does not answer and is ended');
        link.kill();
        return;
      }
      asked = clock.monotonic();
      const answered = () => {
        asked = undefined;
      };
      link.ask('readiness').then(answered, answered);
    });
  }

  #onEnd(link: EngineLink, how: string): void {
    if (link !== this.#link) return;
    const wasRunning = this.#running !== undefined;
    this.#link = undefined;
    this.#running = undefined;
    this.#cancelLooks?.();
    this.#options.merge.forget(this.engine);
    this.#ended?.();
    // One that could not start the first time is the business of whoever starts it.
    if (this.#stopping || (!wasRunning && this.#lost === undefined)) return;
    this.#restartAfter(how, wasRunning);
  }

  #restartAfter(how: string, wasRunning: boolean): void {
    const { events, clock, log } = this.#options;
    const restartIn = this.#backoff.failed('ended');
    this.#lost = how;
    log.error({ engine: this.engine, restartIn }, `an engine has ended by itself: ${how}`);
    if (wasRunning) {
      const hint = 'It is started again. If it ends again, the log says more.';
      const data = { engine: this.engine, problem: how, hint, restartIn };
      events.publish({ eventType: SluiceEvent.EngineLost, subject: '', eventTime: clock.utc(), data });
    }
    this.#cancelRestart = clock.after(restartIn, () => {
      this.#launch().catch((error: unknown) => {
        this.#lost = messageOf(error);
        log.error({ engine: this.engine }, `the engine cannot be started: ${messageOf(error)}`);
      });
    });
  }
}
