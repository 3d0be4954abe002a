import type { Socket } from 'node:net';
import type { FromHost, ToHost } from '../hosts/protocol.js';
import { ProbeFailure } from '../rtsp/failures.js';
import type { RtspFailure } from '../rtsp/types.js';

type Answer = Extract<ToHost, { type: 'connected' | 'notConnected' }>;

/** Connections to cameras. The engine opens them and hands them over: this process has no network. */
export class CameraSockets {
  readonly #send: (message: FromHost) => void;
  readonly #waiting = new Map<number, (answer: Answer, socket: Socket | undefined) => void>();
  #last = 0;

  constructor(send: (message: FromHost) => void) {
    this.#send = send;
  }

  /** A new connection to the camera of this run. Rejects with a ProbeFailure. */
  connect(run: number): Promise<Socket> {
    const request = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, (answer, socket) => {
        if (answer.type === 'notConnected') reject(failed(answer.failure));
        else if (socket !== undefined) resolve(guarded(socket));
        else
          reject(
            new ProbeFailure('network', 'ECONNRESET', 'the connection to the camera was cut while it was handed over'),
          );
      });
      this.#send({ type: 'connect', run, request });
    });
  }

  onAnswer(answer: Answer, socket: Socket | undefined): void {
    const settle = this.#waiting.get(answer.request);
    this.#waiting.delete(answer.request);
    settle?.(answer, socket);
  }
}

/** It may be cut off at once, before anyone listens. */
const guarded = (socket: Socket): Socket => socket.on('error', () => {});

const failed = ({ kind, code, message, ...how }: RtspFailure): ProbeFailure =>
  new ProbeFailure(kind, code, message, how);
