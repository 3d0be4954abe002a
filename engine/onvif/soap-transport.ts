import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { authorize, bestChallenge, parseChallenges } from '../../bridge/rtsp/authorization.js';
import { identityProblem, tlsConnectOptions } from '../../bridge/tls-policy.js';
import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf } from '../core/errors.js';
import { answerText } from './answer-text.js';
import { printable } from './device-text.js';
import { notUnderstood, OnvifError, refused } from './errors.js';
import type { SoapAnswer } from './soap-answer.js';

const MAX_ANSWER_BYTES = 1024 * 1024;

/** What is posted. */
export interface SoapPost {
  /** Path and query, as they stand in a URL. */
  path: string;
  action: string;
  /** Made anew for every attempt: devices take no signature twice. */
  body(): string;
  timeoutMs: number;
}

/**
 * HTTP to a device that nobody vouches for: one host, bounded answers, and a deadline for the whole exchange that no
 * trickle of bytes can stretch.
 */
export class SoapTransport {
  readonly #endpoint: ResolvedEndpoint;
  readonly #url: URL;
  /** Without the brackets of IPv6. */
  readonly #host: string;
  readonly #secure: boolean;
  readonly #defaultPort: number;
  readonly #clock: Clock;
  readonly #running = new Set<(error: Error) => void>();
  #closed = false;

  constructor(endpoint: ResolvedEndpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#url = new URL(endpoint.url);
    this.#host = this.#url.hostname.replace(/^\[|\]$/g, '');
    this.#secure = this.#url.protocol === 'https:';
    this.#defaultPort = this.#secure ? 443 : 80;
    this.#clock = clock;
  }

  /** Posts a SOAP body, a second time if the device asks for HTTP digest. Rejects with an OnvifError. */
  async post(post: SoapPost): Promise<SoapAnswer> {
    const first = await this.#exchange(post, undefined);
    if (first.status !== 401) return first;
    const authorization = this.#authorization(first.challenges, post.path);
    return authorization === undefined ? first : await this.#exchange(post, authorization);
  }

  #authorization(challenges: readonly string[], path: string): string | undefined {
    const { credentials } = this.#endpoint;
    if (credentials?.type !== 'usernamePassword') return undefined;
    // Basic would show the password to everybody on the way, and no device needs it.
    const challenge = bestChallenge(parseChallenges(challenges).filter(({ scheme }) => scheme === 'digest'));
    return challenge && authorize(challenge, credentials, { method: 'POST', uri: path });
  }

  /** Ends what is running; whoever waits for it is told. */
  interrupt(): void {
    for (const end of [...this.#running]) end(new OnvifError('OnvifUnreachable', 'the request was given up'));
  }

  close(): void {
    this.#closed = true;
    this.interrupt();
  }

  /** On a connection of its own: devices close theirs when they like, and few have many. */
  #exchange(post: SoapPost, authorization: string | undefined): Promise<SoapAnswer & { challenges: string[] }> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new OnvifError('OnvifUnreachable', 'the connection was closed'));
        return;
      }
      let socket: Socket | undefined;
      const finish = (): void => {
        cancel();
        this.#running.delete(fail);
        socket?.destroy();
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
      };
      const broken = (error: Error): void => fail(new OnvifError('OnvifUnreachable', messageOf(error), error));
      const cancel = this.#clock.after(post.timeoutMs, () =>
        fail(new OnvifError('OnvifTimeout', `the device did not answer within ${post.timeoutMs} ms`)),
      );
      this.#running.add(fail);
      /** Certificates that cannot be read and headers that cannot be sent are thrown. */
      const attempt = (step: () => void): void => {
        try {
          step();
        } catch (thrown) {
          broken(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
        }
      };
      const send = (connected: Socket): void => {
        const body = post.body();
        const request = requestHttp(this.#options(connected, post, body, authorization));
        request.on('error', broken);
        request.on('response', (response) => {
          const { statusCode: status = 0, rawHeaders } = response;
          read(response).then((xml) => {
            finish();
            resolve({ status, xml, challenges: challengesOf(rawHeaders) });
          }, fail);
        });
        request.end(body);
      };
      attempt(() => {
        socket = this.#connect((connected) => attempt(() => send(connected)), broken);
      });
    });
  }

  /** Calls `connected` when the device is who it should be, or `failed`. */
  #connect(connected: (socket: Socket) => void, failed: (error: Error) => void): Socket {
    const host = this.#host;
    const port = Number(this.#url.port) || this.#defaultPort;
    if (!this.#secure) {
      const socket = connectTcp({ host, port });
      socket.once('connect', () => connected(socket));
      return socket.on('error', failed);
    }
    const socket = connectTls({ host, port, ...tlsConnectOptions(host, this.#endpoint) });
    socket.once('secureConnect', () => {
      const problem = identityProblem(host, this.#endpoint, socket);
      if (problem) failed(problem);
      else connected(socket);
    });
    return socket.on('error', failed);
  }

  #options(socket: Socket, post: SoapPost, body: string, authorization: string | undefined): RequestOptions {
    const { credentials } = this.#endpoint;
    return {
      createConnection: () => socket,
      // Named in the Host header, without the port where that is the usual one.
      hostname: this.#host,
      port: this.#url.port || this.#defaultPort,
      defaultPort: this.#defaultPort,
      path: post.path,
      method: 'POST',
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${post.action}"`,
        'Content-Length': Buffer.byteLength(body),
        ...(credentials?.type === 'httpHeader' ? { [credentials.headerName]: credentials.headerValue } : {}),
        // Node sends one byte for each character; what was hashed is UTF-8.
        ...(authorization === undefined ? {} : { Authorization: Buffer.from(authorization).toString('latin1') }),
      },
    };
  }
}

const challengesOf = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'www-authenticate' && index % 2 === 1);

const read = async (response: IncomingMessage): Promise<string> => {
  // Its headers say all, and some devices do not wait until its page is read.
  if (response.statusCode === 401) return '';
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_ANSWER_BYTES) throw refused(`is larger than ${MAX_ANSWER_BYTES} bytes`);
      parts.push(part);
    }
  } catch (thrown) {
    if (thrown instanceof OnvifError) throw thrown;
    if (size > 0) throw notUnderstood(`it breaks off after ${size} bytes`);
    throw new OnvifError('OnvifUnreachable', `the answer broke off: ${messageOf(thrown)}`, thrown);
  }
  const coding = response.headers['content-encoding'] ?? 'identity';
  if (!/^identity$/i.test(coding)) throw refused(`is compressed (${printable(coding, 40)}), which nobody asked for`);
  return answerText(Buffer.concat(parts), response.headers['content-type']);
};
