/**
 * Keeps a camera connected until it is closed, with one connection at a time. Starts an ingest, watches that the camera
 * describes itself and that units arrive, and reconnects when that ends, with growing delays.
 *
 *     waiting ──governor──► describing ──described──► connecting ──first unit──► streaming
 *        ▲                      │                         │                          │
 *        └───────backoff────────┴─────────────────────────┴────────stall/end─────────┘
 *
 * While the camera takes no connection, `waiting` knocks: that costs little, can be frequent, and leaves the governor to those
 * that are there.
 */
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type {
  Bridge,
  CameraDescription,
  EncodedUnit,
  EndReason,
  Ingest,
  MediaLoss,
  SoundFault,
  StreamCaps,
} from '../../bridge/types.js';
import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_MS, type MonotonicTime, millis } from '../core/time.js';
import type { CameraMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { failureOfEnd } from './failure.js';
import type { ConnectionGovernor } from './governor.js';
import { Manners } from './manners.js';
import { Patience, type PatienceSettings } from './patience.js';
import {
  CAMERA_RETRIES,
  type CameraRetry,
  EARNEST_EVERY_MS,
  KNOCK_MS,
  LEAST_PAUSE_MS,
  retryOf,
  STREAM_STABLE_MS,
} from './retry.js';
import type { ConnectionState } from './state.js';

export interface ConnectionDeps {
  bridge: Pick<Bridge, 'ingest' | 'reaches'>;
  governor: ConnectionGovernor;
  clock: Clock;
  log: Logger;
  patience: PatienceSettings;
  /** Who takes media out of its RTP packets. */
  path: 'gstreamer' | 'direct';
  metrics: Pick<CameraMetrics, 'connectAttempts'>;
}

export interface ConnectionHandlers {
  /** Asked at each attempt to connect, as is the next. */
  wantsSound(): boolean;
  wantsMetadata(): boolean;
  onDescribed(description: CameraDescription): void;
  onEstablished(sdp: string): void;
  onCaps(caps: StreamCaps): void;
  onUnit(unit: EncodedUnit): void;
  onLoss(loss: MediaLoss): void;
  /** A picture, or a part of one, could not be used. */
  onStray(): void;
  /** Something is wrong with the camera's sound. */
  onSoundFault(fault: SoundFault): void;
  /** A document of the metadata that tells of events. */
  onMetadata(document: Uint8Array): void;
  onMetadataRefused(message: string): void;
  /** The stream was ended here, to connect anew at once. */
  onInterrupted(): void;
  /** The stream ended or could not be started. The camera is tried again in `retryInMs`. */
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
  readonly #backoff: Backoff<CameraRetry>;
  readonly #patience: Patience;
  readonly #manners = new Manners();
  readonly #abort = new AbortController();
  #state: ConnectionState = 'waiting';
  /** The camera has taken no connection since then. */
  #awaySince: MonotonicTime | undefined;
  #done: Promise<void> | undefined;
  #wake: (() => void) | null = null;
  /** What the attempt that runs has asked for is not enough. */
  #renegotiates = false;
  #asked = { audio: false, metadata: false };
  /** Of the attempt that runs. */
  #ingest: Ingest | undefined;
  #inRounds = false;

  constructor(address: CameraAddress, deps: ConnectionDeps, handlers: ConnectionHandlers) {
    this.#address = address;
    this.#deps = deps;
    this.#handlers = handlers;
    this.#patience = new Patience(deps.patience);
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

  /** Other tracks are wanted than before: connects anew, if the camera has not been asked for them. */
  renegotiate(): void {
    const { audio, metadata } = this.#wanted();
    const isAsked = (!audio || this.#asked.audio) && (!metadata || this.#asked.metadata);
    if (this.#state === 'waiting' || this.#state === 'closed' || isAsked) return;
    this.#renegotiates = true;
    this.#wake?.();
  }

  /** Whether what the camera sends may wait for a tenth of a second. For the stream that runs. */
  readInRounds(yes: boolean): void {
    if (yes === this.#inRounds) return;
    this.#inRounds = yes;
    this.#ingest?.readInRounds(yes);
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
      if (this.#renegotiates) {
        this.#renegotiates = false;
        this.#handlers.onInterrupted();
        continue;
      }
      this.#patience.failed(outcome.failure);
      this.#manners.failed(outcome.failure);
      const delayMs = Math.max(this.#retryAfter(outcome.failure), outcome.refusedForMs);
      this.#handlers.onFailure(outcome.failure, outcome.wasStreaming, delayMs);
      await this.#sleep(delayMs);
      if (outcome.failure.unreached) await this.#knock(outcome.failure);
    }
    this.#state = 'closed';
  }

  #retryAfter(failure: RtspFailure): number {
    const now = this.#deps.clock.monotonic();
    this.#awaySince = failure.unreached ? (this.#awaySince ?? now) : undefined;
    return this.#backoff.failed(retryOf(failure, (now - (this.#awaySince ?? now)) / MICROS_PER_MS));
  }

  /** Resolves when the camera takes connections again, or is to be attempted all the same. */
  async #knock(failure: RtspFailure): Promise<void> {
    const { clock, bridge } = this.#deps;
    const { url } = this.#address.spec;
    const inEarnestAt = clock.monotonic() + millis(EARNEST_EVERY_MS);
    while (!this.#abort.signal.aborted && clock.monotonic() < inEarnestAt) {
      const knockedAt = clock.monotonic();
      if (await bridge.reaches(url, KNOCK_MS, this.#abort.signal)) return;
      const tookMs = (clock.monotonic() - knockedAt) / MICROS_PER_MS;
      await this.#sleep(Math.max(LEAST_PAUSE_MS, this.#retryAfter(failure) - tookMs));
    }
  }

  /** Runs an ingest until it ends, stalls or is closed. */
  async #attempt(): Promise<Outcome> {
    const { clock, bridge, metrics, patience, path } = this.#deps;
    const { connectMs, answerMs, firstMediaMs } = this.#patience.limits;
    const { unwelcome } = this.#manners;
    this.#state = 'describing';
    metrics.connectAttempts.add();
    const asked = this.#wanted();
    this.#asked = asked;
    let description: CameraDescription | undefined;
    let lastSign = clock.monotonic();
    let streaming = false;
    let stalled = false;
    let cancelWatch: CancelTimer = () => {};
    const limit = (): number => (streaming ? patience.stallMs : firstMediaMs);
    const watch = (): void => {
      cancelWatch();
      const leftMs = limit() - (clock.monotonic() - lastSign) / 1000;
      if (leftMs <= 0) {
        stalled = true;
        void this.#ingest?.stop();
      } else cancelWatch = clock.after(Math.max(50, leftMs), watch);
    };
    const ended = new Promise<EndReason>((resolve) => {
      this.#inRounds = false;
      this.#ingest = bridge.ingest(
        { ...this.#address.spec, connectMs, answerMs, path, ...asked, unwelcome, owner: this.#address.owner },
        {
          onDescribed: (described) => {
            description = described;
            lastSign = clock.monotonic();
            this.#state = 'connecting';
            this.#handlers.onDescribed(described);
            watch();
          },
          onCaps: (caps) => this.#handlers.onCaps(caps),
          onUnit: (unit) => {
            // Sound alone is no sign: a camera whose pictures have stopped has stalled.
            const isPicture = unit.track === 'video';
            if (isPicture) lastSign = clock.monotonic();
            if (isPicture && !streaming) {
              streaming = true;
              watch();
              this.#state = 'streaming';
              this.#backoff.succeeded();
              this.#patience.succeeded();
              this.#handlers.onEstablished(description?.sdp ?? '');
            }
            this.#handlers.onUnit(unit);
          },
          onLoss: (loss) => this.#handlers.onLoss(loss),
          onStray: () => this.#handlers.onStray(),
          onSoundFault: (fault) => this.#handlers.onSoundFault(fault),
          onMetadata: (document) => this.#handlers.onMetadata(document),
          onMetadataRefused: (message) => this.#handlers.onMetadataRefused(message),
          onEnd: resolve,
        },
      );
      this.#wake = () => void this.#ingest?.stop();
      if (this.#abort.signal.aborted) void this.#ingest.stop();
    });
    const reason = await ended;
    cancelWatch();
    this.#ingest = undefined;
    this.#wake = null;
    const failure = stalled ? stallFailure(this.#address.label, streaming, limit()) : failureOfEnd(reason);
    const refusedForMs = (reason.kind === 'hostLost' && reason.retryInMs) || 0;
    return { failure, wasStreaming: streaming, refusedForMs };
  }

  #wanted(): { audio: boolean; metadata: boolean } {
    return { audio: this.#handlers.wantsSound(), metadata: this.#handlers.wantsMetadata() };
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

const stallFailure = (label: string, streaming: boolean, limitMs: number): RtspFailure => {
  const failure = { kind: 'network', code: 'stalled' } as const;
  return streaming
    ? { ...failure, message: `${label} has sent no media for ${limitMs / 1000} s although the connection stayed open` }
    : {
        ...failure,
        message: `${label} took the session and sent no media within ${limitMs / 1000} s`,
        slowAt: 'media',
      };
};
