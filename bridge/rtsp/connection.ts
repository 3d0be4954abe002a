import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { identityProblem, tlsConnectOptions } from '../tls-policy.js';
import type { TlsOptions } from '../types.js';
import type { CameraUrl } from './camera-url.js';
import { closedFailure, malformedFailure, type Stage, socketFailure } from './failures.js';
import { MalformedResponse, type Response, ResponseReader } from './message.js';

/** Silence after which a body of unknown length counts as complete. */
const QUIET_MS = 300;

/** What goes wrong or takes too long is said with the stage that was reached. */
export interface Watch {
  stage: Stage;
  /** Aborted when time is up or the caller has lost interest; its reason is the error to throw. */
  signal: AbortSignal;
}

/** Rejects with the signal's reason as soon as it is aborted. */
const untilAborted = <T>(
  signal: AbortSignal,
  run: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
) =>
  new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal.removeEventListener('abort', onAbort);
    run(
      (value) => {
        done();
        resolve(value);
      },
      (error) => {
        done();
        reject(error);
      },
    );
  });

/** A socket that is connected, with TLS if the target wants it. Throws a ProbeFailure. */
export const openSocket = async (target: CameraUrl, tls: TlsOptions, watch: Watch): Promise<Socket> => {
  const { host, port, label } = target;
  watch.stage = 'connect';
  const socket = connectTcp({ host, port, noDelay: true });
  // Whatever comes late, when nobody waits any more, must not end the process.
  socket.on('error', () => {});
  try {
    await untilAborted<void>(watch.signal, (resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', (problem) => reject(socketFailure(label, 'connect', problem)));
    });
    if (!target.secure) return socket;
    watch.stage = 'tls';
    return await secure(socket, target, tls, watch);
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

const secure = (socket: Socket, { host, label }: CameraUrl, tls: TlsOptions, watch: Watch): Promise<TLSSocket> =>
  untilAborted<TLSSocket>(watch.signal, (resolve, reject) => {
    const fail = (problem: Error): void => reject(socketFailure(label, 'tls', problem));
    try {
      const secured = connectTls({ socket, ...tlsConnectOptions(host, tls) });
      secured.on('error', fail);
      secured.once('close', () =>
        fail(Object.assign(new Error('the camera closed the connection'), { code: 'ECONNRESET' })),
      );
      secured.once('secureConnect', () => {
        const wrong = identityProblem(host, tls, secured);
        if (wrong) fail(wrong);
        else resolve(secured);
      });
    } catch (problem) {
      // PEM that cannot be read
      fail(problem as Error);
    }
  });

/** Answers of one connection, one at a time. */
export class Answers {
  readonly #label: string;
  readonly #reader: ResponseReader;
  readonly #socket: Socket;
  #ended = false;
  #problem: NodeJS.ErrnoException | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket, label: string, options: { tunnel?: boolean } = {}) {
    this.#label = label;
    this.#reader = new ResponseReader(options);
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
  }

  /** The connection can carry no further request. */
  get over(): boolean {
    return this.#ended || this.#socket.destroyed;
  }

  /** Throws a ProbeFailure when the connection ends before a whole answer has come. */
  async next(watch: Watch): Promise<Response> {
    watch.stage = 'request';
    for (;;) {
      const response = this.#take(this.#ended);
      if (response) return response;
      if (this.#problem) throw socketFailure(this.#label, 'request', this.#problem);
      if (this.#ended) throw closedFailure(this.#label, this.#reader.pending);
      const quiet = await this.#news(watch.signal);
      const whole = quiet ? this.#take(true) : undefined;
      if (whole) return whole;
    }
  }

  #take(ended: boolean): Response | undefined {
    try {
      return this.#reader.next(ended);
    } catch (problem) {
      if (problem instanceof MalformedResponse) throw malformedFailure(this.#label, problem.message);
      throw problem;
    }
  }

  /** Waits for bytes or the end; true when a body of unknown length has come to rest. */
  async #news(signal: AbortSignal): Promise<boolean> {
    const rests = this.#reader.openEnded && this.#reader.pending > 0;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await untilAborted<boolean>(signal, (resolve) => {
        this.#wake = () => resolve(false);
        if (rests) timer = setTimeout(() => resolve(true), QUIET_MS);
      });
    } finally {
      clearTimeout(timer);
      this.#wake = () => {};
    }
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#reader.push(chunk);
    this.#wake();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake();
  };

  readonly #onError = (problem: NodeJS.ErrnoException): void => {
    this.#problem = problem;
    this.#ended = true;
    this.#wake();
  };
}
