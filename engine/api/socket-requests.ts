import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { messageOf, SluiceError } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/log.js';
import { type MethodResult, resultJson } from '../core/method-result.js';
import type { InputRouter, MethodInvoker } from '../core/ports.js';
import { parseJsonBody } from './bodies.js';
import { errorResult, statusOf } from './replies.js';

/** What a client may send over the event socket. The response is `{id, status, payload}`. */
type SocketRequest =
  | { id: string | number; method: string; payload?: unknown }
  | { id: string | number; input: string; message?: unknown; pipeline?: string };

export interface RequestPorts {
  methods: MethodInvoker;
  inputs: InputRouter;
  log?: Logger;
}

/** Concurrent requests of one socket; more are answered with 503. */
const MAX_IN_FLIGHT = 16;
/** Bytes of responses that may wait in the connection before further requests are left unread. */
const MAX_UNREAD_ANSWERS = 1024 * 1024;

/** Answers the requests that come over a socket. @param stream the connection under it */
export const serveRequests = (socket: WebSocket, stream: Duplex, ports: RequestPorts): void => {
  const log = ports.log ?? silentLogger();
  let inFlight = 0;
  const reply = (id: unknown, result: MethodResult): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(`{"id":${JSON.stringify(id)},${resultJson(result).slice(1)}`);
    if (stream.writableLength <= MAX_UNREAD_ANSWERS || socket.isPaused) return;
    socket.pause();
    stream.once('drain', () => socket.resume());
  };

  socket.on('message', (data: RawData, isBinary: boolean) => {
    const request = isBinary ? 'binary messages are not supported' : read(data);
    if (typeof request === 'string') {
      reply(null, errorResult(400, request));
      return;
    }
    if (inFlight >= MAX_IN_FLIGHT) {
      reply(request.id, errorResult(503, `at most ${MAX_IN_FLIGHT} requests at a time`));
      return;
    }
    inFlight += 1;
    answer(request, ports, log)
      .then((result) => reply(request.id, result))
      .finally(() => {
        inFlight -= 1;
      })
      .catch((error) => log.error({ err: error }, 'a response could not be sent'));
  });
};

const read = (data: RawData): SocketRequest | string => {
  let value: unknown;
  try {
    value = parseJsonBody(Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data));
  } catch (error) {
    return messageOf(error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a request must be a JSON object';
  const { id, method, input, pipeline } = value as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') return 'a request must have an id, a string or a number';
  if (pipeline !== undefined && typeof pipeline !== 'string') return 'pipeline must be a string';
  if (typeof method === 'string' && input === undefined) return value as SocketRequest;
  if (typeof input === 'string' && method === undefined) return value as SocketRequest;
  return 'a request must have either a method or an input';
};

const answer = async (request: SocketRequest, ports: RequestPorts, log: Logger): Promise<MethodResult> => {
  try {
    if ('method' in request) return await ports.methods.invoke(request.method, request.payload);
    const target = request.pipeline === undefined ? {} : { pipeline: request.pipeline };
    return { status: 200, payload: await ports.inputs.deliver(request.input, request.message ?? null, target) };
  } catch (error) {
    if (error instanceof SluiceError) return errorResult(statusOf(error), error.message, error.code);
    log.error({ err: error }, 'a request over a socket failed');
    return errorResult(500, 'the request failed inside the engine; its log says why');
  }
};
