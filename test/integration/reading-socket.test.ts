import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readingSocket } from '../../bridge/reading-socket.js';
import { StreamReader } from '../../bridge/rtsp/stream-reader.js';
import { until } from '../kit/until.js';

const open: Socket[] = [];
let server: Server | undefined;
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
  server?.close();
  server = undefined;
});

/** A connection: the end that reads, and the other. */
const connected = async (): Promise<{ ours: Socket; theirs: Socket }> => {
  server ??= createServer().listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as { port: number };
  const ours = connect({ port, host: '127.0.0.1' });
  await once(ours, 'connect');
  const [theirs] = await accepted;
  open.push(ours, theirs);
  return { ours, theirs };
};

const sent = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => socket.write(bytes, () => resolve()));

/** An interleaved packet whose bytes are all the same. */
const packet = (channel: number, fill: number, length: number): Buffer => {
  const bytes = Buffer.alloc(4 + length, fill);
  bytes.set([0x24, channel, length >> 8, length & 0xff]);
  return bytes;
};

describe('readingSocket', () => {
  it('keeps the beginnings of packets of several connections apart, though all read into the same memory', async () => {
    const packets: string[] = [];
    const ends: Socket[] = [];
    for (const name of ['a', 'b', 'c']) {
      const { ours, theirs } = await connected();
      const reader = new StreamReader({
        onMessage: () => {},
        onPacket: (channel, bytes) => {
          packets.push(`${name}${channel} ${bytes.length} ${[...new Set(bytes)].join()}`);
        },
      });
      reader.expectPackets([0]);
      open.push(readingSocket(ours, (chunk) => reader.push(chunk)));
      ends.push(theirs);
    }
    const wholes = ends.map((_, index) => packet(0, index + 1, 3000));
    // A piece of each in turn.
    for (let at = 0; at < 3004; at += 500) {
      for (const [index, end] of ends.entries()) await sent(end, wholes[index]!.subarray(at, at + 500));
    }
    await until('all packets', () => packets.length === 3);
    expect(packets.sort()).toEqual(['a0 3000 1', 'b0 3000 2', 'c0 3000 3']);
  });

  it('reads nothing while it is paused', async () => {
    const { ours, theirs } = await connected();
    let text = '';
    const socket = readingSocket(ours, (chunk) => {
      text += chunk.toString();
    });
    open.push(socket);
    await sent(theirs, Buffer.from('one '));
    await until('the first words', () => text === 'one ');
    socket.pause();
    await sent(theirs, Buffer.from('two'));
    // What another connection brings afterwards would come behind it.
    const other = await connected();
    other.ours.resume();
    await sent(other.theirs, Buffer.from('x'));
    await until('the other byte', () => other.ours.bytesRead === 1);
    expect(text).toBe('one ');
    socket.resume();
    await until('the words held back', () => text === 'one two');
  });

  it('tells of the end of the connection, writes, and takes over what was read before', async () => {
    const { ours, theirs } = await connected();
    await sent(theirs, Buffer.from('early '));
    await until('what comes early', () => ours.readableLength === 6);
    let text = '';
    const socket = readingSocket(ours, (chunk) => {
      text += chunk.toString();
    });
    open.push(socket);
    socket.write('asked');
    const [heard] = (await once(theirs, 'data')) as [Buffer];
    expect(heard.toString()).toBe('asked');
    theirs.end('late');
    await once(socket, 'close');
    expect(text).toBe('early late');
  });

  it('tells of the end where nothing was read before', async () => {
    const { ours, theirs } = await connected();
    const socket = readingSocket(ours, () => {});
    open.push(socket);
    const end = once(socket, 'end');
    theirs.end();
    await end;
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});
