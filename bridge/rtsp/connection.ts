import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { identityProblem, tlsConnectOptions } from '../tls-policy.js';
import type { TlsOptions } from '../types.js';
import type { CameraUrl } from './camera-url.js';
import { ProbeFailure, type Stage, socketFailure, timeoutFailure, withdrawnFailure } from './failures.js';
import { lookupFor } from './name-lookup.js';

/** Silence after which the system asks whether a connection still is one. */
const KEEP_ALIVE_MS = 4000;

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
  const watch: Watch = { stage: { at: 'connect' }, signal: aborter.signal };
  const onAbort = (): void => aborter.abort(withdrawnFailure(label));
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
export const untilAborted = <T>(
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

/**
 * A connection without TLS. Throws a ProbeFailure.
 *
 * @param unread nothing is read from it here: it is for another process, which would miss what was
 */
export const openTcp = async ({ host, port, label }: CameraUrl, watch: Watch, unread = false): Promise<Socket> => {
  watch.stage = { at: 'connect' };
  const socket = connectTcp({
    ...{ host, port, noDelay: true, lookup: lookupFor(watch.signal) },
    // A camera that has rebooted while it was waited for says so when it is asked, and only then.
    ...{ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  });
  if (unread) socket.pause();
  // Whatever comes late, when nobody waits any more, must not end the process.
  socket.on('error', () => {});
  try {
    await untilAborted<void>(watch.signal, (resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', (problem) => reject(socketFailure(label, watch.stage, problem)));
    });
    return socket;
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

/**
 * Whether the camera takes a connection. It costs a few packets and says nothing to the camera.
 *
 * @param timeoutMs how long it may take
 */
export const takesConnections = async (url: CameraUrl, timeoutMs: number, signal: AbortSignal): Promise<boolean> => {
  try {
    const socket = await watched(url.label, timeoutMs, signal, (watch) => openTcp(url, watch, true));
    socket.destroy();
    return true;
  } catch (problem) {
    if (problem instanceof ProbeFailure) return false;
    throw problem;
  }
};

/** The connection, with TLS on it if the target wants that. Throws a ProbeFailure, and destroys the socket then. */
export const secured = async (socket: Socket, target: CameraUrl, tls: TlsOptions, watch: Watch): Promise<Socket> => {
  if (!target.secure) return socket;
  watch.stage = { at: 'tls' };
  try {
    return await shakeHands(socket, target, tls, watch);
  } catch (problem) {
    socket.destroy();
    throw problem;
  }
};

const shakeHands = (socket: Socket, { host, label }: CameraUrl, tls: TlsOptions, watch: Watch): Promise<TLSSocket> =>
  untilAborted<TLSSocket>(watch.signal, (resolve, reject) => {
    const fail = (problem: Error): void => reject(socketFailure(label, watch.stage, problem));
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
