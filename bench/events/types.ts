/** What the processes of this suite say to each other. */

export interface Load {
  subscribers: number;
  eventsPerSecond: number;
  seconds: number;
}

export type ServerKind = 'sluice' | 'bare';

export type ToServer = { kind: 'load'; load: Load } | { kind: 'flood'; events: number } | { kind: 'stop' };

export type FromServer =
  | { kind: 'listening'; url: string }
  /** CPU time of the server from the first event until `settled`, in µs. */
  | { kind: 'published'; events: number; cpuMicros: number; rssBytes: number };

export type ToClients =
  | { kind: 'connect'; url: string; subscribers: number }
  /** Forget what was counted so far. */
  | { kind: 'reset' }
  /** Report as soon as every subscriber has so many events, or after the timeout. */
  | { kind: 'await'; events: number; timeoutMs: number };

export type FromClients = { kind: 'connected' } | { kind: 'forgotten' } | ({ kind: 'received' } & Received);

export interface Received {
  /** Events that all subscribers have got, in all. */
  events: number;
  /** Numbers that a subscriber has not got although a later one came, or that never came. */
  lost: number;
  /** Numbers that came twice or in the wrong order. */
  wrong: number;
  /** From publishing to arrival, in ms. */
  p50: number;
  p99: number;
  max: number;
  /** From the reset to the last event. */
  elapsedMs: number;
}
