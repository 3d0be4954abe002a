import type { CancelTimer, Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import type { OnvifNotice } from './notification.js';
import { topicMatcher } from './topics.js';

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

export interface DeviceStatesOptions {
  /** Topics, or what they lie below. Empty: motion and digital inputs. */
  topics: readonly string[];
  clock: Clock;
  log: Logger;
  /** Motion, or an input that is on: what a gate takes. */
  onSignal(signal: OnvifSignal): void;
  /** Every change of what is known of a source. `unknown` as soon as the device cannot be asked. */
  onState(change: OnvifStateChange): void;
  /** How often a state that holds is signalled again. Shorter than any gate's minimum. */
  heldEveryMs?: number;
}

interface Known {
  topic: string;
  source: string;
  state: OnvifState;
}

/** More sources than any device has; one that invents more is not followed. */
const MAX_SOURCES = 256;

/** What is known of the sources of one device, from what it tells of them. */
export class DeviceStates {
  readonly #options: DeviceStatesOptions;
  readonly #wants: (topic: string) => boolean;
  readonly #known = new Map<string, Known>();
  #heldTimer: CancelTimer | undefined;
  #closed = false;

  constructor(options: DeviceStatesOptions) {
    this.#options = options;
    this.#wants = topicMatcher(options.topics);
  }

  /** Nothing is told any more. */
  close(): void {
    this.#closed = true;
    this.#heldTimer?.();
  }

  take(notice: OnvifNotice, at: UtcMicros): void {
    if (!this.#wants(notice.topic)) return;
    const { topic, source, operation, state } = notice;
    if (source === '' && state === undefined) {
      this.#unsure(topic, at);
      return;
    }
    const key = `${topic}\n${source}`;
    const before = this.#known.get(key)?.state ?? 'unknown';
    if (operation === 'Deleted') {
      if (before !== 'unknown') this.#options.onState({ at, topic, source, state: 'unknown' });
      this.#known.delete(key);
      return;
    }
    const now: OnvifState = state === undefined ? 'unknown' : state ? 'true' : 'false';
    if (state === undefined) this.unreadable(1);
    if (!this.#known.has(key) && this.#known.size >= MAX_SOURCES) {
      this.#options.log.warn({ topic, source }, 'an ONVIF device has too many event sources; this one is not followed');
      return;
    }
    this.#known.set(key, { topic, source, state: now });
    if (now !== before) this.#options.onState({ at, topic, source, state: now });
    if (now === 'true') this.#options.onSignal({ at, topic, source, held: before === 'true' });
    this.#watchHeld();
  }

  /** Something happened to a topic, and the device does not tell what nor where. */
  #unsure(topic: string, at: UtcMicros): void {
    this.unreadable(1);
    for (const known of this.#known.values()) {
      if (known.topic !== topic || known.state === 'unknown') continue;
      known.state = 'unknown';
      this.#options.onState({ at, topic, source: known.source, state: 'unknown' });
    }
    this.#watchHeld();
  }

  /** So many notifications could not be read. */
  unreadable(notifications: number): void {
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
      if (this.#closed) return;
      const at = clock.utc();
      for (const { topic, source, state } of this.#known.values()) {
        if (state === 'true') this.#options.onSignal({ at, topic, source, held: true });
      }
      this.#watchHeld();
    });
  }

  /** Nothing is known of a device that cannot be asked. */
  forget(): void {
    this.#heldTimer?.();
    this.#heldTimer = undefined;
    const at = this.#options.clock.utc();
    for (const { topic, source, state } of this.#known.values()) {
      if (state !== 'unknown' && !this.#closed) this.#options.onState({ at, topic, source, state: 'unknown' });
    }
    this.#known.clear();
  }
}
