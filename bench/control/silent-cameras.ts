import { createServer, type Socket } from 'node:net';

export interface SilentCameras {
  /** Of camera `n`; every number is a camera of its own. */
  url(n: number): string;
  connections(): number;
  close(): Promise<void>;
}

/** Cameras that take connections and say nothing: every second one; at the others nobody listens. */
export async function silentCameras(): Promise<SilentCameras> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  const closed = createServer();
  const listening = (one: typeof server) =>
    new Promise<number>((done) => {
      one.listen(0, '127.0.0.1', () => done((one.address() as { port: number }).port));
    });
  const port = await listening(server);
  const refusing = await listening(closed);
  await new Promise((done) => closed.close(done));
  return {
    url: (n) => `rtsp://127.0.0.1:${n % 2 === 0 ? port : refusing}/camera-${n}`,
    connections: () => connections,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
