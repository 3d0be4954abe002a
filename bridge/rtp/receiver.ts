import { LeftSources } from './left-sources.js';
import { type RtpPacket, readRtp } from './packet.js';
import { PayloadTypes } from './payload-types.js';
import { Reception, type ReceptionBlock } from './reception.js';

export interface RtpReceiverSettings {
  /** Ticks of RTP timestamps per second. */
  clockRate: number;
  /** Those of the track's m= line. */
  payloadTypes: readonly number[];
  /** Whether a depayloader can do anything with a payload. What it cannot use counts as lost. */
  usable?: (payload: Buffer) => boolean;
}

/** A packet that counts. Valid until the next call of `receive`. */
export interface Received {
  marker: boolean;
  payloadType: number;
  /** A view. */
  payload: Buffer;
  /** µs since the track's first packet. */
  pts: number;
  /** The RTP timestamp in ticks, not limited to 32 bits. It goes on where the camera starts anew. */
  timestamp: number;
  /** Packets missing directly before this one. */
  lost: number;
  /** Nothing before this packet belongs to it: it is the first, or the camera has started anew. */
  fresh: boolean;
  /** 16 bits of our own count, for `renumber`: leaves out what was lost, and one where the camera starts anew. */
  sequence: number;
}

export interface RtpStats {
  /** Those that `receive` returned. */
  packets: number;
  lost: number;
  /** Places at which packets were lost. */
  lostSpans: number;
  /** Older than a packet that has come, or the same once more. Dropped. */
  late: number;
  /** Of another payload type, of a source that was left, or without payload. Dropped. */
  strays: number;
  /** No RTP, or not usable. Dropped. */
  malformed: number;
  /** How often the camera began anew: with another source, or with other sequence numbers. */
  restarts: number;
}

/** Sequence numbers that go back by up to this are late. Beyond it they were started anew. */
const MAX_LATE = 1000;
/** Sequence numbers that jump ahead by more than this were started anew. */
const MAX_AHEAD = 3000;
/** More loss than this makes no difference to a depayloader, and would make GStreamer's start anew. */
const MOST_SKIPPED = 999;
/** A timestamp that differs from its arrival by more than this belongs to a stream that was started anew. µs. */
const TIME_JUMP = 10_000_000;
/** Longest time that B-frames can put a picture before an earlier one, in seconds. */
const REORDER = 1;
const MICROS_PER_SECOND = 1_000_000;

/**
 * Decides for one track which packets count, what was lost before them, and what starts anew. Whatever takes the packets
 * after it, be it our own depayloaders or GStreamer's, sees the same.
 */
export class RtpReceiver {
  readonly stats: RtpStats = {
    packets: 0,
    lost: 0,
    lostSpans: 0,
    late: 0,
    strays: 0,
    malformed: 0,
    restarts: 0,
  };
  /** Packets are received when they arrive, so that this says something of the way that they have come. */
  timely = true;
  readonly #clockRate: number;
  readonly #payloadTypes: PayloadTypes;
  readonly #usable: (payload: Buffer) => boolean;
  readonly #left = new LeftSources();
  readonly #reception = new Reception();
  /** One record for all packets. */
  readonly #received: Received = {
    marker: false,
    payloadType: 0,
    payload: Buffer.alloc(0),
    pts: 0,
    timestamp: 0,
    lost: 0,
    fresh: false,
    sequence: 0xffff,
  };
  #started = false;
  #ssrc = 0;
  /** Sequence number and timestamp of the latest packet, as the camera wrote them. */
  #number = 0;
  #clock = 0;
  /** `Received.timestamp` of the first packet, and the highest so far. */
  #first = 0;
  #highest = 0;
  /** When the first packet with the latest timestamp arrived. */
  #arrival = 0;

  constructor({ clockRate, payloadTypes, usable = () => true }: RtpReceiverSettings) {
    this.#clockRate = clockRate;
    this.#payloadTypes = new PayloadTypes(payloadTypes);
    this.#usable = usable;
  }

  /**
   * Undefined: the packet is dropped, and counted in `stats`.
   *
   * @param arrivalMicros on a clock that never goes back
   */
  receive(bytes: Buffer, arrivalMicros: number): Received | undefined {
    const packet = readRtp(bytes);
    if (packet === undefined) {
      this.stats.malformed++;
      return undefined;
    }
    if (this.#isStray(packet, arrivalMicros)) {
      this.stats.strays++;
      return undefined;
    }
    if (!this.#usable(packet.payload)) {
      this.stats.malformed++;
      return undefined;
    }
    return this.#place(packet, arrivalMicros) ? this.#result(packet, arrivalMicros) : undefined;
  }

  /** The pts of an RTP timestamp near the latest one, as a sender report has it; undefined if it is of another source. */
  ptsAt(ssrc: number, timestamp: number): number | undefined {
    return this.#started && ssrc === this.#ssrc ? this.#micros(this.#extended(timestamp) - this.#first) : undefined;
  }

  /** For a receiver report that is sent now; undefined before the first packet. */
  reception(): ReceptionBlock | undefined {
    return this.#started ? this.#reception.block() : undefined;
  }

  #isStray({ payloadType, ssrc, sequence, payload }: RtpPacket, arrival: number): boolean {
    const ours = this.#started && ssrc === this.#ssrc;
    const accepted = this.#payloadTypes.accepts(payloadType, this.#started);
    if (accepted && payload.length > 0) return !ours && this.#left.has(ssrc, arrival);
    // Comfort noise, the keys of a telephone and empty packets count in the same numbers: nothing is lost where they stood.
    if (ours && ((sequence - this.#number) & 0xffff) === 1) {
      this.#number = sequence;
      this.#reception.advance(0);
    }
    return true;
  }

  /** Finds the packet's place behind those before it; false if it comes too late for one. */
  #place(packet: RtpPacket, arrival: number): boolean {
    const ahead = ((packet.sequence - this.#number) << 16) >> 16;
    if (!this.#started) this.#begin(packet, arrival);
    else if (packet.ssrc !== this.#ssrc) {
      this.#left.leave(this.#ssrc, packet.ssrc, arrival);
      this.#startAnew(packet, arrival);
    } else if (ahead > MAX_AHEAD || ahead < -MAX_LATE) {
      if (this.#timeJumps(packet, arrival)) this.#startAnew(packet, arrival);
      else this.#continueElsewhere(packet);
    } else if (ahead <= 0) {
      this.stats.late++;
      return false;
    } else this.#continue(packet, ahead - 1);
    return true;
  }

  #begin(packet: RtpPacket, arrival: number): void {
    this.#started = true;
    this.#first = packet.timestamp;
    this.#highest = packet.timestamp;
    this.#arrival = arrival;
    this.#setSource(packet);
    this.#set(packet.timestamp, 0, true, 0);
  }

  #continue(packet: RtpPacket, lost: number): void {
    this.#reception.advance(lost);
    this.#set(this.#extended(packet.timestamp), lost, false, Math.min(lost, MOST_SKIPPED));
  }

  /** The numbers are new and the time is not. How much is missing in between cannot be known. */
  #continueElsewhere(packet: RtpPacket): void {
    this.stats.restarts++;
    this.#reception.begin(packet.ssrc, packet.sequence);
    this.#set(this.#extended(packet.timestamp), 1, false, 1);
  }

  /**
   * Time goes on by arrival, from the first packet of a picture to that of the next, since these are equally late. The gap
   * in our numbers makes GStreamer drop what the camera has left unfinished.
   */
  #startAnew(packet: RtpPacket, arrival: number): void {
    this.stats.restarts++;
    const { timestamp } = this.#received;
    const elapsed = Math.round((Math.max(0, arrival - this.#arrival) * this.#clockRate) / MICROS_PER_SECOND);
    const latest = this.#highest - timestamp < REORDER * this.#clockRate ? this.#highest : timestamp;
    const next = Math.max(timestamp + elapsed, latest + 1);
    this.#highest = next;
    this.#arrival = arrival;
    this.#setSource(packet);
    this.#set(next, 0, true, 1);
  }

  #setSource({ ssrc, sequence, timestamp }: RtpPacket): void {
    this.#ssrc = ssrc;
    this.#clock = timestamp;
    this.#reception.begin(ssrc, sequence);
  }

  #timeJumps({ timestamp }: RtpPacket, arrival: number): boolean {
    const passed = (((timestamp - this.#clock) | 0) * MICROS_PER_SECOND) / this.#clockRate;
    return Math.abs(passed - (arrival - this.#arrival)) > TIME_JUMP;
  }

  /** Timestamps wrap at 32 bits. Of the two ways from one to another, the shorter is meant. */
  #extended(timestamp: number): number {
    return this.#received.timestamp + ((timestamp - this.#clock) | 0);
  }

  #set(timestamp: number, lost: number, fresh: boolean, skipped: number): void {
    const received = this.#received;
    if (timestamp !== received.timestamp || fresh) received.pts = this.#micros(timestamp - this.#first);
    received.timestamp = timestamp;
    received.lost = lost;
    received.fresh = fresh;
    received.sequence = (received.sequence + 1 + skipped) & 0xffff;
  }

  #result(packet: RtpPacket, arrival: number): Received {
    const received = this.#received;
    if (packet.timestamp !== this.#clock) this.#arrival = arrival;
    this.#highest = Math.max(this.#highest, received.timestamp);
    this.#number = packet.sequence;
    this.#clock = packet.timestamp;
    this.stats.packets++;
    this.stats.lost += received.lost;
    if (received.lost > 0) this.stats.lostSpans++;
    const transit = (arrival * this.#clockRate) / MICROS_PER_SECOND - received.timestamp;
    this.#reception.measure(this.timely ? transit : undefined);
    received.marker = packet.marker;
    received.payloadType = packet.payloadType;
    received.payload = packet.payload;
    return received;
  }

  /** Whole seconds apart from the rest: the product stays exact however long the camera runs. */
  #micros(ticks: number): number {
    const seconds = Math.floor(ticks / this.#clockRate);
    const rest = ticks - seconds * this.#clockRate;
    return seconds * MICROS_PER_SECOND + Math.round((rest * MICROS_PER_SECOND) / this.#clockRate);
  }
}
