import { chosen, type Random } from '../../../bench/chaos/random.js';
import { describedTracks, wantedTracks } from '../../../bridge/camera/track-format.js';
import { nalUnits } from '../../../bridge/codec/annex-b.js';
import { capsTextOf } from '../../../bridge/codec/caps-text.js';
import { decoderConfiguration } from '../../../bridge/codec/decoder-configuration.js';
import { h264RecoveryPointOf } from '../../../bridge/codec/h264-sei.js';
import { parseH264Pps, parseH264Sps } from '../../../bridge/codec/h264-sets.js';
import { parseH264Slice } from '../../../bridge/codec/h264-slice.js';
import { h265RecoveryPointOf } from '../../../bridge/codec/h265-sei.js';
import { h265VpsId, parseH265Pps, parseH265Sps } from '../../../bridge/codec/h265-sets.js';
import { parseH265Slice } from '../../../bridge/codec/h265-slice.js';
import { audioDepayloader } from '../../../bridge/rtp/depay-audio.js';
import { H264Depayloader } from '../../../bridge/rtp/depay-h264.js';
import { H265Depayloader } from '../../../bridge/rtp/depay-h265.js';
import { MetadataDepayloader } from '../../../bridge/rtp/depay-metadata.js';
import { RtpReceiver } from '../../../bridge/rtp/receiver.js';
import { readRtcp } from '../../../bridge/rtp/rtcp.js';
import { usableH264, usableH265 } from '../../../bridge/rtp/usable-payload.js';
import { ProbeFailure } from '../../../bridge/rtsp/failures.js';
import { MalformedResponse } from '../../../bridge/rtsp/message.js';
import { parseSdp } from '../../../bridge/rtsp/sdp.js';
import { StreamReader } from '../../../bridge/rtsp/stream-reader.js';
import { chooseTracks } from '../../../bridge/rtsp/tracks.js';
import type { NalCodec } from '../../../bridge/types.js';
import { type AssembledUnit, UnitAssembler } from '../../../bridge/units/unit-assembler.js';
import { StoredUnits } from '../../../engine/mp4/stored-units.js';
import { groupAccessUnits, packetizeNal, rtpPacket } from '../h264-bytes.js';
import { mutated } from './mutate.js';
import { AUDIO_FORMATS, AUDIO_PAYLOADS, DOCUMENTS, MESSAGES, RTCP, SDPS } from './samples.js';

/** Takes one input after another; throws what is a fault. */
export type Target = (random: Random) => void;

const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

/** A connection that goes on until it is found to be of no use; then another. */
export const streamTarget = (): Target => {
  const samples = [...MESSAGES, ...MESSAGES.map((each) => Buffer.concat([each, interleavedNoise(each), each]))];
  const handlers = {
    onMessage: () => {},
    onPacket: (channel: number, packet: Buffer) => check(channel < 256 && packet.length < 65_536, 'a packet too long'),
    onGarbage: (bytes: number) => check(bytes > 0, 'no garbage'),
  };
  let reader = new StreamReader(handlers);
  return (random) => {
    if (random.chance(0.05)) reader.expectPackets([0, 1, 2, 3]);
    if (random.chance(0.05)) reader.bodies = chosen(['open', 'none', 'tunnel'] as const, random.next())!;
    if (random.chance(0.02)) reader = new StreamReader(handlers);
    const bytes = mutated(samples, random);
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + 1 + random.below(random.chance(0.3) ? 3 : bytes.length));
        reader.push(bytes.subarray(at, end));
        at = end;
      }
      if (reader.openEnded && random.chance(0.3)) reader.endBody();
      check(reader.pending <= 256 * 1024, `${reader.pending} bytes are held`);
    } catch (problem) {
      if (!(problem instanceof MalformedResponse)) throw problem;
      reader = new StreamReader(handlers);
    }
  };
};

const interleavedNoise = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x24, bytes.length & 3, 0, Math.min(255, bytes.length)]), bytes.subarray(0, 255)]);

export const sdpTarget = (): Target => (random) => {
  const description = parseSdp(mutated(SDPS, random).toString('utf8'));
  check(description.media.length <= 64, 'too many media');
  try {
    describedTracks(chooseTracks('x', description, wantedTracks(true, true)));
  } catch (problem) {
    if (!(problem instanceof ProbeFailure)) throw problem;
  }
};

export const rtcpTarget = (): Target => (random) => {
  for (const message of readRtcp(mutated(RTCP, random))) check(message.ssrc >= 0, 'no source');
};

const SETS = {
  h264: { isUsable: usableH264, Depayloader: H264Depayloader },
  h265: { isUsable: usableH265, Depayloader: H265Depayloader },
} as const;

const onUnit = (codec: NalCodec, { pts, key, payload }: AssembledUnit): void => {
  check(Number.isSafeInteger(pts), `a time of ${pts}`);
  check(payload.length > 4 && payload.readUInt32BE(0) === 1, 'a unit without a start code');
  if (!key) return;
  const stored = StoredUnits.of(codec, payload);
  check(stored !== undefined, 'a picture that no file can begin with');
  check((stored?.stored(payload).length ?? 0) > 4, 'nothing is left for the file');
};

const newAssembler = (codec: NalCodec): UnitAssembler =>
  new UnitAssembler(codec, {
    onFormat: (text) => check(text.startsWith(`video/x-${codec}`), text),
    onUnit: (unit) => onUnit(codec, unit),
    onStray: () => {},
  });

/** Packets of a camera, in order except for what is done to them, up to the units that they become. */
export const videoTarget = (codec: NalCodec, nals: readonly Uint8Array[]): Target => {
  const { isUsable, Depayloader } = SETS[codec];
  const pictures = groupAccessUnits(nals, codec).map((unit) =>
    unit.flatMap((nal, place) =>
      packetizeNal(nal, 300, codec).map((payload, part, parts) => ({
        payload,
        marker: place === unit.length - 1 && part === parts.length - 1,
      })),
    ),
  );
  const packets = pictures.flatMap((packets, index) => packets.map((packet) => ({ ...packet, index })));
  const samples = packets.map(({ payload }) => Buffer.from(payload));
  let next = 0;
  let round = 0;
  const start = () => ({
    receiver: new RtpReceiver({ clockRate: 90_000, payloadTypes: [96], usable: isUsable }),
    depayloader: new Depayloader(newAssembler(codec)),
  });
  let session = start();
  return (random) => {
    if (random.chance(0.0005)) session = start();
    const at = next % packets.length;
    if (at === 0 && next > 0) round++;
    const { payload, marker, index } = packets[at]!;
    const header = {
      ...{ payloadType: 96, sequence: next & 0xffff, ssrc: 7, marker },
      timestamp: (index + round * pictures.length) * 3600,
    };
    next += random.chance(0.02) ? random.below(5) : 1;
    const body = random.chance(0.5) ? payload : mutated(samples, random);
    let bytes: Buffer = rtpPacket(header, body);
    if (random.chance(0.1)) bytes = mutated([bytes], random);
    // About 25 pictures a second; half of a second is half a second's worth of them.
    const received = session.receiver.receive(bytes, next * 5000);
    if (received === undefined) return;
    check(Number.isSafeInteger(received.pts), `a time of ${received.pts}`);
    session.depayloader.take(received);
    check(session.depayloader.capacity <= 8 * 1024 * 1024, 'too much is held of a fragment');
  };
};

/** NAL units in any order, with any loss. */
export const unitTarget = (codec: NalCodec, nals: readonly Uint8Array[]): Target => {
  const samples = nals.map((nal) => Buffer.from(nal));
  let assembler = newAssembler(codec);
  let pts = 0;
  return (random) => {
    if (random.chance(0.001)) assembler = newAssembler(codec);
    if (random.chance(0.5)) pts += random.chance(0.05) ? random.below(1e9) : 40_000;
    const nal = random.chance(0.5) ? chosen(samples, random.next())! : mutated(samples, random);
    assembler.nal(nal, pts, random.chance(0.1));
    if (random.chance(0.4)) assembler.mark(pts, random.chance(0.1));
    if (random.chance(0.001)) assembler.end();
  };
};

/** Every parser sees every unit. */
export const parserTarget = (samples: readonly Uint8Array[]): Target => {
  const nals = samples.map((nal) => Buffer.from(nal));
  return (random) => {
    const nal = mutated(nals, random);
    const h264 = parseH264Sps(nal);
    const h265 = parseH265Sps(nal);
    if (h264) capsTextOf('h264', h264);
    if (h265) capsTextOf('h265', h265);
    const [pps4, pps5] = [parseH264Pps(nal), parseH265Pps(nal)];
    parseH264Slice(nal, { sps: () => h264 ?? lastH264, pps: () => pps4 ?? lastPps4 });
    parseH265Slice(nal, { sps: () => h265 ?? lastH265, pps: () => pps5 ?? lastPps5 });
    [lastH264, lastH265, lastPps4, lastPps5] = [h264 ?? lastH264, h265 ?? lastH265, pps4 ?? lastPps4, pps5 ?? lastPps5];
    h264RecoveryPointOf(nal);
    h265RecoveryPointOf(nal);
    h265VpsId(nal);
    nalUnits(nal);
    for (const codec of ['h264', 'h265'] as const) decoderConfiguration(codec, [nal, chosen(nals, random.next())!]);
  };
};
let lastH264: ReturnType<typeof parseH264Sps>;
let lastH265: ReturnType<typeof parseH265Sps>;
let lastPps4: ReturnType<typeof parseH264Pps>;
let lastPps5: ReturnType<typeof parseH265Pps>;

export const audioTarget = (): Target => {
  const formats = AUDIO_FORMATS.map((format) => {
    const depayloader = audioDepayloader(format, {
      frame: (frame, pts, duration) =>
        check(frame.length <= 65_536 && Number.isSafeInteger(pts) && duration >= 0, 'a frame that cannot be'),
    });
    if (depayloader === undefined) throw new Error(`no way for ${format.encoding}`);
    return depayloader;
  });
  let pts = 0;
  return (random) => {
    pts += 20_000;
    const payload = mutated(AUDIO_PAYLOADS, random);
    chosen(formats, random.next())!.push(
      payload,
      random.chance(0.5),
      pts,
      random.chance(0.1) ? 1 : 0,
      random.chance(0.01),
    );
  };
};

export const metadataTarget = (): Target => {
  const depayloader = new MetadataDepayloader((document) =>
    check(document.length <= 256 * 1024, 'a document too long'),
  );
  return (random) => depayloader.push(mutated(DOCUMENTS, random), random.chance(0.2), random.chance(0.05));
};
