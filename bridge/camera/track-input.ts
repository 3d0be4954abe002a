import { type Received, RtpReceiver } from '../rtp/receiver.js';
import { readRtcp, writeReceiverReport } from '../rtp/rtcp.js';
import type { SyncedTrack, TrackSync } from '../rtp/sync.js';
import { usableH264, usableH265 } from '../rtp/usable-payload.js';
import type { OfferedTrack } from '../rtsp/tracks.js';
import type { LossTally } from './loss-tally.js';
import { clockRateOf } from './track-format.js';

/** What packets of a track become. */
export interface PacketTaker {
  /** The record is valid only during the call. @param arrival µs, on a clock that never goes back */
  take(packet: Received, arrival: number): void;
}

export interface TrackInputParts {
  track: OfferedTrack;
  taker: PacketTaker;
  losses: LossTally;
  /** Relates the track to the video. */
  sync: TrackSync;
}

/** By encoding. */
const USABLE: Readonly<Record<string, (payload: Buffer) => boolean>> = { H264: usableH264, H265: usableH265 };
/** How we call ourselves; the RTSP connection says everything else. */
const CNAME = 'sluice';
const REPORT_SSRC = 0x51_75_1c_e0;

/** One track of a session: its RTP and RTCP, in and out. */
export class TrackInput {
  readonly #receiver: RtpReceiver;
  readonly #taker: PacketTaker;
  readonly #losses: LossTally;
  readonly #sync: TrackSync;
  readonly #role: SyncedTrack;
  #lastPts = 0;
  #report: { ntpMiddle: number; arrival: number } | undefined;

  constructor({ track, taker, losses, sync }: TrackInputParts) {
    const { media, format } = track;
    const usable = USABLE[format.encoding];
    this.#receiver = new RtpReceiver({
      clockRate: clockRateOf(track),
      ...(usable === undefined ? {} : { usable }),
      payloadTypes: media.formats
        .filter(({ encoding }) => encoding === format.encoding)
        .map((each) => each.payloadType),
    });
    this.#taker = taker;
    this.#losses = losses;
    this.#sync = sync;
    this.#role = track.kind === 'video' ? 'video' : 'follower';
  }

  /** Whether packets are received when they arrive. */
  set timely(is: boolean) {
    this.#receiver.timely = is;
  }

  /** @param arrival µs, on a clock that never goes back */
  rtp(bytes: Buffer, arrival: number): void {
    const packet = this.#receiver.receive(bytes, arrival);
    if (packet === undefined) return;
    if (packet.lost > 0) {
      this.#losses.add({ packets: packet.lost, spans: 1, micros: Math.max(0, packet.pts - this.#lastPts) });
    }
    this.#lastPts = packet.pts;
    if (packet.fresh) this.#sync.restarted(this.#role);
    this.#sync.packet(this.#role, arrival, packet.pts);
    this.#taker.take(packet, arrival);
  }

  rtcp(bytes: Buffer, arrival: number): void {
    for (const message of readRtcp(bytes)) {
      if (message.kind !== 'senderReport') continue;
      this.#report = { ntpMiddle: message.ntpMiddle, arrival };
      const pts = this.#receiver.ptsAt(message.ssrc, message.rtpTimestamp);
      if (pts !== undefined) this.#sync.report(this.#role, arrival, message.ntpMicros, pts);
    }
  }

  /** What we tell the camera of its track; undefined before the first packet. */
  receiverReport(now: number): Buffer | undefined {
    const block = this.#receiver.reception();
    if (block === undefined) return undefined;
    const answered = this.#report && { ntpMiddle: this.#report.ntpMiddle, ageMicros: now - this.#report.arrival };
    return writeReceiverReport(REPORT_SSRC, block, answered, CNAME);
  }
}
