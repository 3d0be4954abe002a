import type { CameraUrl } from './camera-url.js';
import { type Channel, type ChannelOptions, openChannel, USER_AGENT } from './channel.js';
import { untilAborted, type Watch, watched } from './connection.js';
import {
  closedFailure,
  malformedFailure,
  ProbeFailure,
  socketFailure,
  statusFailure,
  withdrawnFailure,
} from './failures.js';
import { headerOf, MalformedResponse, type Message, type Request, type Response } from './message.js';
import { StreamReader } from './stream-reader.js';

export interface DialogueOptions extends ChannelOptions {
  target: CameraUrl;
  /** For a connection, its TLS and an HTTP tunnel. */
  connectMs: number;
  /** For each answer. */
  answerMs: number;
  signal: AbortSignal | undefined;
}

export interface DialogueHandlers {
  /** A view that is valid only during the call. */
  onPacket(channel: number, packet: Buffer): void;
  /** Bytes between the packets that belonged to nothing. */
  onGarbage(bytes: number): void;
  /** A request of the camera's; the status that answers it. */
  onRequest(request: Request): number;
  /** The connection has ended, or carries nothing that can be read. Once. */
  onEnd(failure: ProbeFailure): void;
}

/** Silence after which a body of unknown length counts as complete. */
const QUIET_MS = 300;
/** Answers that are no final ones (100 Continue). */
const MAX_PROVISIONAL = 8;
const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 501: 'Not Implemented' };

interface Waiting {
  provisional: number;
  settle(answer: Response | ProbeFailure): void;
}

/**
 * Requests to one camera and its answers, one at a time, on a connection that is opened when it is needed. Asks again
 * with credentials where the camera wants them. Until there is a session a camera may close the connection after each
 * answer, and another is opened.
 */
export class Dialogue {
  readonly #options: DialogueOptions;
  readonly #handlers: DialogueHandlers;
  #channel: Channel | undefined;
  #reader: StreamReader;
  #sequence = 0;
  #waiting: Waiting | undefined;
  /** Numbers of requests that were not answered in time. */
  readonly #abandoned = new Set<string>();
  #quiet: NodeJS.Timeout | undefined;
  #closed = false;
  /** The identifier that the camera has given to the session. From then on it lives on this connection. */
  session: string | undefined;

  constructor(options: DialogueOptions, handlers: DialogueHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#reader = this.#newReader();
  }

  /** Media may come on these channels. */
  expectPackets(channels: Iterable<number>): void {
    this.#reader.expectPackets(channels);
  }

  pause(): void {
    this.#channel?.pause();
  }

  resume(): void {
    this.#channel?.resume();
  }

  /** Whether what comes may wait for a tenth of a second. */
  readInRounds(yes: boolean): void {
    this.#channel?.readInRounds(yes);
  }

  /** Sends an interleaved packet of ours. */
  sendPacket(channel: number, packet: Uint8Array): void {
    const bytes = Buffer.allocUnsafe(4 + packet.length);
    bytes[0] = 0x24;
    bytes[1] = channel;
    bytes.writeUInt16BE(packet.length, 2);
    bytes.set(packet, 4);
    this.#channel?.send(bytes);
  }

  /**
   * The camera's final answer, whatever its status, except that a 401 is answered with credentials. One request at a time.
   * Throws a ProbeFailure.
   *
   * @param limitMs how long the answer may take, if that is not what applies to all
   */
  async request(
    method: string,
    uri: string,
    headers: readonly string[] = [],
    limitMs = this.#options.answerMs,
  ): Promise<Response> {
    const { login, target } = this.#options;
    for (;;) {
      if (this.#channel?.over !== false) {
        if (this.session !== undefined) throw closedFailure(target.label, 0, method);
        await this.#open();
      }
      const response = await this.#exchange(method, uri, headers, limitMs);
      if (response.status !== 401) {
        login.answered(response);
        return response;
      }
      const verdict = login.challenged(response);
      if (verdict === 'unanswerable') throw unanswerable(target);
      if (verdict === 'refused') throw statusFailure(target.label, response, login.tried);
      if (/\bclose\b/i.test(headerOf(response, 'connection') ?? '')) this.#drop();
    }
  }

  /** Sends a request and does not wait for its answer, which is passed over. */
  tell(method: string, uri: string): void {
    this.#channel?.send(this.#textOf(method, uri, [], this.#options.login.header(method, uri)));
  }

  /** What was sent still goes out; nothing is heard any more. */
  close(): void {
    this.#closed = true;
    this.#drop();
    const { target, signal } = this.#options;
    this.#settle(signal?.aborted ? withdrawnFailure(target.label) : closedFailure(target.label, 0));
  }

  async #open(): Promise<void> {
    const { target, connectMs, signal } = this.#options;
    const reader = this.#newReader();
    this.#reader = reader;
    const mine = (): boolean => this.#reader === reader && !this.#closed;
    const channel = await watched(target.label, connectMs, signal, (watch) =>
      openChannel(target, this.#options, watch, {
        onData: (chunk) => {
          if (mine()) this.#onData(chunk);
        },
        onEnd: (problem) => {
          if (mine()) this.#onEnd(problem);
        },
      }),
    );
    if (this.#closed) {
      channel.close();
      throw closedFailure(target.label, 0);
    }
    this.#channel = channel;
  }

  #newReader(): StreamReader {
    return new StreamReader({
      onMessage: (message) => this.#onMessage(message),
      onPacket: (channel, packet) => this.#handlers.onPacket(channel, packet),
      onGarbage: (bytes) => this.#handlers.onGarbage(bytes),
    });
  }

  /** Ends the connection, and not the dialogue. */
  #drop(): void {
    clearTimeout(this.#quiet);
    this.#channel?.close();
    this.#channel = undefined;
    this.#reader = this.#newReader();
  }

  async #exchange(method: string, uri: string, headers: readonly string[], limitMs: number): Promise<Response> {
    const { target, login, signal } = this.#options;
    this.#reader.bodies = method === 'DESCRIBE' ? 'open' : 'none';
    const text = this.#textOf(method, uri, headers, login.header(method, uri));
    const sequence = this.#sequence;
    const answer = await watched(target.label, limitMs, signal, (watch: Watch) => {
      watch.stage = { at: 'answer', method };
      return untilAborted<Response | ProbeFailure>(watch.signal, (resolve) => {
        this.#waiting = { provisional: 0, settle: resolve };
        this.#channel?.send(text);
      });
    }).finally(() => {
      if (this.#waiting !== undefined) this.#abandoned.add(String(sequence));
      this.#waiting = undefined;
      clearTimeout(this.#quiet);
    });
    if (!(answer instanceof ProbeFailure)) return answer;
    // Says what was being waited for.
    throw answer.failure.code === 'closed' ? closedFailure(target.label, this.#reader.pending, method) : answer;
  }

  #textOf(method: string, uri: string, headers: readonly string[], authorization: string | undefined): string {
    this.#sequence += 1;
    return [
      `${method} ${uri} RTSP/1.0`,
      `CSeq: ${this.#sequence}`,
      `User-Agent: ${USER_AGENT}`,
      ...(this.session === undefined ? [] : [`Session: ${this.session}`]),
      ...headers,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      '',
      '',
    ].join('\r\n');
  }

  #onData(chunk: Buffer): void {
    clearTimeout(this.#quiet);
    try {
      this.#reader.push(chunk);
    } catch (problem) {
      if (!(problem instanceof MalformedResponse)) throw problem;
      this.#fail(malformedFailure(this.#options.target.label, problem.message));
      return;
    }
    if (this.#reader.openEnded) this.#quiet = setTimeout(() => this.#reader.endBody(), QUIET_MS);
  }

  #onEnd(problem: NodeJS.ErrnoException | undefined): void {
    const { label } = this.#options.target;
    if (problem === undefined && this.#reader.openEnded) this.#reader.endBody();
    const stage = { at: 'answer', method: '' } as const;
    const failure = problem ? socketFailure(label, stage, problem) : closedFailure(label, this.#reader.pending);
    this.#channel = undefined;
    // Without a session it is for the request to say what that means, and perhaps to open another connection.
    if (this.#waiting !== undefined || this.session === undefined) this.#settle(failure);
    if (this.session !== undefined) this.#handlers.onEnd(failure);
  }

  #fail(failure: ProbeFailure): void {
    this.#drop();
    this.#settle(failure);
    if (this.session !== undefined) this.#handlers.onEnd(failure);
  }

  #settle(answer: Response | ProbeFailure): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.settle(answer);
  }

  #onMessage(message: Message): void {
    if (message.kind === 'request') this.#reply(message);
    else this.#onResponse(message);
  }

  #onResponse(response: Response): void {
    const waiting = this.#waiting;
    // To something that we have ceased to wait for. Otherwise cameras that number wrongly are believed to answer in order.
    if (waiting === undefined || this.#abandoned.delete(headerOf(response, 'cseq') ?? '')) return;
    const { label } = this.#options.target;
    if (response.protocol === 'HTTP') this.#settle(malformedFailure(label, 'it answers in HTTP'));
    else if (response.status >= 200) this.#settle(response);
    else if (++waiting.provisional === MAX_PROVISIONAL)
      this.#settle(malformedFailure(label, 'it sends provisional answers only'));
  }

  #reply(request: Request): void {
    const status = this.#handlers.onRequest(request);
    const sequence = headerOf(request, 'cseq') ?? '0';
    const lines = [
      `RTSP/1.0 ${status} ${REASONS[status] ?? 'Error'}`,
      `CSeq: ${sequence.replace(/[^\d]/g, '').slice(0, 10)}`,
    ];
    if (this.session !== undefined) lines.push(`Session: ${this.session}`);
    if (request.method === 'OPTIONS') lines.push('Public: OPTIONS, GET_PARAMETER, SET_PARAMETER, ANNOUNCE, TEARDOWN');
    this.#channel?.send([...lines, '', ''].join('\r\n'));
  }
}

/** A 401 that names no way in which we could answer it: the password is not to blame. */
const unanswerable = ({ label }: CameraUrl): ProbeFailure =>
  new ProbeFailure(
    'auth',
    '401',
    `${label} wants credentials in a way other than basic or digest; change its authentication setting (401)`,
  );
