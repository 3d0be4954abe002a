/**
 * Keeps a camera connected until it is closed, with one connection at a time. Asks the camera what it offers, starts
 * the media pipeline, watches that units arrive, and reconnects when that ends, with growing delays.
 *
 * waiting ──governor──► describing ──► connecting ──first unit──► streaming ▲                      │              │
 * │ └──────backoff─────────┴──────────────┴──────────stall/end───────┘
 */
import { type RetryClass, retryClass } from '../../bridge/failure.js';
import type { DescribeResult, DescribeSpec, RtspFailure } from '../../bridge/rtsp/types.js';
import type { Bridge, EncodedUnit, EndReason, Ingest, StreamCaps } from '../../bridge/types.js';
import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { CameraMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { failureOfEnd } from './failure.js';
import type { ConnectionGovernor } from './governor.js';
import { CAMERA_RETRIES, STREAM_STABLE_MS } from './retry.js';

export type ConnectionState = 'waiting' | 'describing' | 'connecting' | 'streaming' | 'closed';

export interface ConnectionTimeouts {
  /** For the camera's answer to DESCRIBE. */
  describeMs: number;
  /** From the start of the media pipeline to the first access unit. */
  firstUnitMs: number;
  /** Longest time without a unit in a running stream. */
  stallMs: number;
}

export const DEFAULT_TIMEOUTS: ConnectionTimeouts = { describeMs: 8_000, firstUnitMs: 12_000, stallMs: 8_000 };

export interface ConnectionDeps {
  bridge: Pick<Bridge, 'ingest'>;
  describe(spec: DescribeSpec): Promise<DescribeResult>;
  governor: ConnectionGovernor;
  clock: Clock;
  log: Logger;
  timeouts: ConnectionTimeouts;
  metrics: Pick<CameraMetrics, 'connectAttempts'>;
}

export interface ConnectionHandlers {
  onEstablished(sdp: string): void;
  onCaps(caps: StreamCaps): void;
  onUnit(unit: EncodedUnit): void;
  /** The stream ended or could not be started. The next attempt is due in `retryInMs`. */
  onFailure(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void;
}

/** How an attempt ended. */
interface Outcome {
  failure: RtspFailure;
  wasStreaming: boolean;
  /** The bridge takes no other attempt for so long. */
  refusedForMs: number;
}

export class CameraConnection {
  readonly #address: CameraAddress;
  readonly #deps: ConnectionDeps;
  readonly #handlers: ConnectionHandlers;
  readonly #backoff: Backoff<RetryClass>;
  readonly #abort = new AbortController();
  #state: ConnectionState = 'waiting';
  #done: Promise<void> | undefined;
  #wake: (() => void) | null = null;

  constructor(address: CameraAddress, deps: ConnectionDeps, handlers: ConnectionHandlers) {
    this.#address = address;
    this.#deps = deps;
    this.#handlers = handlers;
    this.#backoff = new Backoff({ clock: deps.clock, ranges: CAMERA_RETRIES, stableMs: STREAM_STABLE_MS });
  }

  /** Begins to connect, and keeps doing so until `close`. */
  start(): void {
    if (this.#abort.signal.aborted) return;
    this.#done ??= this.#run().catch((error: unknown) => {
      this.#deps.log.error({ camera: this.#address.label }, `the connection loop failed: ${messageOf(error)}`);
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Resolves when the connection has ended completely. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#abort.abort();
    this.#wake?.();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      this.#state = 'waiting';
      const admitted = await this.#deps.governor.acquire(this.#abort.signal).then(
        () => true,
        () => false,
      );
      if (!admitted || this.#abort.signal.aborted) break;
      const outcome = await this.#attempt();
      if (this.#abort.signal.aborted) break;
      this.#state = 'waiting';
      const delayMs = Math.max(this.#backoff.failed(retryClass[outcome.failure.kind]), outcome.refusedForMs);
      this.#handlers.onFailure(outcome.failure, outcome.wasStreaming, delayMs);
      await this.#sleep(delayMs);
    }
    this.#state = 'closed';
  }

  async #attempt(): Promise<Outcome> {
    this.#state = 'describing';
    this.#deps.metrics.connectAttempts.add();
    const answer = await this.#deps.describe({
      ...this.#address.spec,
      timeoutMs: this.#deps.timeouts.describeMs,
      signal: this.#abort.signal,
    });
    if (!answer.ok) return { failure: answer.failure, wasStreaming: false, refusedForMs: 0 };
    this.#state = 'connecting';
    return this.#stream(answer);
  }

  /** Runs the media pipeline until it ends, stalls or is closed. */
  async #stream(answer: DescribeResult & { ok: true }): Promise<Outcome> {
    const { clock, timeouts } = this.#deps;
    let lastUnit = clock.monotonic();
    let streaming = false;
    let stalled = false;
    let ingest: Ingest | null = null;
    let cancelWatch: CancelTimer = () => {};
    const ended = new Promise<EndReason>((resolve) => {
      const watch = () => {
        const limit = streaming ? timeouts.stallMs : timeouts.firstUnitMs;
        const silentMs = (clock.monotonic() - lastUnit) / 1000;
        if (silentMs >= limit) {
          stalled = true;
          void ingest?.stop();
        } else cancelWatch = clock.after(Math.max(50, limit - silentMs), watch);
      };
      ingest = this.#deps.bridge.ingest(
        { ...this.#address.spec, url: answer.url, video: answer.video.codec, owner: this.#address.owner },
        {
          onCaps: (caps) => this.#handlers.onCaps(caps),
          onUnit: (unit) => {
            lastUnit = clock.monotonic();
            if (!streaming) {
              streaming = true;
              cancelWatch();
              cancelWatch = clock.after(timeouts.stallMs, watch);
              this.#state = 'streaming';
              this.#backoff.succeeded();
              this.#handlers.onEstablished(answer.sdp);
            }
            this.#handlers.onUnit(unit);
          },
          onEnd: resolve,
        },
      );
      this.#wake = () => void ingest?.stop();
      cancelWatch = clock.after(timeouts.firstUnitMs, watch);
      if (this.#abort.signal.aborted) void (ingest as Ingest | null)?.stop();
    });
    const reason = await ended;
    cancelWatch();
    this.#wake = null;
    const failure: RtspFailure = stalled
      ? {
          kind: 'network',
          code: 'stalled',
          message: streaming
            ? `no media for ${timeouts.stallMs / 1000} s although the connection stayed open`
            : `the camera accepted the session but sent no media within ${timeouts.firstUnitMs / 1000} s`,
        }
      : failureOfEnd(reason);
    const refusedForMs = (reason.kind === 'hostLost' && reason.retryInMs) || 0;
    return { failure, wasStreaming: streaming, refusedForMs };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#wake = null;
        resolve();
      };
      const cancel = this.#deps.clock.after(ms, finish);
      this.#wake = finish;
      if (this.#abort.signal.aborted) finish();
    });
  }
}
