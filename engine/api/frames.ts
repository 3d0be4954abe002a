const TEXT_FIN = 0x81;
const PING_FIN = 0x89;
/** More must not be in a control frame. */
const MOST_CONTROL = 125;

/**
 * A WebSocket text frame from a server (RFC 6455, section 5.2: final, unmasked). Built once for an event and written to
 * every socket.
 */
export const textFrame = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = TEXT_FIN;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header, 'utf8');
  return frame;
};

/** A WebSocket ping frame from a server. Its peer returns the payload when it has read everything before it. */
export const pingFrame = (payload: string): Buffer => {
  const bytes = Buffer.from(payload);
  if (bytes.length > MOST_CONTROL) throw new RangeError('a ping holds at most 125 bytes');
  return Buffer.concat([Buffer.from([PING_FIN, bytes.length]), bytes]);
};
