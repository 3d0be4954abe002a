import { groupAccessUnits, type NalCodec, packetizeNal, rtpPacket, sdpOf, splitNals } from './h264-bytes.js';

export interface FakeMediaOptions {
  codec?: NalCodec;
  /** Access units per second, default 25. */
  fps?: number;
  /** RTP timestamp of the first unit; 2**32 - 90000 wraps after a second. Default 0. */
  firstTimestamp?: number;
  /** Presentation time of unit `index` in seconds from the start, default `index / fps`. Makes jumps, back and forth. */
  timeOf?(index: number): number;
  /** When unit `index` is sent, in seconds from the start, default `index / fps`. Makes stalls and bursts. */
  sendAt?(index: number): number;
  /** Changes, drops (empty list) or adds to the NAL units of a unit before they are sent. */
  alter?(nals: Uint8Array[], index: number): Uint8Array[];
  /** Changes or drops one RTP packet; `sequence` counts up from 0. */
  alterPacket?(packet: Buffer, sequence: number): Buffer | undefined;
  /** Starts again from the first unit after the last, with times that go on. Default true. */
  loop?: boolean;
  /** Bytes of an RTP payload, default 1400. */
  mtu?: number;
  /** Leaves the parameter sets out of the SDP. */
  bareSdp?: boolean;
}

/** What is sent at one moment. */
export interface Burst {
  /** Seconds from PLAY. */
  at: number;
  packets: Buffer[];
  /** Of which track they are, by its place in the SDP: 0 if it is not said. */
  track?: number;
  /** They are RTCP. */
  reports?: boolean;
}

export interface FakeMedia {
  sdp: string;
  /** Endless when looped. A new one for every client. */
  bursts(): Generator<Burst, void>;
}

const PAYLOAD_TYPE = 96;

/** A stream for the fake server from any Annex B bytes, sound or not. */
export const fakeMedia = (stream: Uint8Array, options: FakeMediaOptions = {}): FakeMedia => {
  const { codec = 'h264', fps = 25, firstTimestamp = 0, loop = true, mtu = 1400 } = options;
  const nals = splitNals(stream);
  const units = groupAccessUnits(nals, codec);
  const timeOf = options.timeOf ?? ((index) => index / fps);
  const sendAt = options.sendAt ?? ((index) => index / fps);
  return {
    sdp: sdpOf(options.bareSdp ? [] : nals, codec, PAYLOAD_TYPE),
    *bursts() {
      let sequence = 0;
      for (let index = 0; units.length > 0 && (loop || index < units.length); index++) {
        const unit = units[index % units.length]!;
        const sent = options.alter ? options.alter(unit, index) : unit;
        const payloads = sent.flatMap((nal) => packetizeNal(nal, mtu, codec));
        const timestamp = Math.round(firstTimestamp + timeOf(index) * 90_000);
        const packets = payloads.flatMap((payload, place) => {
          const marker = place === payloads.length - 1;
          const packet = rtpPacket({ payloadType: PAYLOAD_TYPE, sequence, timestamp, ssrc: 0x5109ce, marker }, payload);
          const altered = options.alterPacket ? options.alterPacket(packet, sequence) : packet;
          sequence++;
          return altered ? [altered] : [];
        });
        yield { at: sendAt(index), packets };
      }
    },
  };
};

/** Repeatable random numbers, 0 ≤ x < 1. */
export const seeded = (seed: number): (() => number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
};

/** Overwrites a share of the bytes at random; the first `spare` bytes of each piece stay. */
export const corruptBytes = (bytes: Uint8Array, share: number, random: () => number, spare = 0): Uint8Array => {
  const broken = Uint8Array.from(bytes);
  const room = broken.length - spare;
  for (let count = Math.max(1, Math.round(room * share)); room > 0 && count > 0; count--) {
    broken[spare + Math.floor(random() * room)] = Math.floor(random() * 256);
  }
  return broken;
};
