import { headerCrc } from '../../bridge/lanes/gdp-format.js';
import { GdpReader } from '../../bridge/lanes/gdp-reader.js';
import { unitPacket } from '../../bridge/lanes/gdp-writer.js';
import type { EncodedUnit } from '../../bridge/types.js';

export interface Collected {
  units: EncodedUnit[];
  caps: string[];
  events: number[];
  /** Lengths of the stretches that were no packets. */
  gaps: number[];
  garbage: number;
}

/** Everything that a reader finds in these chunks; payloads are copied. */
export const collectPackets = (chunks: readonly Buffer[]): Collected => {
  const found: Collected = { units: [], caps: [], events: [], gaps: [], garbage: 0 };
  const reader = new GdpReader({
    onBuffer: (unit) => found.units.push({ ...unit, payload: Buffer.from(unit.payload) }),
    onCaps: (text) => found.caps.push(text),
    onEvent: (type) => found.events.push(type),
    onGarbage: (bytes) => found.gaps.push(bytes),
  });
  for (const chunk of chunks) reader.push(chunk);
  found.garbage = reader.garbageBytes;
  return found;
};

/** A packet with all that a unit says, its decoding time too, which the bridge itself never writes. */
export const packetOf = (unit: EncodedUnit): Buffer => {
  const packet = unitPacket(unit, unit.pts, unit.duration, unit.discont);
  if (unit.dts !== null) packet.writeBigUInt64BE(BigInt(unit.dts) * 1000n, 44);
  packet.writeUInt16BE(headerCrc(packet, 0), 58);
  return packet;
};
