import { randomInt } from 'node:crypto';
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { H264Nal, isSlice, nalTypeOf } from '../../bridge/codec/nal-types.js';
import { RTP_HEADER } from '../../bridge/rtp/packet.js';
import { payH264 } from '../../bridge/rtp/pay-h264.js';
import { writeSenderReport } from '../../bridge/rtp/rtcp.js';
import type { AccessUnit } from '../camera/types.js';
import { MICROS_PER_SECOND, type Micros, seconds, type UtcMicros } from '../core/time.js';
import { CLOCK_RATE, PAYLOAD_TYPE } from './sdp.js';

/** Channels of the interleaved packets. */
export interface Channels {
  rtp: number;
  rtcp: number;
}

const DOLLAR = 0x24;
const CNAME = 'sluice';
/** How often is said what the time is. */
const REPORT_EVERY: Micros = seconds(5);
/** Of no use to a player, and some take the NAL unit with the marker for the end of the picture's slices. */
const LEFT_OUT: ReadonlySet<number> = new Set([
  H264Nal.accessUnitDelimiter,
  H264Nal.endOfSequence,
  H264Nal.endOfStream,
  H264Nal.filler,
]);

/** One viewer's stream: pictures become interleaved packets of RTP, with reports of the sender's clock between them. */
export class PicturePackets {
  readonly #channels: Channels;
  readonly #most: number;
  readonly #ssrc = randomInt(2 ** 32);
  readonly #base = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #packets = 0;
  #octets = 0;
  /** Where times count from: a picture's own, and what it has in packets. */
  #origin: { epoch: number; cadence: Micros; ticks: number } | undefined;
  #last = { pts: 0 as Micros, ticks: 0 };
  #reported: Micros | undefined;

  /** @param most bytes of payload in a packet */
  constructor(channels: Channels, most: number) {
    this.#channels = channels;
    this.#most = most;
  }

  /**
   * What to send for a picture. The first has a report in front of it, so that players know the time of all.
   * @param utc when it was taken
   */
  of(unit: AccessUnit, utc: UtcMicros): Buffer {
    const ticks = this.#ticksOf(unit);
    const parts: Buffer[] = [];
    if (this.#reported === undefined || Math.abs(unit.pts - this.#reported) >= REPORT_EVERY) {
      this.#reported = unit.pts;
      const report = { ssrc: this.#ssrc, utc, rtpTimestamp: this.#base + ticks };
      const sent = { packets: this.#packets, octets: this.#octets };
      parts.push(...interleaved(this.#channels.rtcp, writeSenderReport({ ...report, ...sent }, CNAME)));
    }
    const nals = slicesOf(unit.payload);
    if (nals.length === 0) return Buffer.concat(parts);
    const head = { payloadType: PAYLOAD_TYPE, ssrc: this.#ssrc, timestamp: this.#base + ticks };
    for (const packet of payH264(nals, { ...head, sequence: this.#sequence }, this.#most)) {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#packets += 1;
      this.#octets += packet.length - RTP_HEADER;
      parts.push(...interleaved(this.#channels.rtp, packet));
    }
    return Buffer.concat(parts);
  }

  /** Times are the camera's own; where it has reconnected they go on as much later as time has passed. */
  #ticksOf({ epoch, cadence, pts }: AccessUnit): number {
    if (this.#origin?.epoch !== epoch) {
      const ticks = this.#origin ? this.#last.ticks + ticksIn(pts - this.#last.pts) : 0;
      this.#origin = { epoch, cadence, ticks };
      this.#reported = undefined;
    }
    const ticks = this.#origin.ticks + ticksIn(cadence - this.#origin.cadence);
    this.#last = { pts, ticks };
    return ticks;
  }
}

const ticksIn = (span: Micros): number => Math.round((span * CLOCK_RATE) / MICROS_PER_SECOND);

/** A picture's NAL units as players need them; its last slice is the last of them. */
const slicesOf = (payload: Uint8Array): Uint8Array[] => {
  const nals = nalUnits(payload).filter((nal) => !LEFT_OUT.has(nalTypeOf('h264', nal)));
  return nals.slice(0, 1 + nals.findLastIndex((nal) => isSlice('h264', nalTypeOf('h264', nal))));
};

/** `$`, channel and length in front of a packet (RFC 2326 10.12). */
const interleaved = (channel: number, packet: Buffer): [Buffer, Buffer] => {
  const head = Buffer.from([DOLLAR, channel, 0, 0]);
  head.writeUInt16BE(packet.length, 2);
  return [head, packet];
};
