import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_MS, type UtcMicros } from '../core/time.js';
import { OnvifDevice } from './device.js';
import { OnvifError } from './errors.js';
import { type OnvifNotice, readPull, topicMatcher } from './notification.js';

export type OnvifState = 'true' | 'false' | 'unknown';

export interface OnvifSignal {
  /** When it happened, on our clock. */
  at: UtcMicros;
  topic: string;
  source: string;
  /** It is not new: the state still holds. Comes every few seconds, so that a gate stays open as long. */
  held: boolean;
}

export interface OnvifStateChange {
  at: UtcMicros;
  topic: string;
  source: string;
  state: OnvifState;
}

export interface OnvifEventSourceOptions {
  endpoint: ResolvedEndpoint;
  /** Topics, or what they lie below. Empty: motion and digital inputs. */
  topics: readonly string[];
  clock: Clock;
  log: Logger;
  /** Motion, or an input that is on: what a gate takes. */
  onSignal(signal: OnvifSignal): void;
  /** Every change of what is known of a source. `unknown` as soon as the device cannot be asked. */
  onState(change: OnvifStateChange): void;
  /** A subscription stands. */
  onConnected?(): void;
  /** The subscription could not be had or was lost; it is tried again in `retryInMs`. */
  onFailure?(error: OnvifError, retryInMs: number): void;
  /** How often a state that holds is signalled again. Shorter than any gate's minimum. */
  heldEveryMs?: number;
  timeoutMs?: number;
  random?: () => number;
}

interface Known {
  topic: string;
  source: string;
  state: OnvifState;
}

const MESSAGES_AT_ONCE = 50;
/** More sources than any device has; one that invents more is not followed. */
const MAX_SOURCES = 256;
const RENEW_BELOW_MS = 60_000;
const RESUBSCRIBE_BELOW_MS = 15_000;
/** For devices that answer at once instead of waiting for something to happen. */
const PULL_PAUSE_MS = 250;
const RESUBSCRIBE_PAUSE_MS = 500;
const RETRIES = {
  normal: { firstMs: 1_000, lastMs: 60_000, floor: 0.5 },
  // Devices lock users out that come with a wrong password too often.
  slow: { firstMs: 30_000, lastMs: 300_000, floor: 0.5 },
} as const;
/** Times of a device further away than this from ours are not believed. */
const MAX_AGE_MS = 60_000;

/**
 * Events of one ONVIF device by PullPoint subscription. Reports what the device says of motion and digital inputs, and
 * `unknown` from the moment it cannot be asked: never a state of the past.
 */
export class OnvifEventSource {
  readonly #options: OnvifEventSourceOptions;
  readonly #wants: (topic: string) => boolean;
  readonly #known = new Map<string, Known>();
  readonly #backoff: Backoff<keyof typeof RETRIES>;
  #device: OnvifDevice | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #heldTimer: CancelTimer | undefined;

  constructor(options: OnvifEventSourceOptions) {
    this.#options = options;
    this.#wants = topicMatcher(options.topics);
    this.#backoff = new Backoff({
      clock: options.clock,
      ranges: RETRIES,
      stableMs: 0,
      ...(options.random ? { random: options.random } : {}),
    });
  }

  start(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#run();
  }

  /** Unsubscribes, if the device listens; no callback comes afterwards. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#heldTimer?.();
    this.#wake?.();
    this.#device?.interrupt();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#session();
        await this.#pause(RESUBSCRIBE_PAUSE_MS);
      } catch (thrown) {
        if (this.#stopped) break;
        await this.#failed(thrown);
      }
    }
  }

  /** One subscription, until it ends by an error. Returns when it should be had anew at once. */
  async #session(): Promise<void> {
    const { endpoint, clock, timeoutMs } = this.#options;
    const device = new OnvifDevice({ endpoint, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    this.#device = device;
    let subscribed = false;
    try {
      await device.connect();
      if (!device.has('events')) throw new OnvifError('OnvifUnsupported', 'the device has no event service');
      await device.subscribe();
      subscribed = true;
      this.#options.onConnected?.();
      await this.#pull(device);
    } finally {
      this.#forget();
      if (subscribed) await this.#unsubscribe(device);
      device.close();
      this.#device = undefined;
    }
  }

  async #pull(device: OnvifDevice): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopped) {
      const began = clock.monotonic();
      const pulled = readPull(await device.pull(MESSAGES_AT_ONCE));
      if (this.#stopped) return;
      this.#backoff.succeeded();
      this.#unreadable(pulled.malformed);
      // The device's clock may be anywhere; the distance of two of its times is what counts.
      const now = clock.utc();
      for (const notice of pulled.notices) this.#take(notice, atOnOurClock(notice.utc, pulled.currentTime, now));
      if (!(await this.#keep(device, pulled.currentTime, pulled.terminationTime))) return;
      const tookMs = (clock.monotonic() - began) / MICROS_PER_MS;
      if (tookMs < PULL_PAUSE_MS) await this.#pause(PULL_PAUSE_MS - tookMs);
    }
  }

  /** Renews the subscription when it is due. False if it cannot be kept. */
  async #keep(device: OnvifDevice, current: number | undefined, termination: number | undefined): Promise<boolean> {
    const left = current === undefined || termination === undefined ? 0 : termination - current;
    if (left >= RENEW_BELOW_MS) return true;
    try {
      await device.renew();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof OnvifError) || thrown.code !== 'OnvifFault') throw thrown;
      // Some devices know no Renew and prolong with every pull. Others let it end: then a new one is due before that.
      return left >= RESUBSCRIBE_BELOW_MS || current === undefined || termination === undefined;
    }
  }

  #take(notice: OnvifNotice, at: UtcMicros): void {
    if (!this.#wants(notice.topic)) return;
    const { topic, source, operation, state } = notice;
    const key = `${topic}\n${source}`;
    const before = this.#known.get(key)?.state ?? 'unknown';
    if (operation === 'Deleted') {
      if (before !== 'unknown') this.#options.onState({ at, topic, source, state: 'unknown' });
      this.#known.delete(key);
      return;
    }
    const now: OnvifState = state === undefined ? 'unknown' : state ? 'true' : 'false';
    if (state === undefined) this.#unreadable(1);
    if (!this.#known.has(key) && this.#known.size >= MAX_SOURCES) {
      this.#options.log.warn({ topic, source }, 'an ONVIF device has too many event sources; this one is not followed');
      return;
    }
    this.#known.set(key, { topic, source, state: now });
    if (now !== before) this.#options.onState({ at, topic, source, state: now });
    if (now === 'true') this.#options.onSignal({ at, topic, source, held: before === 'true' });
    this.#watchHeld();
  }

  #unreadable(notifications: number): void {
    if (notifications > 0) this.#options.log.debug({ notifications }, 'an ONVIF device sent what cannot be read');
  }

  /** A motion that goes on for a minute is one message of the device, but must hold a gate open for a minute. */
  #watchHeld(): void {
    const { clock, heldEveryMs = 4_000 } = this.#options;
    const held = [...this.#known.values()].filter(({ state }) => state === 'true');
    if (held.length === 0) {
      this.#heldTimer?.();
      this.#heldTimer = undefined;
      return;
    }
    if (this.#heldTimer) return;
    this.#heldTimer = clock.after(heldEveryMs, () => {
      this.#heldTimer = undefined;
      if (this.#stopped) return;
      const at = clock.utc();
      for (const { topic, source, state } of this.#known.values()) {
        if (state === 'true') this.#options.onSignal({ at, topic, source, held: true });
      }
      this.#watchHeld();
    });
  }

  /** Nothing is known of a device that cannot be asked. */
  #forget(): void {
    this.#heldTimer?.();
    this.#heldTimer = undefined;
    const at = this.#options.clock.utc();
    for (const { topic, source, state } of this.#known.values()) {
      if (state !== 'unknown' && !this.#stopped) this.#options.onState({ at, topic, source, state: 'unknown' });
    }
    this.#known.clear();
  }

  async #unsubscribe(device: OnvifDevice): Promise<void> {
    try {
      await device.unsubscribe();
    } catch (thrown) {
      // It ends by itself in two minutes.
      this.#options.log.debug({ why: messageOf(thrown) }, 'an ONVIF subscription could not be ended');
    }
  }

  async #failed(thrown: unknown): Promise<void> {
    const error = thrown instanceof OnvifError ? thrown : new OnvifError('OnvifBadAnswer', messageOf(thrown), thrown);
    const slow = error.code === 'OnvifUnauthorized' || error.code === 'OnvifUnsupported';
    const delayMs = this.#backoff.failed(slow ? 'slow' : 'normal');
    this.#options.onFailure?.(error, delayMs);
    await this.#pause(delayMs);
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** When something happened that the device dates by its own clock, which showed `current` at our `now`. */
const atOnOurClock = (utc: UtcMicros | undefined, current: number | undefined, now: UtcMicros): UtcMicros => {
  if (utc === undefined || current === undefined) return now;
  const ageMs = current - utc / 1000;
  return ageMs < 0 || ageMs > MAX_AGE_MS ? now : ((now - Math.round(ageMs * 1000)) as UtcMicros);
};
