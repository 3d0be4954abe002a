import type { Burst, FakeMedia } from '../fake-media.js';
import { rtpPacket } from '../h264-bytes.js';
import { beepAt } from './beeps.js';

/** Sound of linear samples as a camera sends it, and as it says that it does. */
export interface FakeSound {
  /** Samples a second that the SDP claims; default 16000. */
  claimed?: number;
  /** Samples a second that there are, at a time; default as claimed. */
  rateAt?(time: number): number;
  /** Ticks of the timestamps a second, at a time; default as claimed. */
  clockAt?(time: number): number;
  /** Whether it sends any at a time; default always. */
  isOnAt?(time: number): boolean;
  channels?: number;
  /** Seconds by which it arrives after the pictures that it belongs to; default 0. */
  behind?: number;
  /** Tells how the clocks of both tracks belong together; default true. */
  reports?: boolean;
}

const PAYLOAD_TYPE = 97;
const PACKET = 0.02;
const SSRC = 0x50d;
const VIDEO_SSRC = 0x5109ce;
const REPORT_EVERY = 1;
const NTP_START = 3_900_000_000;

/** Adds sound that beeps in time with the flashes of `media`. */
export const withSound = (media: FakeMedia, sound: FakeSound = {}): FakeMedia => {
  const { claimed = 16_000, channels = 1 } = sound;
  return {
    sdp: [
      media.sdp.trimEnd(),
      `m=audio 0 RTP/AVP ${PAYLOAD_TYPE}`,
      `a=rtpmap:${PAYLOAD_TYPE} L16/${claimed}/${channels}`,
      'a=control:track1',
      '',
    ].join('\r\n'),
    bursts: () => merged(media.bursts(), soundBursts(sound)),
  };
};

function* soundBursts({
  claimed = 16_000,
  rateAt = () => claimed,
  clockAt = () => claimed,
  isOnAt = () => true,
  channels = 1,
  behind = 0,
  reports = true,
}: FakeSound): Generator<Burst, void> {
  let timestamp = 1000;
  let sequence = 0;
  let nextReport = 0.5;
  for (let n = 0; ; n++) {
    const time = n * PACKET;
    const at = time + behind;
    if (isOnAt(time)) {
      const header = {
        payloadType: PAYLOAD_TYPE,
        sequence: sequence++ & 0xffff,
        timestamp: timestamp >>> 0,
        ssrc: SSRC,
        marker: false,
      };
      yield { at, track: 1, packets: [rtpPacket(header, samples(time, rateAt(time), channels))] };
    }
    if (reports && time >= nextReport) {
      nextReport += REPORT_EVERY;
      yield { at, track: 1, reports: true, packets: [senderReport(SSRC, time, timestamp)] };
      yield { at, track: 0, reports: true, packets: [senderReport(VIDEO_SSRC, time, Math.round(time * 90_000))] };
    }
    timestamp += Math.round(PACKET * clockAt(time));
  }
}

const samples = (from: number, rate: number, channels: number): Buffer => {
  const count = Math.round(PACKET * rate);
  const bytes = Buffer.alloc(2 * count * channels);
  for (let n = 0; n < count * channels; n++) {
    bytes.writeInt16BE(Math.round(32_000 * beepAt(from + Math.floor(n / channels) / rate)), 2 * n);
  }
  return bytes;
};

export const senderReport = (ssrc: number, time: number, timestamp: number): Buffer => {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16BE(0x80c8, 0);
  bytes.writeUInt16BE(6, 2);
  bytes.writeUInt32BE(ssrc, 4);
  bytes.writeUInt32BE(NTP_START + Math.floor(time), 8);
  bytes.writeUInt32BE(Math.floor((time % 1) * 2 ** 32), 12);
  bytes.writeUInt32BE(timestamp >>> 0, 16);
  return bytes;
};

/** Both in the order of their times. */
function* merged(a: Generator<Burst, void>, b: Generator<Burst, void>): Generator<Burst, void> {
  let [first, second] = [a.next(), b.next()];
  while (!first.done && !second.done) {
    if (first.value.at <= second.value.at) {
      yield first.value;
      first = a.next();
    } else {
      yield second.value;
      second = b.next();
    }
  }
  if (!first.done) yield first.value;
  yield* a;
}
