/** The minimum of lateness is taken over two windows of this length, long enough for a packet without delay. µs. */
const WINDOW = 5_000_000;
/** B-frames put a picture before an earlier one by at most this. A track that goes back further has a new time. µs. */
const REORDER = 1_000_000;
/** A packet that is earlier than all before it by more than this is of a track that has a new time. µs. */
const LEAP = 2_000_000;
/** The slope of a track's clock is taken from reports that are at least so far apart, µs, */
const SLOPE_OVER = 2_000_000;
/** and, once there are such, from some that are between one and two times so far apart: reports are inexact. µs. */
const SLOPE_BASE = 60_000_000;
const MOST_DRIFT = 0.001;
/** A report that differs by more than this from what those before it promise begins a new relation. µs. */
const REPORT_JUMP = 500_000;

interface Report {
  ntp: number;
  pts: number;
}

/** How the pts of one track relates to arrival and to the camera's UTC. All times are in µs. */
export class TrackClock {
  #windowEnd: number | undefined;
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;
  #started: number | undefined;
  #highest = Number.NEGATIVE_INFINITY;
  #latest: Report | undefined;
  /** From where the slope is taken, and from where it will be taken next. */
  #base: Report | undefined;
  #nextBase: Report | undefined;
  #slope = 1;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** Arrival minus pts of a packet without delay, as far as is known; undefined before the first packet. */
  get lateness(): number | undefined {
    return this.#started === undefined ? undefined : Math.min(this.#current, this.#previous);
  }

  /** A whole window has shown how late the packets are. */
  get settled(): boolean {
    return this.#previous !== Number.POSITIVE_INFINITY;
  }

  /** Arrival of the first packet. */
  get started(): number {
    return this.#started ?? Number.POSITIVE_INFINITY;
  }

  /** Arrival of the latest report that is in force. */
  get reportedAt(): number {
    return this.#reportedAt;
  }

  packet(arrival: number, pts: number): void {
    const earliest = this.lateness ?? Number.NEGATIVE_INFINITY;
    if (pts < this.#highest - REORDER || arrival - pts < earliest - LEAP) this.#newTime();
    this.#started ??= arrival;
    this.#highest = Math.max(this.#highest, pts);
    this.#windowEnd ??= arrival + WINDOW;
    if (arrival >= this.#windowEnd) {
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
      this.#windowEnd = arrival + WINDOW;
    }
    this.#current = Math.min(this.#current, arrival - pts);
  }

  /** Takes a sender report; true if it breaks with those before it. */
  report(arrival: number, ntp: number, pts: number): boolean {
    const before = this.#latest;
    const jumps = before !== undefined && Math.abs(ntp - this.#utcAt(before, pts)) > REPORT_JUMP;
    if (jumps) this.forgetReports();
    const report = { ntp, pts };
    this.#latest = report;
    this.#reportedAt = arrival;
    this.#base ??= report;
    this.#nextBase ??= report;
    if (ntp - this.#nextBase.ntp >= SLOPE_BASE) {
      this.#base = this.#nextBase;
      this.#nextBase = report;
    }
    if (ntp - this.#base.ntp >= SLOPE_OVER && pts > this.#base.pts) {
      const slope = (ntp - this.#base.ntp) / (pts - this.#base.pts);
      this.#slope = Math.max(1 - MOST_DRIFT, Math.min(1 + MOST_DRIFT, slope));
    }
    return jumps;
  }

  /** What was reported is of a source that was left. */
  forgetReports(): void {
    this.#latest = undefined;
    this.#base = undefined;
    this.#nextBase = undefined;
    this.#slope = 1;
    this.#reportedAt = Number.NEGATIVE_INFINITY;
  }

  /** UTC at a pts; undefined without a report. */
  utcAt(pts: number): number | undefined {
    return this.#latest === undefined ? undefined : this.#utcAt(this.#latest, pts);
  }

  /** The pts at a UTC; undefined without a report. */
  ptsAt(ntp: number): number | undefined {
    return this.#latest === undefined ? undefined : this.#latest.pts + (ntp - this.#latest.ntp) / this.#slope;
  }

  #utcAt(report: Report, pts: number): number {
    return report.ntp + (pts - report.pts) * this.#slope;
  }

  /** The network only delays. So this is the track itself, and nothing of what was known holds. */
  #newTime(): void {
    this.forgetReports();
    this.#windowEnd = undefined;
    this.#current = Number.POSITIVE_INFINITY;
    this.#previous = Number.POSITIVE_INFINITY;
    this.#highest = Number.NEGATIVE_INFINITY;
  }
}
