import { Backoff } from '../core/backoff.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_MS, type UtcMicros, utcMicros } from '../core/time.js';
import { OnvifDevice } from './device.js';
import { DeviceStates, type DeviceStatesOptions } from './device-states.js';
import { OnvifError } from './errors.js';
import type { PullResult } from './notification.js';
import { pull, renew, type Subscription, subscribe, unsubscribe } from './subscription.js';

export interface OnvifEventSourceOptions extends DeviceStatesOptions {
  endpoint: ResolvedEndpoint;
  /** A subscription stands. */
  onConnected?(): void;
  /** The subscription could not be had or was lost; it is tried again in `retryInMs`. */
  onFailure?(error: OnvifError, retryInMs: number): void;
  timeoutMs?: number;
  random?: () => number;
}

const MESSAGES_AT_ONCE = 50;
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
  readonly #states: DeviceStates;
  readonly #backoff: Backoff<keyof typeof RETRIES>;
  #device: OnvifDevice | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(options: OnvifEventSourceOptions) {
    this.#options = options;
    this.#states = new DeviceStates(options);
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
    this.#states.close();
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
    let subscription: Subscription | undefined;
    try {
      await device.connect();
      if (!device.has('events')) throw new OnvifError('OnvifUnsupported', 'the device has no event service');
      subscription = await subscribe(device);
      this.#options.onConnected?.();
      await this.#pull(device, subscription);
    } finally {
      this.#states.forget();
      if (subscription) await this.#unsubscribe(device, subscription);
      device.close();
      this.#device = undefined;
    }
  }

  async #pull(device: OnvifDevice, subscription: Subscription): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopped) {
      const began = clock.monotonic();
      const pulled = await pull(device, subscription, MESSAGES_AT_ONCE);
      if (this.#stopped) return;
      this.#backoff.succeeded();
      this.#states.unreadable(pulled.malformed);
      // The device's clock may be anywhere; the distance of two of its times is what counts.
      const now = clock.utc();
      for (const notice of pulled.notices) this.#states.take(notice, atOnOurClock(notice.utc, pulled.currentTime, now));
      if (!(await this.#keep(device, subscription, pulled))) return;
      const tookMs = (clock.monotonic() - began) / MICROS_PER_MS;
      if (tookMs < PULL_PAUSE_MS) await this.#pause(PULL_PAUSE_MS - tookMs);
    }
  }

  /** Renews the subscription when it is due. False if it cannot be kept. */
  async #keep(device: OnvifDevice, subscription: Subscription, pulled: PullResult): Promise<boolean> {
    const { currentTime, terminationTime } = pulled;
    const leftMs =
      currentTime === undefined || terminationTime === undefined
        ? undefined
        : (terminationTime - currentTime) / MICROS_PER_MS;
    if (leftMs !== undefined && leftMs >= RENEW_BELOW_MS) return true;
    if (await renew(device, subscription)) return true;
    // Some devices know no Renew and prolong with every pull. Others let it end: then a new one is due before that.
    return leftMs === undefined || leftMs >= RESUBSCRIBE_BELOW_MS;
  }

  async #unsubscribe(device: OnvifDevice, subscription: Subscription): Promise<void> {
    try {
      await unsubscribe(device, subscription);
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
const atOnOurClock = (utc: UtcMicros | undefined, current: UtcMicros | undefined, now: UtcMicros): UtcMicros => {
  if (utc === undefined || current === undefined) return now;
  const age = current - utc;
  return age < 0 || age > MAX_AGE_MS * MICROS_PER_MS ? now : utcMicros(now - age);
};
