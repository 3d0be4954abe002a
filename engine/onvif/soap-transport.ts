import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { identityProblem, tlsConnectOptions } from '../../bridge/tls-policy.js';
import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf } from '../core/errors.js';
import { OnvifError } from './errors.js';
import { getDigestHeaders } from './library.js';
import { xmlDanger } from './xml-guard.js';

const MAX_ANSWER_BYTES = 1024 * 1024;

export interface SoapAnswer {
  status: number;
  xml: string;
}

/** Makes the Authorization header for the challenges of a device. */
export type DigestAuth = (challenges: string[], request: { method: string; path: string }) => string;

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

  /** Posts a SOAP body. Rejects with an OnvifError. */
  async post(path: string, action: string, body: string, timeoutMs: number, digest: DigestAuth): Promise<SoapAnswer> {
    const first = await this.#exchange(path, action, body, timeoutMs, undefined);
    if (first.status !== 401) return first;
    const challenges = getDigestHeaders(first.rawHeaders);
    if (challenges.length === 0 || this.#endpoint.credentials?.type !== 'usernamePassword') return first;
    let authorization: string;
    try {
      authorization = digest(challenges, { method: 'POST', path });
    } catch (thrown) {
      throw new OnvifError('OnvifBadAnswer', 'the device asks for a digest that cannot be made', thrown);
    }
    return await this.#exchange(path, action, body, timeoutMs, authorization);
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
  #exchange(
    path: string,
    action: string,
    body: string,
    timeoutMs: number,
    authorization: string | undefined,
  ): Promise<SoapAnswer & { rawHeaders: string[] }> {
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
      const cancel = this.#clock.after(timeoutMs, () =>
        fail(new OnvifError('OnvifTimeout', `the device did not answer within ${timeoutMs} ms`)),
      );
      this.#running.add(fail);
      const send = (connected: Socket): void => {
        const request = requestHttp(this.#options(connected, path, action, body, authorization));
        request.on('error', broken);
        request.on('response', (response) => {
          read(response).then((text) => {
            finish();
            resolve({ status: response.statusCode ?? 0, xml: text, rawHeaders: response.rawHeaders });
          }, fail);
        });
        request.end(body);
      };
      try {
        socket = this.#connect(send, broken);
      } catch (thrown) {
        // Certificates that cannot be read.
        broken(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      }
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

  #options(
    socket: Socket,
    path: string,
    action: string,
    body: string,
    authorization: string | undefined,
  ): RequestOptions {
    const { credentials } = this.#endpoint;
    return {
      createConnection: () => socket,
      // Named in the Host header, without the port where that is the usual one.
      hostname: this.#host,
      port: this.#url.port || this.#defaultPort,
      defaultPort: this.#defaultPort,
      path: safePath(path),
      method: 'POST',
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${action.replace(/[^\w:/.#?&=-]/g, '')}"`,
        'Content-Length': Buffer.byteLength(body),
        ...(credentials?.type === 'httpHeader' ? { [credentials.headerName]: credentials.headerValue } : {}),
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    };
  }
}

/** The device chooses paths; what would not be one is not passed on. */
const safePath = (path: string): string => (/^\/[\x21-\x7e]{0,1024}$/.test(path) ? path : '/onvif/device_service');

const read = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_ANSWER_BYTES) {
        throw new OnvifError('OnvifBadAnswer', `the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
      }
      parts.push(part);
    }
  } catch (thrown) {
    if (thrown instanceof OnvifError) throw thrown;
    throw new OnvifError('OnvifUnreachable', `the answer broke off: ${messageOf(thrown)}`, thrown);
  }
  const text = Buffer.concat(parts).toString('utf8');
  const danger = xmlDanger(text);
  if (danger) throw new OnvifError('OnvifBadAnswer', `the answer is refused: it ${danger}`);
  return text;
};
