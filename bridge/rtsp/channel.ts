import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { readingSocket } from '../reading-socket.js';
import type { TlsOptions } from '../types.js';
import { bracketed, type CameraUrl } from './camera-url.js';
import { secured, untilAborted, type Watch } from './connection.js';
import {
  closedFailure,
  malformedFailure,
  ProbeFailure,
  redirectFailure,
  socketFailure,
  statusFailure,
} from './failures.js';
import type { Login } from './login.js';
import { type Head, MAX_HEAD, MalformedResponse, parseHead, type Response } from './message.js';
import { PacedReading } from './paced-reading.js';
import { isRedirect, redirectPlace } from './redirect.js';

/** What carries requests to a camera, and answers and media back. */
export interface Channel {
  send(bytes: string | Buffer): void;
  /** Nothing is read until `resume`: whoever takes the media is behind. */
  pause(): void;
  resume(): void;
  /** Whether what comes may wait for a tenth of a second. */
  readInRounds(yes: boolean): void;
  /** Either side has closed it. */
  readonly over: boolean;
  /** What has been sent still goes out. */
  close(): void;
}

export interface ChannelHandlers {
  /** Valid only during the call. */
  onData(chunk: Buffer): void;
  /** Once, unless it was closed here. */
  onEnd(problem: NodeJS.ErrnoException | undefined): void;
}

export interface ChannelOptions {
  transport: 'tcp' | 'http';
  tls: TlsOptions;
  login: Login;
  /** A new connection to the place, without TLS. Throws a ProbeFailure. */
  connect(target: CameraUrl, watch: Watch): Promise<Socket>;
}

export const USER_AGENT = 'Sluice';
/** So long the other side may take to read our last request and to close. */
const LINGER_MS = 1000;

/** Throws a ProbeFailure. */
export const openChannel = (
  target: CameraUrl,
  options: ChannelOptions,
  watch: Watch,
  handlers: ChannelHandlers,
): Promise<Channel> =>
  options.transport === 'http'
    ? openTunnel(target, options, watch, handlers)
    : openDirect(target, options, watch, handlers);

const openSocket = async (target: CameraUrl, options: ChannelOptions, watch: Watch): Promise<Socket> => {
  watch.stage = { at: 'connect' };
  return await secured(await options.connect(target, watch), target, options.tls, watch);
};

const openDirect = async (
  target: CameraUrl,
  options: ChannelOptions,
  watch: Watch,
  handlers: ChannelHandlers,
): Promise<Channel> => {
  const connected = await openSocket(target, options, watch);
  const heard = (chunk: Buffer): void => channel.hear(chunk);
  // What TLS has taken apart is in buffers of its own.
  const socket = target.secure ? connected.on('data', heard) : readingSocket(connected, heard);
  const channel = channelOver(socket, socket, (bytes) => socket.write(bytes), handlers);
  return channel;
};

/** RTSP over HTTP: answers come on a GET that never ends, requests go base64-encoded into a POST that never ends. */
const openTunnel = async (
  target: CameraUrl,
  options: ChannelOptions,
  watch: Watch,
  handlers: ChannelHandlers,
): Promise<Channel> => {
  const cookie = randomBytes(11).toString('hex');
  const { get, rest } = await openGet(target, options, cookie, watch);
  let post: Socket;
  try {
    post = await openSocket(target, options, watch);
  } catch (problem) {
    get.destroy();
    throw problem;
  }
  post.resume();
  post.write(
    httpRequest('POST', target, cookie, options.login, [
      'Content-Type: application/x-rtsp-tunnelled',
      // A length that is never reached, as the protocol's inventors prescribe.
      'Content-Length: 32767',
      'Expires: Sun, 9 Jan 1972 00:00:00 GMT',
    ]),
  );
  const channel = channelOver(get, post, (bytes) => post.write(Buffer.from(bytes).toString('base64')), handlers);
  get.on('data', (chunk: Buffer) => channel.hear(chunk));
  // In its own turn: nobody listens before the channel has been handed over.
  setImmediate(() => {
    if (rest.length > 0) channel.hear(rest);
    get.resume();
  });
  return channel;
};

/** A channel, and where to put what has come for it. */
interface HearingChannel extends Channel {
  hear(chunk: Buffer): void;
}

const channelOver = (
  incoming: Socket,
  outgoing: Socket,
  write: (bytes: string | Buffer) => void,
  { onData, onEnd }: ChannelHandlers,
): HearingChannel => {
  let closed = false;
  let over = false;
  let failure: NodeJS.ErrnoException | undefined;
  const reading = new PacedReading(incoming);
  const end = (): void => {
    if (over) return;
    over = true;
    reading.inRounds(false);
    incoming.destroy();
    outgoing.destroy();
    if (!closed) onEnd(failure);
  };
  for (const socket of new Set([incoming, outgoing])) {
    socket.on('error', (problem) => {
      failure ??= problem;
    });
    socket.once('close', end);
  }
  incoming.once('end', end);
  return {
    hear: (chunk) => {
      if (over || closed) return;
      onData(chunk);
      reading.heard(chunk.length);
    },
    send: (bytes) => {
      if (outgoing.writable) write(bytes);
    },
    pause: () => reading.pause(),
    resume: () => reading.resume(),
    readInRounds: (yes) => {
      if (!over && !closed) reading.inRounds(yes);
    },
    get over() {
      return over || closed || incoming.destroyed || outgoing.destroyed;
    },
    close: () => {
      closed = true;
      reading.inRounds(false);
      // Media that nobody reads would make the system reset the connection before the camera has read the last request.
      incoming.resume();
      outgoing.end();
      incoming.end();
      setTimeout(end, LINGER_MS).unref();
    },
  };
};

/** Opens the GET half; some cameras ask for credentials here already. `rest`: what came behind the head of its answer. */
const openGet = async (
  target: CameraUrl,
  options: ChannelOptions,
  cookie: string,
  watch: Watch,
): Promise<{ get: Socket; rest: Buffer }> => {
  for (;;) {
    const get = await openSocket(target, options, watch);
    try {
      get.write(httpRequest('GET', target, cookie, options.login, ['Accept: application/x-rtsp-tunnelled']));
      watch.stage = { at: 'answer', method: 'GET' };
      const { head, rest } = await readHead(get, target.label, watch);
      if (head.kind !== 'response' || head.protocol !== 'HTTP') {
        throw malformedFailure(target.label, 'it answered an HTTP request in RTSP');
      }
      const response: Response = { ...head, body: '' };
      if (response.status !== 401) options.login.answered(response);
      if (response.status === 200) return { get, rest };
      const verdict = response.status === 401 ? options.login.challenged(response) : 'refused';
      if (verdict !== 'again') throw refusal(target, response, options.login);
      get.destroy();
    } catch (problem) {
      get.destroy();
      throw problem;
    }
  }
};

/** Throws a ProbeFailure. */
const readHead = async (socket: Socket, label: string, watch: Watch): Promise<{ head: Head; rest: Buffer }> => {
  let received = Buffer.alloc(0);
  let onData = (_: Buffer): void => {};
  const heard = (chunk: Buffer): void => onData(chunk);
  socket.on('data', heard);
  try {
    return await untilAborted(watch.signal, (resolve, reject) => {
      socket.once('error', (problem) => reject(socketFailure(label, watch.stage, problem)));
      socket.once('close', () => reject(closedFailure(label, received.length, 'GET')));
      socket.once('end', () => reject(closedFailure(label, received.length, 'GET')));
      onData = (chunk) => {
        received = Buffer.concat([received, chunk]);
        const text = received.toString('latin1');
        const end = /\r?\n\r?\n/.exec(text);
        try {
          if (end !== null) {
            socket.pause();
            onData = () => {};
            resolve({ head: parseHead(text.slice(0, end.index)), rest: received.subarray(end.index + end[0].length) });
          } else if (received.length > MAX_HEAD) {
            throw new MalformedResponse(`the headers are longer than ${MAX_HEAD} bytes`);
          }
        } catch (problem) {
          reject(malformedFailure(label, (problem as Error).message));
        }
      };
    });
  } finally {
    socket.off('data', heard);
  }
};

const refusal = (target: CameraUrl, response: Response, login: Login): ProbeFailure => {
  const { label } = target;
  if (isRedirect(response)) return redirectFailure(label, redirectPlace(target, response), '');
  if (response.status === 401 || response.status === 403) return statusFailure(label, response, login.tried);
  const { status, reason } = response;
  return new ProbeFailure(
    'protocol',
    String(status),
    `${label} offers no RTSP over HTTP (${status} ${reason}); check the port, or set the transport to tcp`,
  );
};

const httpRequest = (
  method: string,
  target: CameraUrl,
  cookie: string,
  login: Login,
  headers: readonly string[],
): string => {
  const authorization = login.header(method, target.path);
  return [
    `${method} ${target.path} HTTP/1.0`,
    `Host: ${bracketed(target.host)}:${target.port}`,
    `User-Agent: ${USER_AGENT}`,
    `x-sessioncookie: ${cookie}`,
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    ...headers,
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    '',
    '',
  ].join('\r\n');
};
