import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

const TICK_MS = 20;

export interface NarrowLink {
  port: number;
  stop(): Promise<void>;
}

/** Stands in front of a server on this machine; what that sends passes at so many bytes a second and connection. */
export const narrowLink = async (upstreamPort: number, bytesPerSecond: number): Promise<NarrowLink> => {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of [client, upstream]) each.destroy();
      });
    }
    client.pipe(upstream);
    carry(upstream, client, bytesPerSecond);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

/** In small parts: what comes late on a narrow link comes late bit by bit. */
const carry = (from: Socket, to: Socket, bytesPerSecond: number): void => {
  let waiting = Buffer.alloc(0);
  let last = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const now = performance.now();
    const some = waiting.subarray(0, Math.round(((now - last) / 1000) * bytesPerSecond));
    last = now;
    waiting = waiting.subarray(some.length);
    if (some.length > 0) to.write(some);
    if (waiting.length > 0) return;
    clearInterval(timer);
    timer = undefined;
    from.resume();
  };
  from.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    from.pause();
    if (timer) return;
    last = performance.now();
    timer = setInterval(tick, TICK_MS);
  });
  from.on('close', () => clearInterval(timer));
};
