/** H.264 and H.265 byte streams cut into NAL units, access units and RTP payloads, for fake cameras. */

export type NalCodec = 'h264' | 'h265';

/** Cuts an Annex B byte stream at its start codes; the start codes are left out. */
export const splitNals = (stream: Uint8Array): Uint8Array[] => {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const code = Buffer.from([0, 0, 1]);
  const nals: Uint8Array[] = [];
  let start = bytes.indexOf(code);
  while (start >= 0) {
    const next = bytes.indexOf(code, start + 3);
    let end = next < 0 ? bytes.length : next;
    // Zeros in front of a start code belong to it, not to the unit.
    while (end > start + 3 && bytes[end - 1] === 0) end--;
    if (end > start + 3) nals.push(bytes.subarray(start + 3, end));
    start = next;
  }
  return nals;
};

export const nalType = (nal: Uint8Array, codec: NalCodec = 'h264'): number =>
  codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f;

const isSlice = (nal: Uint8Array, codec: NalCodec): boolean => {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type >= 1 && type <= 5 : type < 32;
};

/** `first_mb_in_slice` (or `first_slice_segment_in_pic_flag`) says that a picture begins. */
const beginsPicture = (nal: Uint8Array, codec: NalCodec): boolean => {
  const byte = nal[codec === 'h264' ? 1 : 2];
  return byte !== undefined && (byte & 0x80) !== 0;
};

export const isKeyNal = (nal: Uint8Array, codec: NalCodec = 'h264'): boolean => {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type === 5 : type >= 16 && type <= 21;
};

/** Groups NAL units into access units: a unit ends before the next picture's first slice and what precedes that. */
export const groupAccessUnits = (nals: readonly Uint8Array[], codec: NalCodec = 'h264'): Uint8Array[][] => {
  const units: Uint8Array[][] = [];
  let unit: Uint8Array[] = [];
  let hasPicture = false;
  for (const nal of nals) {
    const slice = isSlice(nal, codec);
    if (hasPicture && (!slice || beginsPicture(nal, codec))) {
      units.push(unit);
      unit = [];
      hasPicture = false;
    }
    unit.push(nal);
    hasPicture ||= slice;
  }
  if (unit.length) units.push(unit);
  return units;
};

/** RTP payloads of one NAL unit: itself, or FU-A (RFC 6184) or FU (RFC 7798) when it is longer than `mtu`. */
export const packetizeNal = (nal: Uint8Array, mtu: number, codec: NalCodec = 'h264'): Uint8Array[] => {
  if (nal.length <= mtu) return [nal];
  const headerLength = codec === 'h264' ? 1 : 2;
  const type = nalType(nal, codec);
  const indicator = codec === 'h264' ? [(nal[0]! & 0xe0) | 28] : [(nal[0]! & 0x81) | (49 << 1), nal[1]!];
  const room = Math.max(1, mtu - headerLength - 1);
  const payloads: Uint8Array[] = [];
  for (let at = headerLength; at < nal.length; at += room) {
    const part = nal.subarray(at, at + room);
    const first = at === headerLength ? 0x80 : 0;
    const last = at + room >= nal.length ? 0x40 : 0;
    payloads.push(Buffer.concat([Buffer.from([...indicator, first | last | type]), part]));
  }
  return payloads;
};

export interface RtpHeader {
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  marker: boolean;
}

/** An RTP packet; sequence number and timestamp wrap as they do on the wire. */
export const rtpPacket = (
  { payloadType, sequence, timestamp, ssrc, marker }: RtpHeader,
  payload: Uint8Array,
): Buffer => {
  const packet = Buffer.alloc(12 + payload.length);
  packet[0] = 0x80;
  packet[1] = (marker ? 0x80 : 0) | payloadType;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(((timestamp % 2 ** 32) + 2 ** 32) % 2 ** 32, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.set(payload, 12);
  return packet;
};

/** A packet in the RTSP connection (RFC 2326, 10.12). */
export const interleaved = (channel: number, packet: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);

/** The session description of one H.264 or H.265 stream, with parameter sets if `nals` hold some. */
export const sdpOf = (nals: readonly Uint8Array[], codec: NalCodec = 'h264', payloadType = 96): string => {
  const base64 = (type: number): string | undefined => {
    const nal = nals.find((each) => nalType(each, codec) === type);
    return nal && Buffer.from(nal).toString('base64');
  };
  const parameters: string[] = [];
  if (codec === 'h264') {
    const [sps, pps] = [base64(7), base64(8)];
    parameters.push('packetization-mode=1');
    if (sps && pps) parameters.push(`sprop-parameter-sets=${sps},${pps}`);
  } else {
    const sets = { 'sprop-vps': base64(32), 'sprop-sps': base64(33), 'sprop-pps': base64(34) };
    for (const [name, value] of Object.entries(sets)) if (value) parameters.push(`${name}=${value}`);
  }
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=fake camera',
    't=0 0',
    'a=control:*',
    `m=video 0 RTP/AVP ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=rtpmap:${payloadType} ${codec.toUpperCase()}/90000`,
    ...(parameters.length ? [`a=fmtp:${payloadType} ${parameters.join(';')}`] : []),
    'a=control:track0',
    '',
  ].join('\r\n');
};
