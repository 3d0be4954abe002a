/** What the tests of this folder share: packets as a camera sends them, and what comes out. */
import type { AudioMedia } from '../../../../bridge/rtp/audio-format.js';
import { audioDepayloader } from '../../../../bridge/rtp/depay-audio.js';
import type { NalSink } from '../../../../bridge/rtp/nal-assembler.js';
import { type NalCodec, packetizeNal, rtpPacket } from '../../../kit/h264-bytes.js';
import type { Random } from '../../../kit/motion-planes.js';

export interface Sent {
  sequence?: number;
  timestamp?: number;
  ssrc?: number;
  payloadType?: number;
  marker?: boolean;
  payload?: Uint8Array | readonly number[];
}

export const packet = (sent: Sent = {}): Buffer =>
  rtpPacket(
    {
      sequence: sent.sequence ?? 0,
      timestamp: sent.timestamp ?? 0,
      ssrc: sent.ssrc ?? 7,
      payloadType: sent.payloadType ?? 96,
      marker: sent.marker ?? false,
    },
    Uint8Array.from(sent.payload ?? [0x41, 1]),
  );

/** Each NAL unit as hex, with what was said of it, and each marker. */
export class NalLog implements NalSink {
  readonly nals: { hex: string; pts: number; damagedBefore: boolean }[] = [];
  readonly text: string[] = [];

  nal(nal: Uint8Array, pts: number, damagedBefore: boolean): void {
    const hex = Buffer.from(nal).toString('hex');
    this.nals.push({ hex, pts, damagedBefore });
    this.text.push(`${damagedBefore ? '~' : ''}${hex}`);
  }

  /** `!` behind the unit before, `~!` as an entry of its own if something is missing there. */
  mark(_: number, damagedBefore: boolean): void {
    if (damagedBefore || this.text.length === 0) this.text.push(damagedBefore ? '~!' : '!');
    else this.text.push(`${this.text.pop()}!`);
  }
}

export type LoggedFrame = [hex: string, pts: number, duration: number, damagedBefore: boolean];

/** An audio track that is fed payloads as hex, and its frames. */
export const audioTrack = (media: AudioMedia) => {
  const frames: LoggedFrame[] = [];
  const depayloader = audioDepayloader(media, {
    frame: (frame, pts, duration, damaged) => frames.push([Buffer.from(frame).toString('hex'), pts, duration, damaged]),
  });
  if (depayloader === undefined) throw new Error('an unknown format');
  let fresh = true;
  const push = (hex: string, pts: number, { marker = true, lost = 0 } = {}): void => {
    depayloader.push(Buffer.from(hex, 'hex'), marker, pts, lost, fresh);
    fresh = false;
  };
  return { frames, push };
};

export const integer = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

export const randomBytes = (random: Random, length: number, least = 0): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => integer(random, least, 255)));

const SLICES: Record<NalCodec, readonly number[]> = { h264: [1, 5, 6, 7, 8, 9, 12], h265: [1, 19, 20, 32, 33, 34, 39] };

/** A unit without zeros, so that it holds no start code. */
export const randomNal = (random: Random, codec: NalCodec): Buffer => {
  const long = random() < 0.3 ? 4000 : 60;
  const nal = randomBytes(random, integer(random, 3, long), 1);
  const type = SLICES[codec][integer(random, 0, 6)]!;
  if (codec === 'h264') nal[0] = (nal[0]! & 0x60) | type;
  else nal.set([type << 1, integer(random, 1, 7)]);
  return nal;
};

/** Payloads of a picture: single units, aggregations and fragments, as it comes. */
export const randomPayloads = (random: Random, codec: NalCodec, nals: readonly Buffer[]): Uint8Array[] => {
  const mtu = integer(random, 8, 1400);
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < nals.length; ) {
    const together = nals.slice(at, at + integer(random, 1, 3));
    const length = together.reduce((sum, nal) => sum + 2 + nal.length, 2);
    if (together.length > 1 && length <= mtu) {
      payloads.push(aggregate(codec, together));
      at += together.length;
    } else payloads.push(...packetizeNal(nals[at++]!, mtu, codec));
  }
  return payloads;
};

const aggregate = (codec: NalCodec, nals: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(codec === 'h264' ? [0x18] : [0x60, 0x01]),
    ...nals.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 0xff]), nal]),
  ]);
