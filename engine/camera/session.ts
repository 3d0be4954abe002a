/**
 * A camera that any number of pipelines share: one connection, one ring of access units, one decoder. Every access unit
 * passes through `#unit` once, which puts it into the ring and notifies the listeners.
 */
import { channel } from 'node:diagnostics_channel';
import type { EncodedUnit, IsolationChange, StreamCaps, TrackKind } from '../../bridge/index.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import { RepeatedFaults } from '../core/guarded.js';
import {
  type MediaTime,
  MICROS_PER_SECOND,
  type Micros,
  type MonotonicTime,
  seconds,
  type UtcMicros,
} from '../core/time.js';
import type { CameraMetrics, EngineMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { CameraConnection, type ConnectionDeps, type ConnectionState } from './connection.js';
import { Epochs } from './epochs.js';
import { GopRing } from './gop-ring.js';
import { MediaClock } from './media-clock.js';
import { CameraPictures, type PicturesDeps } from './pictures/pictures.js';
import type { AccessUnit } from './types.js';

/**
 * Message on Node's diagnostics channel `sluice:unit`, sent for every access unit when it enters the ring. For
 * measurements.
 */
export interface UnitDiagnostics {
  /** The camera's address without credentials. */
  camera: string;
  /** The time that events about the unit's picture carry. */
  utc: UtcMicros;
}

const unitChannel = channel('sluice:unit');

export interface SessionListener {
  /** A unit has entered the ring. */
  onUnit?(unit: AccessUnit): void;
  onEstablished?(sdp: string): void;
  onFailure?(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void;
  /** Something about time or data that people who watch the footage should know. */
  onNotice?(notice: SessionNotice): void;
}

export type SessionNotice =
  | { kind: 'discontinuity'; reason: string; at: MediaTime }
  | { kind: 'wallClockStepped'; byMs: number }
  | { kind: 'ringTruncated'; bytes: number; keptMicros: Micros }
  /** Media arrives, but no keyframe that decoding or a file could start with. Sent once for each connection. */
  | { kind: 'noKeyframe'; micros: Micros }
  /** The camera's media kills the processes that handle it, so it has some of its own; or has them no longer. */
  | { kind: 'isolation'; change: IsolationChange };

/** Cameras send a keyframe when they begin to play. With a GOP longer than this, recording by event does not work. */
const KEYFRAME_DUE: Micros = seconds(10);

export interface SessionDeps extends Omit<ConnectionDeps, 'bridge'>, Pick<PicturesDeps, 'blindAfter'> {
  bridge: ConnectionDeps['bridge'] & PicturesDeps['bridge'];
  ringBytes: number;
  metrics: CameraMetrics;
  timings: Pick<EngineMetrics, 'decodeSeconds' | 'unitLagSeconds'>;
}

export class CameraSession {
  readonly address: CameraAddress;
  readonly ring: GopRing;
  readonly pictures: CameraPictures;
  readonly #deps: SessionDeps;
  readonly #clock: MediaClock;
  readonly #epochs: Epochs;
  readonly #listeners = new Set<SessionListener>();
  readonly #spans = new Map<object, Micros>();
  readonly #connection: CameraConnection;
  /** When the first of the units arrived that are useless without a keyframe; null if there are none. */
  #keylessSince: MonotonicTime | null = null;
  #keylessTold = false;
  #truncating = false;
  #sdp: string | null = null;
  #connections = 0;
  readonly #faults: RepeatedFaults;

  constructor(address: CameraAddress, deps: SessionDeps) {
    this.address = address;
    this.#deps = deps;
    this.#faults = new RepeatedFaults(deps.clock, (error, count) =>
      deps.log.error({ camera: address.label, err: error, count }, 'what listens to a camera failed'),
    );
    this.ring = new GopRing({ spanMicros: 0, maxBytes: deps.ringBytes });
    this.#clock = new MediaClock(deps.clock);
    this.#epochs = new Epochs(this.ring);
    this.pictures = new CameraPictures({
      ...deps,
      ring: this.ring,
      owner: address.owner,
      capsOf: (epoch) => this.capsOf(epoch, 'video'),
    });
    this.#connection = new CameraConnection(address, deps, {
      onEstablished: (sdp) => this.#established(sdp),
      onCaps: (caps) => this.#epochs.caps(caps),
      onUnit: (unit) => this.#unit(unit),
      onFailure: (failure, wasStreaming, retryInMs) => this.#failed(failure, wasStreaming, retryInMs),
    });
  }

  /** Connects, and reconnects whenever the connection ends, until `close`. */
  start(): void {
    this.#connection.start();
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The SDP of the running stream, or null while there is none. */
  get sdp(): string | null {
    return this.#sdp;
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#clock.toUtc(at);
  }

  /** Until the returned function is called, `toUtc` ignores steps of the wall clock. */
  holdUtc(): () => void {
    return this.#clock.holdUtc();
  }

  capsOf(epoch: number, track: TrackKind): StreamCaps | undefined {
    return this.#epochs.capsOf(epoch, track);
  }

  /** Length of the media in the ring, in µs. */
  get ringSpan(): Micros {
    const { newest, oldest } = this.ring;
    return newest && oldest ? Math.max(0, newest.pts - oldest.pts) : 0;
  }

  /** Adds a listener, for which the ring keeps at least `spanMicros` of the past. The returned function removes it. */
  attach(listener: SessionListener, spanMicros: Micros): () => void {
    this.#listeners.add(listener);
    this.#spans.set(listener, spanMicros);
    this.#setSpan();
    return () => {
      this.#listeners.delete(listener);
      this.#spans.delete(listener);
      this.#setSpan();
    };
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.pictures.close();
    this.#listeners.clear();
  }

  isolation(change: IsolationChange): void {
    this.#notice({ kind: 'isolation', change });
  }

  #setSpan(): void {
    this.ring.setSpan(Math.max(0, ...this.#spans.values()));
  }

  #established(sdp: string): void {
    this.#sdp = sdp;
    if (this.#connections++ > 0) this.#deps.metrics.reconnects.add();
    this.#tell((listener) => listener.onEstablished?.(sdp));
  }

  #failed(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void {
    this.#sdp = null;
    this.#clock.connectionEnded();
    this.#epochs.connectionEnded();
    this.#keylessSince = null;
    this.#keylessTold = false;
    this.pictures.cameraLost();
    this.#tell((listener) => listener.onFailure?.(failure, wasStreaming, retryInMs));
  }

  #unit(encoded: EncodedUnit): void {
    const { metrics, clock, timings } = this.#deps;
    const arrival = clock.monotonic();
    metrics.units.add();
    metrics.bytes.add(encoded.payload.byteLength);
    const admission = this.#epochs.admit(encoded);
    if (admission !== 'admitted') {
      metrics.dropped(admission).add();
      if (admission === 'beforeKeyframe') this.#noteKeyless(arrival);
      return;
    }
    this.#keylessSince = null;
    const mapped = this.#clock.map(encoded, arrival);
    if (mapped.discontinuity) this.#notice({ kind: 'discontinuity', reason: mapped.discontinuity, at: mapped.pts });
    if (mapped.wallStepMs) this.#notice({ kind: 'wallClockStepped', byMs: mapped.wallStepMs });
    const unit = this.ring.push({
      track: encoded.track,
      pts: mapped.pts,
      cadence: mapped.cadence,
      duration: mapped.duration,
      key: encoded.key,
      payload: encoded.payload,
      epoch: this.#epochs.current,
      arrival,
    });
    if (unitChannel.hasSubscribers) {
      const told: UnitDiagnostics = { camera: this.address.label, utc: this.toUtc(unit.pts) };
      unitChannel.publish(told);
    }
    timings.unitLagSeconds.observe(Math.max(0, arrival - unit.pts) / MICROS_PER_SECOND);
    this.#noteTruncation();
    for (const listener of this.#listeners) this.#call(() => listener.onUnit?.(unit));
    if (unit.track === 'video') this.#call(() => this.pictures.unit(unit));
  }

  #noteKeyless(arrival: MonotonicTime): void {
    this.#keylessSince ??= arrival;
    const micros = arrival - this.#keylessSince;
    if (this.#keylessTold || micros < KEYFRAME_DUE) return;
    this.#keylessTold = true;
    this.#notice({ kind: 'noKeyframe', micros });
  }

  #noteTruncation(): void {
    if (this.ring.truncated === this.#truncating) return;
    this.#truncating = this.ring.truncated;
    if (this.#truncating) this.#notice({ kind: 'ringTruncated', bytes: this.ring.bytes, keptMicros: this.ringSpan });
  }

  #notice(notice: SessionNotice): void {
    this.#tell((listener) => listener.onNotice?.(notice));
  }

  #tell(what: (listener: SessionListener) => void): void {
    for (const listener of [...this.#listeners]) this.#call(() => what(listener));
  }

  /** A listener that fails keeps nothing from the others. */
  #call(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#faults.add(error);
    }
  }
}
