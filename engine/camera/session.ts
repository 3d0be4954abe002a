/**
 * A camera that any number of pipelines share: one connection, one ring of access units, one decoder. Every access unit
 * passes through `#unit` once, which puts it into the ring and notifies the listeners.
 */
import type { CameraDescription, EncodedUnit, StreamCaps } from '../../bridge/index.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { Clock } from '../core/clock.js';
import { RepeatedFaults } from '../core/guarded.js';
import { DEFAULT_PRIORITY, type Priority } from '../core/priority.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, type UtcMicros } from '../core/time.js';
import type { CameraMetrics, EngineMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { CameraConnection, type ConnectionDeps } from './connection.js';
import { Epochs } from './epochs.js';
import { GopRing } from './gop-ring.js';
import { KeptPast } from './kept-past.js';
import { KeyframeWatch } from './keyframe-watch.js';
import { LossReports } from './loss-reports.js';
import { MediaClock } from './media-clock.js';
import { CameraMetadata } from './metadata.js';
import { CameraPictures } from './pictures/pictures.js';
import type { PicturesDeps } from './pictures/types.js';
import type { SessionListener, SessionNotice } from './session-listener.js';
import { SessionListeners } from './session-listeners.js';
import { Sound, type SoundFormat } from './sound.js';
import { SoundEncoder, type SoundEncoderDeps } from './sound-encoder.js';
import type { CameraTrouble, ConnectionState } from './state.js';
import { unitAt } from './unit-at.js';
import { tellUnit, unitsAreWatched } from './unit-diagnostics.js';

export interface SessionDeps extends Omit<ConnectionDeps, 'bridge'>, Pick<PicturesDeps, 'blindAfter' | 'firstLooks'> {
  bridge: ConnectionDeps['bridge'] & PicturesDeps['bridge'] & SoundEncoderDeps['bridge'];
  ringBytes: number;
  metrics: CameraMetrics;
  timings: Pick<EngineMetrics, 'decodeSeconds' | 'unitLagSeconds'>;
}
export class CameraSession {
  readonly address: CameraAddress;
  readonly ring: GopRing;
  readonly pictures: CameraPictures;
  readonly metadata: CameraMetadata;
  /** When not all can be decoded as asked. That of whoever wants most of it. */
  priority: Priority = DEFAULT_PRIORITY;
  readonly #deps: SessionDeps;
  readonly #faults: RepeatedFaults;
  /** Of the dependencies, what each unit needs. */
  readonly #time: Clock;
  readonly #metrics: CameraMetrics;
  readonly #unitLag: EngineMetrics['unitLagSeconds'];
  readonly #clock: MediaClock;
  readonly #epochs: Epochs;
  readonly #losses: LossReports;
  readonly #sound = new Sound();
  readonly #soundEncoder: SoundEncoder;
  #soundWanted = 0;
  readonly #listeners: SessionListeners;
  readonly #past: KeptPast;
  readonly #connection: CameraConnection;
  readonly #keyframes = new KeyframeWatch();
  #truncating = false;
  #sdp: string | null = null;
  #trouble: CameraTrouble | undefined;
  #connections = 0;

  constructor(address: CameraAddress, deps: SessionDeps) {
    this.address = address;
    this.#deps = deps;
    this.#time = deps.clock;
    this.#metrics = deps.metrics;
    this.#unitLag = deps.timings.unitLagSeconds;
    this.#faults = new RepeatedFaults(deps.clock, (error, count) =>
      deps.log.error({ camera: address.label, err: error, count }, 'what listens to a camera failed'),
    );
    this.#listeners = new SessionListeners(this.#faults);
    this.ring = new GopRing({ spanMicros: 0, maxBytes: deps.ringBytes });
    this.#past = new KeptPast(this.ring);
    this.#clock = new MediaClock(deps.clock);
    this.#losses = new LossReports(deps.clock, (loss) => this.#notice({ kind: 'loss', loss }));
    this.#epochs = new Epochs(this.ring);
    this.pictures = new CameraPictures({
      ...deps,
      ring: this.ring,
      owner: address.owner,
      priority: () => this.priority,
      capsOf: (epoch) => this.capsOf(epoch),
      onLate: (most) => this.#past.late(most),
    });
    this.#soundEncoder = new SoundEncoder(
      { bridge: deps.bridge, clock: deps.clock, owner: address.owner, span: () => this.ringSpan },
      {
        onCaps: (caps) => this.#sound.caps(caps),
        onPresent: (pts) => this.#sound.present(this.#placeOf(pts)?.pts),
        onUnit: (unit) => this.#heard(unit),
        onLost: (count, micros, why) => this.#notice({ kind: 'soundLost', count, micros, why }),
        onGivenUp: (message) => {
          this.#sound.ended();
          this.#noSound(message);
        },
      },
    );
    this.metadata = new CameraMetadata(
      () => this.#connection.renegotiate(),
      (what) => this.#listeners.call(what),
    );
    this.#connection = new CameraConnection(address, deps, {
      onEstablished: (sdp) => this.#established(sdp),
      wantsSound: () => this.#soundWanted > 0,
      wantsMetadata: () => this.metadata.wanted,
      onDescribed: (description) => this.#described(description),
      onCaps: (caps) => {
        if (caps.track !== 'audio') this.#epochs.caps(caps);
        else if (this.#soundEncoder.caps(caps)) this.#sound.offered();
      },
      onSoundFault: (fault) => this.#notice({ kind: 'sound', fault }),
      onMetadata: (document) => this.metadata.document(document),
      onMetadataRefused: (message) => this.metadata.refused(message),
      onInterrupted: () => this.#interrupted(),
      onUnit: (unit) => this.#unit(unit),
      onLoss: (loss) => this.#losses.add(loss),
      onStray: () => deps.metrics.dropped('noPicture').add(),
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

  /** No pictures come that could be used. */
  get isAway(): boolean {
    return !this.#epochs.running;
  }

  /** The SDP of the running stream, or null while there is none. */
  get sdp(): string | null {
    return this.#sdp;
  }

  /** Why there is no stream, if the camera has been tried without success. */
  get trouble(): CameraTrouble | undefined {
    return this.#trouble;
  }

  toUtc(at: MediaTime): UtcMicros {
    return this.#clock.toUtc(at);
  }

  /** Until the returned function is called, `toUtc` ignores steps of the wall clock. */
  holdUtc(): () => void {
    return this.#clock.holdUtc();
  }

  /** The format of the video of an epoch. */
  capsOf(epoch: number): StreamCaps | undefined {
    return this.#epochs.capsOf(epoch);
  }

  /** The format of the sound, if there is any at present. */
  get sound(): SoundFormat | undefined {
    const { newest } = this.ring;
    return newest && this.#sound.at(newest.pts);
  }

  /** Until the returned function is called, the camera is asked for its sound as well. */
  wantSound(): () => void {
    if (++this.#soundWanted === 1) this.#connection.renegotiate();
    let wanted = true;
    return () => {
      // It goes on until the camera connects again: ending it would interrupt the video.
      if (wanted) this.#soundWanted--;
      wanted = false;
    };
  }

  /** Until the returned function is called, sound is in the ring in a form that files can hold, also what is past. */
  recordSound(): () => void {
    return this.#soundEncoder.want();
  }

  /** Length of the media in the ring, in µs. */
  get ringSpan(): Micros {
    const { newest, oldest } = this.ring;
    return newest && oldest ? Math.max(0, newest.pts - oldest.pts) : 0;
  }

  /** Adds a listener, for which the ring keeps at least `spanMicros` of the past. The returned function removes it. */
  attach(listener: SessionListener, spanMicros: Micros): () => void {
    this.#listeners.add(listener);
    this.keepPast(listener, spanMicros);
    return () => {
      this.#listeners.delete(listener);
      this.keepPast(listener, undefined);
    };
  }

  /** The ring keeps at least this much of the past for `holder`, from now on; undefined: no more. */
  keepPast(holder: object, spanMicros: Micros | undefined): void {
    this.#past.keep(holder, spanMicros);
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#soundEncoder.connectionEnded();
    this.#losses.close();
    this.pictures.close();
    this.#listeners.tell((listener) => listener.onClosed?.());
    this.#listeners.clear();
  }

  /** Tells whoever listens of what the bridge has said of this camera. */
  notice(notice: SessionNotice): void {
    this.#notice(notice);
  }

  #established(sdp: string): void {
    this.#sdp = sdp;
    this.#trouble = undefined;
    if (this.#connections++ > 0) this.#deps.metrics.reconnects.add();
    this.#listeners.tell((listener) => listener.onEstablished?.(sdp));
  }

  #described({ unknownAudio, metadata }: CameraDescription): void {
    this.metadata.described(metadata);
    if (this.#soundWanted === 0 || unknownAudio.length === 0) return;
    this.#noSound(`the camera's sound cannot be taken: ${unknownAudio.join(', ')}`);
  }

  #noSound(message: string): void {
    this.#notice({ kind: 'sound', fault: { code: 'noSound', message } });
  }

  #failed(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void {
    this.#interrupted();
    const { code, message } = failure;
    this.#trouble = { code, message, since: this.#trouble?.since ?? this.#deps.clock.utc() };
    this.#listeners.tell((listener) => listener.onFailure?.(failure, wasStreaming, retryInMs));
  }

  /** The connection has ended, and with it what was known of the stream. */
  #interrupted(): void {
    this.#sdp = null;
    this.#clock.connectionEnded();
    this.#epochs.connectionEnded();
    this.#soundEncoder.connectionEnded();
    this.#sound.ended();
    this.metadata.connectionEnded();
    this.#keyframes.connectionEnded();
    this.pictures.cameraLost();
  }

  #unit(encoded: EncodedUnit): void {
    const arrival = this.#time.monotonic();
    this.#metrics.units.add();
    this.#metrics.bytes.add(encoded.payload.byteLength);
    if (encoded.track !== 'video') {
      this.#soundEncoder.unit(encoded);
      return;
    }
    const admission = this.#epochs.admit(encoded);
    if (admission !== 'admitted') {
      this.#metrics.dropped(admission).add();
      const micros = admission === 'beforeKeyframe' ? this.#keyframes.useless(arrival) : undefined;
      if (micros !== undefined) this.#notice({ kind: 'noKeyframe', micros });
      return;
    }
    this.#keyframes.keyframe();
    const mapped = this.#clock.map(encoded, arrival);
    if (mapped.discontinuity) this.#notice({ kind: 'discontinuity', reason: mapped.discontinuity, at: mapped.pts });
    if (mapped.wallStepMs) this.#notice({ kind: 'wallClockStepped', byMs: mapped.wallStepMs });
    const unit = this.ring.push(unitAt(mapped, encoded, this.#epochs.current, arrival));
    if (unitsAreWatched()) tellUnit({ camera: this.address.label, utc: this.toUtc(unit.pts) });
    this.#unitLag.observe(Math.max(0, arrival - unit.pts) / MICROS_PER_SECOND);
    this.#noteTruncation();
    if (this.#soundWanted > 0) this.#watchSound(unit.pts);
    this.#listeners.unit(unit);
    try {
      this.pictures.unit(unit);
    } catch (error) {
      this.#faults.add(error);
    }
    this.#connection.readInRounds(this.pictures.mayWait && !this.#listeners.isWatched);
  }

  /** Sound follows the video: without pictures around it there is nothing that it could belong to. */
  #placeOf(stream: Micros | null) {
    return stream === null || !this.#epochs.running ? undefined : this.#clock.follow(stream);
  }

  #heard({ track, pts, payload, duration }: EncodedUnit): void {
    const arrival = this.#deps.clock.monotonic();
    const place = this.#placeOf(pts);
    const epoch = place && this.#sound.take(place.pts);
    if (place === undefined || epoch === undefined) return;
    const unit = this.ring.push({ track, ...place, duration: duration ?? 0, key: true, payload, epoch, arrival });
    this.#listeners.unit(unit);
  }

  #watchSound(now: MediaTime): void {
    const { missed, misplaced } = this.#sound.watch(now);
    if (missed) this.#noSound('the camera offers sound and sends none; what is recorded meanwhile has none');
    if (misplaced > 0) this.#notice({ kind: 'soundMisplaced', count: misplaced });
  }

  #noteTruncation(): void {
    if (this.ring.truncated === this.#truncating) return;
    this.#truncating = this.ring.truncated;
    if (this.#truncating) this.#notice({ kind: 'ringTruncated', bytes: this.ring.bytes, keptMicros: this.ringSpan });
  }

  #notice(notice: SessionNotice): void {
    this.#listeners.tell((listener) => listener.onNotice?.(notice));
  }
}
