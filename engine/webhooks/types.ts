import type { WebhookConfig } from '../config/webhook-settings.js';

/** A webhook of the configuration, with its name. Holds secrets: never log, publish or store it. */
export type WebhookSettings = WebhookConfig & { readonly name: string };

export type WebhookState =
  | 'idle' // every event that is for it has been taken
  | 'sending'
  | 'waiting' // between two attempts
  | 'gone'; // the server has answered 410: nothing is sent until the settings change or the engine starts anew

/** Counts since the start. */
export interface WebhookStats {
  name: string;
  state: WebhookState;
  /** When this state began, UTC ms. */
  since: number;
  /** Scheme, host and port. */
  target: string;
  /** Why the last attempt failed; undefined after one that did not. Without credentials. */
  problem: string | undefined;
  /** When the next attempt is made, UTC ms; undefined if none is waited for. */
  retryAt: number | undefined;
  requests: number;
  /** Requests that were not answered with 2xx. */
  failures: number;
  /** Events that the server has taken. */
  delivered: number;
  /** Events that the server would never take. */
  dropped: number;
  /** Events that the log no longer held when their turn came. */
  lost: number;
  /** Seq up to which everything is settled. */
  cursor: number;
  /** Events in the log after it, whether or not they are for it. */
  lag: number;
}
