import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A picture as it came. */
export interface Arrived {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Number of the connection, from 1. */
  connection: number;
}

export type Answering = (response: ServerResponse, arrived: Arrived, request: IncomingMessage) => unknown;

export interface InferenceServer {
  /** Without a slash at the end. */
  url: string;
  port: number;
  arrived: Arrived[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Connections that are open. */
  readonly open: number;
  /** How the next pictures are answered. */
  answer: Answering;
  close(): Promise<void>;
}

export const FOUND = { inferences: [{ type: 'motion', motion: { box: { l: 0.1, t: 0.2, w: 0.3, h: 0.4 } } }] };

export const sendJson = (response: ServerResponse, json: unknown, status = 200): void => {
  const text = JSON.stringify(json);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
};

/** A server that takes whole pictures and answers as it is told; closed when the test is over. */
export const startServer = async (
  answer: Answering = (response) => sendJson(response, FOUND),
  options: { tls?: { cert: string; key: string }; port?: number; keepAliveMs?: number } = {},
): Promise<InferenceServer> => {
  const numbers = new Map<Socket, number>();
  let connections = 0;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const arrived = {
        method,
        url,
        headers,
        body: Buffer.concat(parts),
        connection: numbers.get(request.socket) ?? 0,
      };
      served.arrived.push(arrived);
      void served.answer(response, arrived, request);
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, take) : createServer(take);
  server.keepAliveTimeout = options.keepAliveMs ?? 5_000;
  server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1;
    numbers.set(socket, connections);
    socket.on('error', () => undefined);
    socket.on('close', () => numbers.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const served: InferenceServer = {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    arrived: [],
    get connections() {
      return connections;
    },
    get open() {
      return numbers.size;
    },
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of numbers.keys()) socket.destroy();
      }),
  };
  onTestFinished(() => served.close());
  return served;
};
