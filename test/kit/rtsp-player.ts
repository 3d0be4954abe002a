import { connect, type Socket } from 'node:net';
import { type NalCodec, nalType } from './h264-bytes.js';

export interface PlayedPacket {
  sequence: number;
  timestamp: number;
  marker: boolean;
  /** Of the NAL unit, also when the packet carries a fragment of it. */
  nalType: number;
  /** The packet begins a NAL unit. */
  first: boolean;
  payload: Buffer;
  /** Milliseconds since PLAY. */
  at: number;
}

export interface RtspPlayer {
  sdp: string;
  packets: PlayedPacket[];
  /** Resolves when the server has closed the connection. */
  closed: Promise<void>;
  readonly open: boolean;
  /** Resolves when `done` holds, which is asked at every packet; rejects after `timeoutMs` (default 15 s). */
  until(done: (packets: readonly PlayedPacket[]) => boolean, timeoutMs?: number): Promise<void>;
  close(): void;
}

/** Plays the first stream of an RTSP URL over TCP, without credentials, and keeps every packet. */
export const playRtsp = async (url: string, codec: NalCodec = 'h264'): Promise<RtspPlayer> => {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const packets: PlayedPacket[] = [];
  const watchers = new Set<() => void>();
  let buffer = Buffer.alloc(0);
  let open = true;
  let onText: ((text: string) => void) | undefined;
  let start = performance.now();
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      open = false;
      resolve();
    }),
  );
  let onError: (problem: Error) => void = () => {};
  socket.on('error', (problem) => onError(problem));

  const take = (packet: Buffer): void => {
    const payload = packet.subarray(12);
    const fragment = nalType(payload, codec) === (codec === 'h264' ? 28 : 49);
    const header = payload[codec === 'h264' ? 1 : 2] ?? 0;
    packets.push({
      sequence: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
      marker: (packet[1]! & 0x80) !== 0,
      nalType: fragment ? header & (codec === 'h264' ? 0x1f : 0x3f) : nalType(payload, codec),
      first: !fragment || (header & 0x80) !== 0,
      payload,
      at: performance.now() - start,
    });
    for (const watcher of [...watchers]) watcher();
  };

  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      if (buffer[0] === 0x24) {
        if (buffer.length < 4 || buffer.length < 4 + buffer.readUInt16BE(2)) return;
        const packet = Buffer.from(buffer.subarray(4, 4 + buffer.readUInt16BE(2)));
        if (buffer[1] === 0 && packet.length > 12) take(packet);
        buffer = buffer.subarray(4 + packet.length);
        continue;
      }
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = buffer.toString('latin1', 0, end);
      const length = Number(/content-length:\s*(\d+)/i.exec(head)?.[1] ?? 0);
      if (buffer.length < end + 4 + length) return;
      const text = buffer.toString('latin1', 0, end + 4 + length);
      buffer = buffer.subarray(end + 4 + length);
      onText?.(text);
    }
  });

  let sequence = 0;
  const ask = (method: string, uri: string, headers: string[] = []): Promise<string> =>
    new Promise((resolve, reject) => {
      onError = reject;
      void closed.then(() => reject(new Error(`${method}: the server closed the connection`)));
      onText = (text) => {
        onText = undefined;
        if (/^RTSP\/1.0 200/.test(text)) resolve(text);
        else reject(new Error(`${method}: ${text.split('\r\n')[0]}`));
      };
      socket.write([`${method} ${uri} RTSP/1.0`, `CSeq: ${++sequence}`, ...headers, '', ''].join('\r\n'));
    });

  try {
    const described = await ask('DESCRIBE', url, ['Accept: application/sdp']);
    const sdp = described.slice(described.indexOf('\r\n\r\n') + 4);
    const controls = [...sdp.matchAll(/^a=control:(.*?)\r?$/gm)].map((match) => match[1]!);
    const control = controls.at(-1) ?? '';
    const track = control.startsWith('rtsp:') ? control : `${url}/${control}`;
    const setup = await ask('SETUP', track, ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1']);
    const session = /session:\s*([^;\r\n]+)/i.exec(setup)?.[1] ?? '';
    start = performance.now();
    await ask('PLAY', url, [`Session: ${session}`, 'Range: npt=0-']);
    return {
      sdp,
      packets,
      closed,
      get open() {
        return open;
      },
      until: (done, timeoutMs = 60_000) =>
        new Promise((resolve, reject) => {
          const finish = (problem?: Error): void => {
            clearTimeout(timer);
            watchers.delete(check);
            if (problem) reject(problem);
            else resolve();
          };
          const check = (): void => {
            if (done(packets)) finish();
          };
          const timer = setTimeout(
            () => finish(new Error(`not within ${timeoutMs} ms; ${packets.length} packets came`)),
            timeoutMs,
          );
          watchers.add(check);
          check();
        }),
      close: () => socket.destroy(),
    };
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

/** Presentation times in ms from the first, one per access unit, in the order of arrival; wraps are followed. */
export const pictureTimes = (packets: readonly PlayedPacket[]): number[] => {
  const times: number[] = [];
  let last: number | undefined;
  let time = 0;
  for (const { timestamp } of packets) {
    if (timestamp === last) continue;
    if (last !== undefined) time += ((timestamp - last) << 0) / 90;
    last = timestamp;
    times.push(time);
  }
  return times;
};

/** Indexes, among the access units, of those that begin with or contain a keyframe. */
export const keyPictures = (packets: readonly PlayedPacket[], keyType = 5): number[] => {
  const keys = new Set<number>();
  let index = -1;
  let last: number | undefined;
  for (const packet of packets) {
    if (packet.timestamp !== last) index++;
    last = packet.timestamp;
    if (packet.nalType === keyType) keys.add(index);
  }
  return [...keys];
};
