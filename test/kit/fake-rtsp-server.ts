import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Burst, FakeMedia } from './fake-media.js';
import { interleaved } from './h264-bytes.js';

export interface FakeRequest {
  method: string;
  uri: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Which connection it came on, from 1. */
  connection: number;
}

/** What the server does when a request comes. */
export type FakeAnswer =
  | { kind: 'status'; status: number; reason?: string; headers?: Record<string, string>; body?: string }
  /** These bytes as they are, then the connection stays open or is closed. */
  | { kind: 'raw'; bytes: string | Uint8Array; after?: 'hold' | 'close' | 'reset' }
  /** These bytes, one piece every so many milliseconds. */
  | { kind: 'drip'; pieces: Iterable<string | Uint8Array>; everyMs: number }
  /** No answer; the connection stays open. */
  | { kind: 'hang' }
  /** No answer and nothing is read any more: a peer that has lost its power. */
  | { kind: 'deaf' }
  | { kind: 'close' }
  /** As without an entry, after so many milliseconds. */
  | { kind: 'later'; ms: number }
  /** As without an entry. */
  | { kind: 'usual' };

export interface FakeRtspOptions {
  /** What the usual DESCRIBE and PLAY give. */
  media?: FakeMedia;
  /** Instead of the media's. */
  sdp?: string;
  /** By method (`DESCRIBE`, `SETUP`, `PLAY` …), or for all. */
  answers?: Record<string, FakeAnswer | ((request: FakeRequest) => FakeAnswer)>;
  /** Bytes or silence for whoever connects, before any request: `hang` never reads. */
  greeting?: { bytes?: string | Uint8Array; after: 'serve' | 'hang' | 'close' };
  tls?: { cert: string; key: string };
  /** How the media's bytes are cut when they are written. */
  pieces?: (bytes: Buffer) => Iterable<Uint8Array>;
  /** After the last burst of a stream that is not looped, default `hold`. */
  atEnd?: 'hold' | 'close';
  port?: number;
}

export interface FakeRtspServer {
  url: string;
  port: number;
  /** Every request so far. */
  requests: FakeRequest[];
  /** Connections taken so far, and open now. */
  readonly accepted: number;
  readonly open: number;
  /** Sends packets to whoever has set up the track whose control URL ends so. */
  send(control: string, packets: readonly Buffer[]): void;
  /** Stops sending media on open connections, or goes on with it. */
  pause(): void;
  resume(): void;
  /** Cuts every connection. */
  drop(): void;
  close(): Promise<void>;
}

const REASONS: Record<number, string> = {
  200: 'OK',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  454: 'Session Not Found',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A small RTSP server on loopback that misbehaves as told. Media go interleaved over TCP only. */
export const startFakeRtspServer = async (options: FakeRtspOptions = {}): Promise<FakeRtspServer> => {
  const requests: FakeRequest[] = [];
  const connections = new Set<FakeConnection>();
  let accepted = 0;
  let paused = false;
  const onSocket = (socket: Socket): void => {
    accepted++;
    const connection = new FakeConnection(socket, options, accepted, requests, () => paused);
    connections.add(connection);
    socket.once('close', () => {
      connection.end();
      connections.delete(connection);
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, onSocket) : createServer(onSocket);
  // Clients that leave in mid-handshake are part of the play.
  server.on('tlsClientError', () => {});
  const raw = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => raw.delete(socket));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const drop = (): void => {
    for (const socket of raw) socket.destroy();
  };
  return {
    url: `${options.tls ? 'rtsps' : 'rtsp'}://127.0.0.1:${port}/stream`,
    port,
    requests,
    get accepted() {
      return accepted;
    },
    get open() {
      return connections.size;
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    drop,
    send: (control, packets) => {
      for (const connection of connections) connection.send(control, packets);
    },
    close: async () => {
      drop();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};

/** What may wait in a connection whose client does not read; and how long media is written at a stretch. */
const MAX_UNSENT = 4_000_000;
const TURN_MS = 20;
/** A timer for longer than this would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class FakeConnection {
  #socket: Socket;
  #options: FakeRtspOptions;
  #number: number;
  #requests: FakeRequest[];
  #paused: () => boolean;
  #received = '';
  #timers = new Set<NodeJS.Timeout>();
  /** Channels of the tracks, by the ends of their control URLs. That of the usual media is the first. */
  #channels = new Map<string, number>();
  #deaf = false;

  constructor(
    socket: Socket,
    options: FakeRtspOptions,
    number: number,
    requests: FakeRequest[],
    paused: () => boolean,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#number = number;
    this.#requests = requests;
    this.#paused = paused;
    socket.on('error', () => {});
    if (options.pieces) socket.setNoDelay();
    const greeting = options.greeting;
    if (greeting?.bytes) socket.write(greeting.bytes);
    if (greeting?.after === 'close') socket.end();
    if (greeting && greeting.after !== 'serve') return;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  send(control: string, packets: readonly Buffer[]): void {
    const channel = this.#channels.get(control);
    if (channel === undefined) return;
    for (const packet of packets) this.#socket.write(interleaved(channel, packet));
  }

  #read(chunk: Buffer): void {
    if (this.#deaf) return;
    this.#received += chunk.toString('latin1');
    for (;;) {
      // Receiver reports of the client come interleaved too.
      if (this.#received.startsWith('$')) {
        const length =
          this.#received.length < 4 ? 4 : 4 + this.#received.charCodeAt(2) * 256 + this.#received.charCodeAt(3);
        if (this.#received.length < length) return;
        this.#received = this.#received.slice(length);
        continue;
      }
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = this.#received.slice(0, end).split('\r\n');
      this.#received = this.#received.slice(end + 4);
      const [method = '', uri = ''] = lines[0]!.split(' ');
      const headers = Object.fromEntries(
        lines.slice(1).map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }),
      );
      const request = { method, uri, headers, connection: this.#number };
      this.#requests.push(request);
      this.#answer(request);
    }
  }

  #answer(request: FakeRequest): void {
    const chosen = this.#options.answers?.[request.method];
    const answer = (typeof chosen === 'function' ? chosen(request) : chosen) ?? { kind: 'usual' };
    switch (answer.kind) {
      case 'status':
        this.#reply(request, answer.status, answer.headers ?? {}, answer.body ?? '', answer.reason);
        break;
      case 'raw':
        this.#socket.write(answer.bytes);
        if (answer.after === 'close') this.#socket.end();
        if (answer.after === 'reset') this.#socket.resetAndDestroy();
        break;
      case 'drip':
        this.#drip(answer.pieces[Symbol.iterator](), answer.everyMs);
        break;
      case 'close':
        this.#socket.end();
        break;
      case 'deaf':
        this.#deaf = true;
        this.#socket.pause();
        break;
      case 'hang':
        break;
      case 'later':
        this.#later(() => this.#usual(request), answer.ms);
        break;
      case 'usual':
        this.#usual(request);
    }
  }

  #reply(
    request: FakeRequest,
    status: number,
    headers: Record<string, string>,
    body: string,
    reason = REASONS[status] ?? 'Status',
  ): void {
    const lines = [
      `RTSP/1.0 ${status} ${reason}`,
      `CSeq: ${request.headers['cseq'] ?? '0'}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  #usual(request: FakeRequest): void {
    const session = { Session: '12345678;timeout=60' };
    switch (request.method) {
      case 'OPTIONS':
        this.#reply(request, 200, { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN' }, '');
        break;
      case 'DESCRIBE': {
        const sdp = this.#options.sdp ?? this.#options.media?.sdp;
        const headers = { 'Content-Type': 'application/sdp', 'Content-Base': `${request.uri}/` };
        if (sdp === undefined) this.#reply(request, 404, {}, '');
        else this.#reply(request, 200, headers, sdp);
        break;
      }
      case 'SETUP': {
        const transport = request.headers['transport'] ?? '';
        const channels = /interleaved=(\d+)-(\d+)/.exec(transport);
        if (!transport.includes('RTP/AVP/TCP')) {
          this.#reply(request, 461, {}, '');
          break;
        }
        const channel = Number(channels?.[1] ?? 0);
        this.#channels.set(request.uri.replace(/^.*\//, ''), channel);
        const taken = `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
        this.#reply(request, 200, { ...session, Transport: taken }, '');
        break;
      }
      case 'PLAY':
        this.#reply(request, 200, { ...session, Range: 'npt=0-' }, '');
        this.#play();
        break;
      case 'TEARDOWN':
        this.#reply(request, 200, session, '');
        this.#socket.end();
        break;
      default:
        this.#reply(request, 200, session, '');
    }
  }

  #play(): void {
    const bursts = this.#options.media?.bursts();
    if (!bursts) return;
    const start = performance.now();
    let waiting = bursts.next();
    const step = (): void => {
      const turnEnds = performance.now() + TURN_MS;
      const due = ({ at }: Burst): boolean => at * 1000 <= performance.now() - start;
      const held = (): boolean => this.#paused() || this.#socket.writableLength > MAX_UNSENT;
      // A flood can be due faster than it can be written: without an end of the turn the client would never be heard,
      // not even when it has gone.
      while (
        !waiting.done &&
        due(waiting.value) &&
        !held() &&
        !this.#socket.destroyed &&
        performance.now() < turnEnds
      ) {
        this.#send(waiting.value);
        waiting = bursts.next();
      }
      if (this.#socket.destroyed) return;
      if (waiting.done) {
        if (this.#options.atEnd === 'close') this.#socket.end();
        return;
      }
      this.#later(step, held() ? 20 : Math.max(1, waiting.value.at * 1000 - (performance.now() - start)));
    };
    step();
  }

  #send({ packets, track = 0, reports = false }: Burst): void {
    // Whoever answers SETUP in another way than the usual chooses the first.
    const channel = [...this.#channels.values()][track] ?? (track === 0 ? 0 : undefined);
    if (channel === undefined) return;
    for (const packet of packets) this.#write(interleaved(reports ? channel + 1 : channel, packet));
  }

  #write(bytes: Buffer): void {
    const pieces = this.#options.pieces?.(bytes) ?? [bytes];
    for (const piece of pieces) this.#socket.write(piece);
  }

  #drip(pieces: Iterator<string | Uint8Array>, everyMs: number): void {
    const piece = pieces.next();
    if (piece.done || this.#socket.destroyed) return;
    this.#socket.write(piece.value);
    this.#later(() => this.#drip(pieces, everyMs), everyMs);
  }

  #later(task: () => void, ms: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        task();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    this.#timers.add(timer);
  }
}
