import { RTP_HEADER } from './packet.js';
import type { Received } from './receiver.js';

/** The source of every packet written here. */
const OUR_SSRC = 0x51_75_1c_e0;

/**
 * Writes a packet as GStreamer is to see it: with our number and source, and nothing optional in its header. Returns its
 * length, or 0 if the target has no room for it.
 *
 * @param payload that of the packet, or what is sent in its name
 * @param sequence 16 bits: that of the packet, moved on by what was put in before it
 */
export const renumber = (received: Received, payload: Buffer, sequence: number, target: Buffer): number => {
  const length = RTP_HEADER + payload.length;
  if (target.length < length) return 0;
  target[0] = 0x80;
  target[1] = (received.marker ? 0x80 : 0) | received.payloadType;
  target.writeUInt16BE(sequence, 2);
  target.writeUInt32BE(received.timestamp >>> 0, 4);
  target.writeUInt32BE(OUR_SSRC, 8);
  payload.copy(target, RTP_HEADER);
  return length;
};
