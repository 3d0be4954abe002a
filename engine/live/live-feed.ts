import { codecOf } from '../../bridge/filters/caps.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import { DecodeTimes, reorderDepth } from '../mp4/decode-times.js';
import { TIMESCALE, ticksOf } from '../mp4/fragmented-movie.js';
import type { LiveFeedHandlers, LivePicture, LiveStream, LiveView } from './live-view.js';
import { pictureFragment, VideoTrack } from './video-track.js';

type FeedSession = Pick<CameraSession, 'address' | 'attach' | 'capsOf' | 'ring' | 'toUtc'>;

/**
 * A camera's video for viewers: made of the ring, which holds the present GOP already, so that the first picture is there at
 * once. Nothing is decoded or encoded, and each picture is wrapped once for all viewers.
 */
export class LiveFeed implements LiveView {
  readonly #session: FeedSession;
  readonly #viewers = new Set<LiveFeedHandlers>();
  #detach: (() => void) | undefined;
  #track: VideoTrack | undefined;
  #times = new DecodeTimes(0, 0);
  #stream: LiveStream | undefined;
  #epoch = -1;
  /** Media time and cadence of the stream's first picture. */
  #origin = { cadence: 0 };
  #number = 0;
  #unsupported: string | undefined;
  /** The pictures of the present GOP, for whoever comes. */
  #gop: LivePicture[] = [];

  constructor(session: FeedSession) {
    this.#session = session;
  }

  get camera(): string {
    return this.#session.address.label;
  }

  view(viewer: LiveFeedHandlers): () => void {
    this.#start();
    this.#viewers.add(viewer);
    if (this.#unsupported !== undefined) viewer.onUnsupported(this.#unsupported);
    if (this.#stream) {
      viewer.onStream(this.#stream);
      for (const picture of this.#gop) viewer.onPicture(picture);
    }
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#stop();
    };
  }

  #start(): void {
    if (this.#detach) return;
    const listener = { watches: true, onUnit: (unit: AccessUnit) => this.#unit(unit), onClosed: () => this.#closed() };
    this.#detach = this.#session.attach(listener, 0);
    const { ring } = this.#session;
    for (let index = ring.lastKeyframe()?.index ?? ring.nextIndex; index < ring.nextIndex; index++) {
      const unit = ring.at(index);
      if (unit) this.#unit(unit);
    }
  }

  #stop(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#track = undefined;
    this.#stream = undefined;
    this.#unsupported = undefined;
    this.#epoch = -1;
    this.#gop = [];
  }

  #closed(): void {
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.#stop();
    for (const viewer of viewers) viewer.onClosed();
  }

  #unit(unit: AccessUnit): void {
    if (unit.track !== 'video') return;
    if (unit.epoch !== this.#epoch) this.#begin(unit);
    const track = this.#track;
    if (!track || unit.epoch !== this.#epoch) return;
    if (unit.key) this.#gop = [];
    const pts = ticksOf(unit.cadence - this.#origin.cadence);
    // Pictures of an open GOP that are shown before the first one cannot be decoded.
    if (pts < 0) return;
    this.#number += 1;
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32BE(this.#number);
    const picture: LivePicture = {
      number: this.#number,
      key: unit.key,
      pts: unit.pts,
      bytes: Buffer.concat([
        head,
        ...pictureFragment({
          sequence: this.#number,
          // Times of decoding may be before that of the first picture.
          dts: this.#times.next(pts) + LEAD,
          pts: pts + LEAD,
          duration: ticksOf(unit.duration),
          key: unit.key,
          bytes: track.stored(unit.payload),
        }),
      ]),
    };
    this.#gop.push(picture);
    for (const viewer of this.#viewers) viewer.onPicture(picture);
  }

  #begin(unit: AccessUnit): void {
    if (!unit.key) return;
    this.#epoch = unit.epoch;
    const caps = this.#session.capsOf(unit.epoch);
    const codec = caps && codecOf(caps.mediaType);
    this.#track = caps && codec && codec !== 'mjpeg' ? VideoTrack.of(codec, caps, unit.payload) : undefined;
    if (!this.#track || !caps) {
      this.#unsupported = caps?.mediaType ?? 'unknown';
      for (const viewer of this.#viewers) viewer.onUnsupported(this.#unsupported);
      return;
    }
    this.#unsupported = undefined;
    this.#origin = { cadence: unit.cadence };
    this.#times = new DecodeTimes(this.#depth(unit), ticksOf(unit.duration));
    this.#stream = {
      codec: this.#track.codec,
      width: caps.width ?? 0,
      height: caps.height ?? 0,
      utc: (this.#session.toUtc(unit.pts) - (LEAD / TIMESCALE) * MICROS_PER_SECOND) as UtcMicros,
      initialisation: this.#track.initialisation,
    };
    for (const viewer of this.#viewers) viewer.onStream(this.#stream);
  }

  /** As far as the pictures that are there show it. */
  #depth({ index, epoch }: AccessUnit): number {
    const { ring } = this.#session;
    const times: number[] = [];
    for (let at = index; at < ring.nextIndex; at++) {
      const unit = ring.at(at);
      if (unit?.track === 'video' && unit.epoch === epoch) times.push(unit.pts);
    }
    return reorderDepth(times);
  }
}

/** So that no time is negative, however pictures are reordered. In ticks. */
const LEAD = TIMESCALE;
