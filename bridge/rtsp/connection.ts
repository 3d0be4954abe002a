import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { identityProblem, tlsConnectOptions } from '../tls-policy.js';
import type { TlsOptions } from '../types.js';
import type { CameraUrl } from './camera-url.js';
import {
  closedFailure,
  malformedFailure,
  ProbeFailure,
  type Stage,
  socketFailure,
  timeoutFailure,
} from './failures.js';
import { MalformedResponse, type Response, ResponseReader } from './message.js';

/** Silence after which a body of unknown length counts as complete. */
const QUIET_MS = 300;

/** What goes wrong or takes too long is said with the stage that was reached. */
export interface Watch {
  stage: Stage;
  /** Aborted when time is up or the caller has lost interest; its reason is the error to throw. */
  signal: AbortSignal;
}

/** Gives `work` so much time, and ends it early when `signal` says so. */
export const watched = async <T>(
  label: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (watch: Watch) => Promise<T>,
): Promise<T> => {
  const aborter = new AbortController();
  const watch: Watch = { stage: 'connect', signal: aborter.signal };
  const onAbort = (): void =>
    aborter.abort(new ProbeFailure('aborted', 'aborted', `the question to ${label} was withdrawn`));
  const timer = setTimeout(() => aborter.abort(timeoutFailure(label, watch.stage, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    return await work(watch);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
};

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
  return await secured(await openTcp(target, watch), target, tls, watch);
};

/**
 * A connection without TLS. Throws a ProbeFailure.
 *
 * @param unread nothing is read from it here: it is for another process, which would miss what was
 */
export const openTcp = async ({ host, port, label }: CameraUrl, watch: Watch, unread = false): Promise<Socket> => {
  watch.stage = 'connect';
  const socket = connectTcp({ host, port, noDelay: true });
  if (unread) socket.pause();
  // Whatever comes late, when nobody waits any more, must not end the process.
  socket.on('error', () => {});
  try {
    await untilAborted<void>(watch.signal, (resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', (problem) => reject(socketFailure(label, 'connect', problem)));
    });
    return socket;
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

/** The connection, with TLS on it if the target wants that. Throws a ProbeFailure, and destroys the socket then. */
export const secured = async (socket: Socket, target: CameraUrl, tls: TlsOptions, watch: Watch): Promise<Socket> => {
  if (!target.secure) return socket;
  watch.stage = 'tls';
  try {
    return await shakeHands(socket, target, tls, watch);
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

const shakeHands = (socket: Socket, { host, label }: CameraUrl, tls: TlsOptions, watch: Watch): Promise<TLSSocket> =>
  untilAborted<TLSSocket>(watch.signal, (resolve, reject) => {
    const fail = (problem: Error): void => reject(socketFailure(label, 'tls', problem));
    try {
      const over = connectTls({ socket, ...tlsConnectOptions(host, tls) });
      over.on('error', fail);
      over.once('close', () =>
        fail(Object.assign(new Error('the camera closed the connection'), { code: 'ECONNRESET' })),
      );
      over.once('secureConnect', () => {
        const wrong = identityProblem(host, tls, over);
        if (wrong) fail(wrong);
        else resolve(over);
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
