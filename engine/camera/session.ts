/**
 * A camera, however many pipelines use it: one connection, one ring of access units, one decoder. Every access unit
 * passes through `#unit` once; from there it is in the ring, and whoever listens is told.
 */

import { channel } from 'node:diagnostics_channel';
import { hasPicture } from '../../bridge/filters/nal.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { EncodedUnit, StreamCaps } from '../../bridge/types.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, seconds, type UtcMicros } from '../core/time.js';
import type { CameraMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { CameraConnection, type ConnectionDeps, type ConnectionState } from './connection.js';
import { DecodeScheduler, type DecodeSchedulerDeps } from './decode-scheduler.js';
import { GopRing } from './gop-ring.js';
import { MediaClock } from './media-clock.js';
import { SequenceSets } from './sequence-sets.js';
import type { AccessUnit } from './types.js';

/** Node's diagnostics channel `sluice:unit`: every access unit at the moment it enters the ring. For measurements. */
export interface UnitDiagnostics {
  /** The camera's address without credentials. */
  camera: string;
  /** What events about the unit's picture call its time. */
  utc: UtcMicros;
}

const unitChannel = channel('sluice:unit');

export interface SessionListener {
  /** A unit has entered the ring. */
  onUnit?(unit: AccessUnit): void;
  onEstablished?(sdp: string): void;
  onFailure?(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void;
  /** Something about time or data that a person who reads the footage should know. */
  onNotice?(notice: SessionNotice): void;
}

export type SessionNotice =
  | { kind: 'discontinuity'; reason: string; at: MediaTime }
  | { kind: 'wallClockStepped'; byMs: number }
  | { kind: 'ringTruncated'; bytes: number; keptMicros: Micros }
  /** Media comes, but nothing that decoding or a file could start with. Told once for each connection. */
  | { kind: 'noKeyframe'; micros: Micros };

/** A camera sends a keyframe when it is asked to play; one with a GOP longer than this cannot serve recording by event. */
const KEYFRAME_DUE: Micros = seconds(10);

export interface SessionDeps
  extends Omit<ConnectionDeps, 'bridge'>,
    Omit<DecodeSchedulerDeps, 'bridge' | 'clock' | 'log' | 'ring' | 'capsOf'> {
  bridge: ConnectionDeps['bridge'] & DecodeSchedulerDeps['bridge'];
  ringBytes: number;
  metrics: CameraMetrics;
}

export class CameraSession {
  readonly address: CameraAddress;
  readonly ring: GopRing;
  readonly decoding: DecodeScheduler;
  readonly #deps: SessionDeps;
  readonly #clock: MediaClock;
  readonly #listeners = new Set<SessionListener>();
  readonly #spans = new Map<object, Micros>();
  readonly #caps = new Map<number, StreamCaps>();
  readonly #sequenceSets = new SequenceSets();
  readonly #connection: CameraConnection;
  #epoch = 0;
  #awaitsKey = true;
  /** Since when units come that are of no use without a keyframe; null if that is not so. */
  #keylessSince: MediaTime | null = null;
  #keylessTold = false;
  #pendingCaps: StreamCaps | null = null;
  #truncating = false;
  #sdp: string | null = null;
  #sessions = 0;

  constructor(address: CameraAddress, deps: SessionDeps) {
    this.address = address;
    this.#deps = deps;
    this.ring = new GopRing({ spanMicros: 0, maxBytes: deps.ringBytes });
    this.#clock = new MediaClock(deps.clock);
    this.decoding = new DecodeScheduler({ ...deps, ring: this.ring, capsOf: (epoch) => this.#caps.get(epoch) });
    deps.metrics.ring = () => ({ bytes: this.ring.bytes, seconds: this.#ringSpan() / MICROS_PER_SECOND });
    this.#connection = new CameraConnection(address, deps, {
      onEstablished: (sdp) => {
        this.#sdp = sdp;
        deps.metrics.connected = true;
        if (this.#sessions++ > 0) deps.metrics.reconnects.add();
        this.#tell((listener) => listener.onEstablished?.(sdp));
      },
      onCaps: (caps) => {
        // Parsers repeat their caps; only a change, or a new connection, begins a new epoch.
        if (this.#awaitsKey || caps.text !== this.#caps.get(this.#epoch)?.text) this.#pendingCaps = caps;
      },
      onUnit: (unit) => this.#unit(unit),
      onFailure: (failure, wasStreaming, retryInMs) => {
        this.#sdp = null;
        this.#clock.connectionEnded();
        this.#awaitsKey = true;
        this.#keylessSince = null;
        this.#keylessTold = false;
        this.decoding.cameraLost();
        deps.metrics.connected = false;
        this.#tell((listener) => listener.onFailure?.(failure, wasStreaming, retryInMs));
      },
    });
  }

  /** Begins to connect. */
  start(): void {
    this.#connection.start();
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The description of the running stream, or null while there is none. */
  get sdp(): string | null {
    return this.#sdp;
  }

  /** The media time of this moment. */
  now(): MediaTime {
    return this.#deps.clock.monotonic();
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#clock.toUtc(at);
  }

  /** Keeps a step of the wall clock away from `toUtc` until the returned function is called. */
  holdUtc(): () => void {
    return this.#clock.holdUtc();
  }

  capsOf(epoch: number): StreamCaps | undefined {
    return this.#caps.get(epoch);
  }

  /** Listens, and keeps at least `spanMicros` of the past in the ring for as long as it does. */
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
    await this.decoding.close();
    this.#listeners.clear();
  }

  #setSpan(): void {
    this.ring.setSpan(Math.max(0, ...this.#spans.values()));
  }

  #unit(encoded: EncodedUnit): void {
    const { metrics, clock } = this.#deps;
    const arrival = clock.monotonic();
    metrics.units.add();
    metrics.bytes.add(encoded.payload.byteLength);
    if (this.#pendingCaps || this.#awaitsKey) {
      // Nothing before a keyframe can be decoded or muxed.
      if (!encoded.key) {
        metrics.dropped('beforeKeyframe').add();
        this.#noteKeyless(arrival);
        return;
      }
      this.#beginEpoch();
      this.#sequenceSets.forget();
    }
    const mediaType = this.#caps.get(this.#epoch)?.mediaType;
    if (mediaType && !hasPicture(encoded.payload, mediaType)) {
      metrics.dropped('noPicture').add();
      return;
    }
    if (encoded.key && mediaType && this.#sequenceSets.changedBy(encoded.payload, mediaType)) {
      this.#beginEpoch();
    }
    const mapped = this.#clock.map(encoded, arrival);
    if (mapped.discontinuity) {
      const reason = mapped.discontinuity;
      this.#tell((listener) => listener.onNotice?.({ kind: 'discontinuity', reason, at: mapped.pts }));
    }
    if (mapped.wallStepMs) {
      const byMs = mapped.wallStepMs;
      this.#tell((listener) => listener.onNotice?.({ kind: 'wallClockStepped', byMs }));
    }
    const unit = this.ring.push({
      pts: mapped.pts,
      cadence: mapped.cadence,
      duration: mapped.duration,
      key: encoded.key,
      payload: encoded.payload,
      epoch: this.#epoch,
      arrival,
    });
    if (unitChannel.hasSubscribers) {
      const told: UnitDiagnostics = { camera: this.address.label, utc: this.toUtc(unit.pts) };
      unitChannel.publish(told);
    }
    this.#deps.timings.unitLagSeconds.observe(Math.max(0, arrival - unit.pts) / MICROS_PER_SECOND);
    this.#noteTruncation();
    for (const listener of this.#listeners) listener.onUnit?.(unit);
    this.decoding.unit(unit);
  }

  #beginEpoch(): void {
    const caps = this.#pendingCaps ?? this.#caps.get(this.#epoch);
    this.#epoch++;
    this.#awaitsKey = false;
    this.#keylessSince = null;
    this.#pendingCaps = null;
    if (caps) this.#caps.set(this.#epoch, caps);
    const oldest = this.ring.oldest?.epoch ?? this.#epoch;
    for (const epoch of this.#caps.keys()) if (epoch < oldest) this.#caps.delete(epoch);
  }

  #noteKeyless(arrival: MediaTime): void {
    this.#keylessSince ??= arrival;
    const micros = arrival - this.#keylessSince;
    if (this.#keylessTold || micros < KEYFRAME_DUE) return;
    this.#keylessTold = true;
    this.#tell((listener) => listener.onNotice?.({ kind: 'noKeyframe', micros }));
  }

  #noteTruncation(): void {
    if (this.ring.truncated === this.#truncating) return;
    this.#truncating = this.ring.truncated;
    if (!this.#truncating) return;
    const keptMicros = this.#ringSpan();
    this.#tell((listener) => listener.onNotice?.({ kind: 'ringTruncated', bytes: this.ring.bytes, keptMicros }));
  }

  #ringSpan(): Micros {
    const { newest, oldest } = this.ring;
    return newest && oldest ? Math.max(0, newest.pts - oldest.pts) : 0;
  }

  #tell(what: (listener: SessionListener) => void): void {
    for (const listener of [...this.#listeners]) what(listener);
  }
}
