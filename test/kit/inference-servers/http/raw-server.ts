import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Called for each request that has come whole: `request` counts those of the connection from 1. */
export type Script = (socket: Socket, request: number, connection: number) => void;

export interface RawServer {
  url: string;
  readonly connections: number;
  readonly open: number;
  /** Requests that came whole, over all connections. */
  readonly requests: number;
  script: Script;
}

/** A server that answers with whatever bytes a test wants, and closes when it wants. */
export const startRawServer = async (script: Script, onConnection?: (socket: Socket) => void): Promise<RawServer> => {
  let connections = 0;
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onConnection?.(socket);
    let held = Buffer.alloc(0);
    let request = 0;
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const end = held.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(held.toString('latin1', 0, end))?.[1] ?? 0);
        if (held.length < end + 4 + length) return;
        held = held.subarray(end + 4 + length);
        requests += 1;
        raw.script(socket, ++request, connection);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const raw: RawServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    get requests() {
      return requests;
    },
    script,
  };
  return raw;
};

/** A whole answer as bytes. */
export const httpAnswer = (body: string, headers: readonly string[] = [], first = 'HTTP/1.1 200 OK'): string =>
  [first, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
