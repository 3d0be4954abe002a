import { TrackClock } from './track-clock.js';

export type SyncedTrack = 'video' | 'follower';

/** Without reports, this is how long arrivals are watched before the first answer. µs. */
const WATCH = 1_000_000;
/** Reports this old no longer count: the clocks may have drifted apart since. µs. */
const REPORT_LASTS = 60_000_000;
/** While reports are no older than this, they tell by how much arrival errs. µs. */
const REPORT_IS_NEW = 15_000_000;
/** Reports that contradict arrival by more than this are wrong: one track of the camera has another clock. µs. */
const CONTRADICTION = 10_000_000;
/** An error above this is a new relation, and not an error of the old one. µs. */
const JUMP = 500_000;
/**
 * Errors up to this are drift and noise, and are corrected no faster than drift needs. Larger ones come from a beginning or
 * a change, and are corrected faster. µs.
 */
const NOISE = 25_000;
const NOISE_RATE = 0.002;
const CHANGE_RATE = 0.02;
/** Most that is corrected at a time. µs. */
const MOST_STEP = 5000;
/** No error is corrected in less than this. µs. */
const SETTLE = 2_000_000;
/** The bias of arrival is averaged over this. µs. */
const BIAS_OVER = 10_000_000;

/**
 * Puts the pts of a camera's audio or metadata, the follower, on the timeline of its video. Both count from their own first
 * packet, by their own clock.
 *
 * Sender reports of both tracks relate them exactly. Without reports, what arrives together counts as captured together,
 * corrected by what earlier reports have said of that. All times are in µs.
 */
export class TrackSync {
  readonly #video = new TrackClock();
  readonly #follower = new TrackClock();
  /** What is added to a follower's pts; undefined until there is something to go by. */
  #offset: number | undefined;
  #lastPts = 0;
  /** What to add to the offset by arrival to have that by reports, once that is known. */
  #bias: number | undefined;
  /** The relation is not known until this track has reported: the other one's report has jumped. */
  #awaited: SyncedTrack | undefined;

  /** Takes note of each packet of either track. */
  packet(track: SyncedTrack, arrival: number, pts: number): void {
    this.#clockOf(track).packet(arrival, pts);
    if (track === 'video') return;
    const progress = Math.max(0, pts - this.#lastPts);
    const target = this.#target(arrival, pts, progress);
    this.#lastPts = pts;
    if (target !== undefined) this.#offset = this.#follow(target, progress);
  }

  /** Takes a sender report. `pts` is what `RtpReceiver.ptsAt` makes of its RTP timestamp. */
  report(track: SyncedTrack, arrival: number, ntpMicros: number, pts: number): void {
    if (ntpMicros === 0) return;
    const jumped = this.#clockOf(track).report(arrival, ntpMicros, pts);
    // When a camera sets its clock, the reports of its tracks jump one after the other.
    if (jumped && this.#awaited !== track) this.#awaited = track === 'video' ? 'follower' : 'video';
    else if (this.#awaited === track) this.#awaited = undefined;
  }

  /** The track has another source. Its pts go on, and its reports so far mean nothing. */
  restarted(track: SyncedTrack): void {
    this.#clockOf(track).forgetReports();
  }

  /** Where a pts of the follower lies on the timeline of the video; undefined while that is not known. */
  toVideo(pts: number): number | undefined {
    return this.#offset === undefined ? undefined : Math.round(pts + this.#offset);
  }

  #clockOf(track: SyncedTrack): TrackClock {
    return track === 'video' ? this.#video : this.#follower;
  }

  #target(arrival: number, pts: number, progress: number): number | undefined {
    const video = this.#video.lateness;
    const follower = this.#follower.lateness;
    if (video === undefined || follower === undefined) return undefined;
    const byArrival = follower - video;
    const byReports = this.#byReports(arrival, pts);
    if (byReports !== undefined && Math.abs(byReports - byArrival) <= CONTRADICTION) {
      this.#learnBias(byReports - byArrival, arrival, progress);
      return byReports;
    }
    const watched = arrival - Math.max(this.#video.started, this.#follower.started);
    return this.#offset === undefined && watched < WATCH ? undefined : byArrival + (this.#bias ?? 0);
  }

  #byReports(arrival: number, pts: number): number | undefined {
    if (this.#awaited !== undefined || arrival - this.#reportedAt > REPORT_LASTS) return undefined;
    const utc = this.#follower.utcAt(pts);
    const there = utc === undefined ? undefined : this.#video.ptsAt(utc);
    return there === undefined ? undefined : there - pts;
  }

  #learnBias(bias: number, arrival: number, progress: number): void {
    if (!this.#video.settled || !this.#follower.settled || arrival - this.#reportedAt > REPORT_IS_NEW) return;
    this.#bias ??= bias;
    this.#bias += (bias - this.#bias) * Math.min(1, progress / BIAS_OVER);
  }

  /** Of the older of the two reports. */
  get #reportedAt(): number {
    return Math.min(this.#video.reportedAt, this.#follower.reportedAt);
  }

  #follow(target: number, progress: number): number {
    if (this.#offset === undefined) return target;
    const error = target - this.#offset;
    const size = Math.abs(error);
    if (size > JUMP) return target;
    const rate = size > NOISE ? CHANGE_RATE : NOISE_RATE;
    const change = Math.min(MOST_STEP, rate * progress, size * Math.min(1, progress / SETTLE));
    return this.#offset + Math.sign(error) * change;
  }
}
