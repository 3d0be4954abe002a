/**
 * Decides what of a camera's stream is decoded, for as long as somebody looks at pictures, and says so when nobody can:
 *
 *   ring ──units the policy wants──► decoder ──planes──► one motion slab per watcher ──verdicts──► watcher
 *
 * A decoder starts at the newest keyframe in the ring and catches up, so a watcher that joins between keyframes waits for
 * none. A decoder that falls behind is not fed until the next keyframe; every unit left out is counted by cause. When no
 * verdict comes for longer than the camera's pictures explain, the watcher is told that it is blind: it then records.
 */
import type { Bridge, Decode, EndReason, Picture, StreamCaps } from '../../bridge/types.js';
import type { MotionCamera, MotionPool, MotionSettings, Verdict } from '../../wasm/types.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, seconds } from '../core/time.js';
import type { CameraMetrics, EngineMetrics } from '../metrics/metrics.js';
import { type DecodePolicy, strongestPolicy } from './decode-policy.js';
import type { GopRing } from './gop-ring.js';
import type { AccessUnit } from './types.js';

/** Somebody who wants verdicts on a camera's pictures. */
export interface Watcher {
  policy: DecodePolicy;
  settings: MotionSettings;
  onVerdict(verdict: Verdict): void;
  /** The pictures cannot be judged. Called once when it begins, and with null when it is over. */
  onBlind(cause: string | null): void;
}

export interface DecodeSchedulerDeps {
  bridge: Pick<Bridge, 'decode'>;
  pool: Pick<MotionPool, 'attach'>;
  clock: Clock;
  log: Logger;
  ring: GopRing;
  capsOf(epoch: number): StreamCaps | undefined;
  /** Width in pixels of the pictures that are judged. */
  detectWidth: number;
  /** µs without a verdict, beyond what the policy explains, after which the watchers are blind. */
  blindAfter: Micros;
  metrics: CameraMetrics;
  timings: Pick<EngineMetrics, 'decodeSeconds' | 'detectSeconds' | 'unitLagSeconds'>;
}

interface Seat {
  watcher: Watcher;
  camera: MotionCamera;
  /** Monotonic time of the last verdict, or of the moment from which one is due. */
  judged: MediaTime;
  blind: boolean;
}

const CHECK_MS = 1_000;
const FED_KEPT = 128;
const RESTART_MS = [250, 1_000, 4_000];
/** A stream counts as flowing if a unit came this recently; a camera that is away is not the detector's failure. */
const FLOWING = seconds(3);
/** Most that the distance of keyframes may add to the patience with a detector that is fed only those. */
const LONGEST_EXPECTED = seconds(8);

export class DecodeScheduler {
  readonly #deps: DecodeSchedulerDeps;
  readonly #seats = new Set<Seat>();
  #policy: DecodePolicy | undefined;
  #decode: Decode | null = null;
  /** Epoch that the running decoder was started for. */
  #epoch = -1;
  /** Index of the next unit to look at. */
  #next = 0;
  #skipping = false;
  /** When the units were fed whose pictures are still to come, by presentation time. */
  readonly #fed = new Map<number, MediaTime>();
  #restarts = 0;
  /** The last decoder ended by itself, and no picture has come since. */
  #lost = false;
  #lastUnit: MediaTime;
  #longestGop: Micros = 0;
  #lastKey: MediaTime | null = null;
  #cancelCheck: CancelTimer = () => {};
  #cancelRestart: CancelTimer | null = null;
  #lastTrouble = 'no picture came out of the decoder';

  constructor(deps: DecodeSchedulerDeps) {
    this.#deps = deps;
    this.#lastUnit = deps.clock.monotonic();
  }

  get policy(): DecodePolicy | undefined {
    return this.#policy;
  }

  /** @returns the way to stop watching; it resolves when no further verdict can come. */
  watch(watcher: Watcher): () => Promise<void> {
    const seat: Seat = {
      watcher,
      judged: this.#deps.clock.monotonic(),
      blind: false,
      camera: this.#deps.pool.attach(watcher.settings, {
        onVerdict: (verdict) => this.#verdict(seat, verdict),
        onError: (error) => {
          this.#lastTrouble = `the detector failed: ${error.message}`;
          this.#deps.metrics.dropped('detectorError').add();
        },
      }),
    };
    this.#seats.add(seat);
    if (this.#seats.size === 1) this.#cancelCheck = this.#deps.clock.after(CHECK_MS, () => this.#check());
    this.#choosePolicy();
    return async () => {
      if (!this.#seats.delete(seat)) return;
      if (this.#seats.size === 0) this.#cancelCheck();
      this.#choosePolicy();
      await seat.camera.close();
    };
  }

  /** A unit has entered the ring. */
  unit(unit: AccessUnit): void {
    this.#lastUnit = unit.arrival;
    if (unit.key) {
      if (this.#lastKey !== null) this.#longestGop = Math.max(this.#longestGop * 0.9, unit.pts - this.#lastKey);
      this.#lastKey = unit.pts;
    }
    if (this.#seats.size === 0 || this.#cancelRestart) return;
    if (!this.#decode || unit.epoch !== this.#epoch) this.#start();
    else this.#feedFrom(this.#next);
  }

  cameraLost(): void {
    this.#stopDecoder();
    this.#lost = false;
    this.#lastKey = null;
  }

  async close(): Promise<void> {
    this.#cancelCheck();
    this.#cancelRestart?.();
    this.#cancelRestart = null;
    const seats = [...this.#seats];
    this.#seats.clear();
    this.#stopDecoder();
    await Promise.all(seats.map((seat) => seat.camera.close()));
  }

  #choosePolicy(): void {
    const before = this.#policy;
    this.#policy = strongestPolicy([...this.#seats].map((seat) => seat.watcher.policy));
    if (this.#policy?.name === before?.name) return;
    this.#stopDecoder();
    if (this.#policy && this.#deps.ring.newest) this.#start();
  }

  /** Starts a decoder at the newest keyframe that is in the ring, if its units still flow. */
  #start(): void {
    this.#stopDecoder();
    const { ring, bridge, clock, capsOf, detectWidth } = this.#deps;
    const policy = this.#policy;
    const key = ring.lastKeyframe();
    if (!policy || !key) return;
    const caps = capsOf(key.epoch);
    if (!caps) return;
    this.#epoch = key.epoch;
    this.#skipping = false;
    const now = clock.monotonic();
    // A decoder that takes the place of a lost one does not make up for the time without verdicts.
    if (!this.#lost) for (const seat of this.#seats) if (!seat.blind) seat.judged = now;
    const decode: Decode = bridge.decode(
      { caps, pictures: [{ width: detectWidth, format: 'i420' }], maxFps: policy.maxFps },
      {
        onPicture: (plane) => {
          this.#restarts = 0;
          this.#lost = false;
          this.#plane(plane);
        },
        onEnd: (reason) => {
          if (this.#decode === decode) this.#decoderEnded(reason);
        },
      },
    );
    this.#decode = decode;
    this.#feedFrom(key.index);
  }

  #feedFrom(index: number): void {
    const { ring, metrics, clock } = this.#deps;
    const decode = this.#decode;
    const policy = this.#policy;
    if (!decode || !policy) return;
    for (let at = Math.max(index, ring.firstIndex); at < ring.nextIndex; at++) {
      const unit = ring.at(at);
      this.#next = at + 1;
      if (!unit || unit.epoch !== this.#epoch || !policy.wants(unit)) continue;
      if (this.#skipping && !unit.key) {
        metrics.dropped('decoderBehind').add();
        continue;
      }
      this.#skipping = !decode.feed(unit);
      if (this.#skipping) {
        this.#lastTrouble = 'the decoder cannot keep up with the stream';
        metrics.dropped('decoderBehind').add();
      } else this.#fed.set(unit.pts, clock.monotonic());
    }
  }

  #plane(plane: Picture): void {
    const { metrics, clock, timings } = this.#deps;
    metrics.decoded.add();
    const fed = this.#fed.get(plane.pts);
    if (fed !== undefined) timings.decodeSeconds.observe((clock.monotonic() - fed) / MICROS_PER_SECOND);
    // Pictures come out in order: what was fed for an earlier one was thinned out or lost.
    for (const pts of this.#fed.keys()) if (pts <= plane.pts || this.#fed.size > FED_KEPT) this.#fed.delete(pts);
    for (const seat of this.#seats) this.#submit(seat, plane);
  }

  #submit(seat: Seat, plane: Picture): void {
    const { metrics } = this.#deps;
    try {
      if (seat.camera.submit(plane) !== 'replaced') return;
      this.#lastTrouble = 'the detector cannot keep up with the pictures';
      metrics.dropped('detectorBusy').add();
    } catch (error) {
      // A camera may claim any size for its pictures, an absurd one too.
      this.#lastTrouble = `the detector cannot take the pictures: ${messageOf(error)}`;
      metrics.dropped('detectorError').add();
    }
  }

  #verdict(seat: Seat, verdict: Verdict): void {
    if (!this.#seats.has(seat)) return;
    const now = this.#deps.clock.monotonic();
    seat.judged = now;
    this.#deps.metrics.judged.add();
    this.#deps.timings.detectSeconds.observe(verdict.latencyMicros / MICROS_PER_SECOND);
    if (seat.blind) {
      seat.blind = false;
      seat.watcher.onBlind(null);
    }
    seat.watcher.onVerdict(verdict);
  }

  #decoderEnded(reason: EndReason): void {
    this.#decode = null;
    if (reason.kind === 'stopped') return;
    this.#lost = true;
    this.#lastTrouble = `the decoder ended: ${reason.kind === 'eos' ? 'end of stream' : reason.message}`;
    this.#deps.log.warn(this.#lastTrouble);
    this.#deps.metrics.dropped('decoderLost').add();
    const delay = RESTART_MS[Math.min(this.#restarts++, RESTART_MS.length - 1)] ?? 0;
    this.#cancelRestart?.();
    this.#cancelRestart = this.#deps.clock.after(delay, () => {
      this.#cancelRestart = null;
      if (this.#seats.size > 0 && this.#deps.clock.monotonic() - this.#lastUnit < FLOWING) this.#start();
    });
  }

  #stopDecoder(): void {
    const decode = this.#decode;
    this.#decode = null;
    this.#epoch = -1;
    this.#fed.clear();
    if (decode) void decode.stop();
  }

  #check(): void {
    const now = this.#deps.clock.monotonic();
    const flowing = now - this.#lastUnit < FLOWING;
    // Keyframes alone come once a GOP; a GOP of many seconds leaves the watcher blind, and that is said.
    const expected = this.#policy?.name === 'keyframes' ? Math.min(2 * this.#longestGop, LONGEST_EXPECTED) : 0;
    const patience = this.#deps.blindAfter + expected;
    for (const seat of this.#seats) {
      if (!flowing) {
        // The camera is away, which the session reports; the detector gets a fresh start when it is back.
        if (!seat.blind) seat.judged = now;
      } else if (!seat.blind && now - seat.judged > patience) {
        seat.blind = true;
        seat.watcher.onBlind(this.#lastTrouble);
      }
    }
    if (this.#seats.size > 0) this.#cancelCheck = this.#deps.clock.after(CHECK_MS, () => this.#check());
  }
}
