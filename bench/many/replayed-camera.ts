/** A camera whose pictures were recorded: an endless stream of them, for whoever is connected. */
import { writeSenderReport } from '../../bridge/rtp/rtcp.js';
import { CLOCK_RATE } from '../../engine/tunnel/sdp.js';
import type { Reel } from './reel.js';
import { type Stamp, stamp } from './reel-unit.js';

/** Who gets the stream. */
export interface Viewer {
  /** Of packets, and of reports. */
  readonly channel: number;
  readonly reportChannel: number;
  /** Bytes that wait to be sent. */
  readonly waiting: number;
  /** `bytes` must stay as they are while `waiting` is not 0. */
  write(bytes: Buffer): void;
}

/** A recording with movement, and between which seconds of it something moves. */
export interface MovingReel {
  reel: Reel;
  begins: number;
  ends: number;
}

export interface ReplayedCameraOptions {
  /** Played over and over. An even number of GOPs. */
  quiet: Reel;
  moving: readonly MovingReel[];
  fps: number;
  picturesInGop: number;
  /** Picture of the quiet recording with which the stream begins: keyframes of cameras come at different times. */
  first: number;
  ssrc: number;
  /** The turn of the camera at a moment (ms): when it grows, the camera plays one of the recordings with movement. */
  turnAt(ms: number): number;
  onMoved(begins: number, ends: number): void;
}

interface Watching {
  viewer: Viewer;
  /** Nothing is sent before a keyframe. */
  begun: boolean;
  reportDue: number;
  packets: number;
  octets: number;
}

/** So much may wait in a connection: some seconds of the stream. What comes then is left out, up to the next keyframe. */
const MOST_WAITING = 1_000_000;
const REPORT_EVERY_MS = 5000;
const CNAME = 'replayed';

export class ReplayedCamera {
  readonly #options: ReplayedCameraOptions;
  readonly #watching = new Map<Viewer, Watching>();
  /** Pictures since the stream began; the first GOPs are counted as if it had begun with the recording. */
  #picture: number;
  #stamp: Stamp;
  #turn = -1;
  #movement: { reel: Reel; from: number } | undefined;
  /** Pictures that were left out because a viewer did not read. */
  leftOut = 0;

  constructor(options: ReplayedCameraOptions) {
    this.#options = options;
    this.#picture = options.first;
    this.#stamp = {
      channel: 0,
      sequence: options.ssrc & 0xffff,
      timestamp: (options.ssrc * 7) >>> 0,
      ssrc: options.ssrc,
    };
  }

  get track(): Reel['track'] {
    return this.#options.quiet.track;
  }

  get viewers(): number {
    return this.#watching.size;
  }

  /** The viewer gets pictures from the next keyframe on. */
  join(viewer: Viewer): void {
    this.#watching.set(viewer, { viewer, begun: false, reportDue: 0, packets: 0, octets: 0 });
  }

  leave(viewer: Viewer): void {
    this.#watching.delete(viewer);
  }

  /** Sends the next picture. @param due when that should be, in ms since 1970 */
  next(due: number): void {
    const { reel, at } = this.#place(due);
    const unit = reel.units[at]!;
    for (const watching of this.#watching.values()) this.#send(watching, unit, due);
    const { fps } = this.#options;
    if (this.#watching.size > 0) this.#stamp.sequence = (this.#stamp.sequence + unit.packets.length) & 0xffff;
    this.#stamp.timestamp = (this.#stamp.timestamp + CLOCK_RATE / fps) >>> 0;
    this.#picture++;
  }

  #place(due: number): { reel: Reel; at: number } {
    const { quiet, picturesInGop } = this.#options;
    // Ids of keyframes alternate, so recordings that begin with the same one take over at every second keyframe only.
    if (this.#picture % (2 * picturesInGop) === 0) this.#turnOver(due);
    const movement = this.#movement;
    if (movement !== undefined) {
      const at = this.#picture - movement.from;
      if (at < movement.reel.units.length) return { reel: movement.reel, at };
      this.#movement = undefined;
    }
    return { reel: quiet, at: this.#picture % quiet.units.length };
  }

  #turnOver(due: number): void {
    const { turnAt, moving, onMoved } = this.#options;
    const turn = turnAt(due);
    if (turn <= this.#turn || this.#movement !== undefined) return;
    this.#turn = turn;
    const { reel, begins, ends } = moving[(turn + this.#options.ssrc) % moving.length]!;
    this.#movement = { reel, from: this.#picture };
    onMoved(due + begins * 1000, due + ends * 1000);
  }

  #send(watching: Watching, unit: Reel['units'][number], due: number): void {
    const { viewer } = watching;
    if (viewer.waiting > MOST_WAITING) watching.begun = false;
    watching.begun ||= unit.key && viewer.waiting <= MOST_WAITING;
    if (!watching.begun) {
      if (watching.packets > 0) this.leftOut++;
      return;
    }
    if (due >= watching.reportDue) this.#report(watching, due);
    this.#stamp.channel = viewer.channel;
    stamp(unit, this.#stamp);
    viewer.write(unit.bytes);
    // The connection sends the rest later. Others must not write into it.
    if (viewer.waiting > 0) unit.bytes = Buffer.from(unit.bytes);
    watching.packets += unit.packets.length;
    watching.octets += unit.octets;
  }

  #report(watching: Watching, due: number): void {
    watching.reportDue = due + REPORT_EVERY_MS;
    const { viewer, packets, octets } = watching;
    const { ssrc, timestamp } = this.#stamp;
    const report = writeSenderReport({ ssrc, utc: due * 1000, rtpTimestamp: timestamp, packets, octets }, CNAME);
    const prefix = Buffer.of(0x24, viewer.reportChannel, report.length >> 8, report.length & 0xff);
    viewer.write(Buffer.concat([prefix, report]));
  }
}
