import type { WebhookConfig } from '../config/webhook-settings.js';
import type { WebhookFigures } from '../metrics/metric-types.js';

/** A webhook of the configuration, with its name. Holds secrets: never log, publish or store it. */
export type WebhookSettings = WebhookConfig & { readonly name: string };

export type WebhookState =
  | 'idle' // every event that is for it has been taken
  | 'sending'
  | 'waiting' // between two attempts
  | 'gone'; // the server has answered 410: nothing is sent until the settings change or the engine starts anew

/** How a webhook is, with its figures. Nothing of it is secret. */
export interface WebhookStats extends WebhookFigures {
  state: WebhookState;
  /** When this state began, UTC ms. */
  since: number;
  /** Scheme, host and port. */
  target: string;
  /** When the next attempt is made, UTC ms; undefined if none is waited for. */
  retryAt: number | undefined;
}
