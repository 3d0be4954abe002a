import type { Socket } from 'node:net';
import { parseCameraUrl } from '../rtsp/camera-url.js';
import { openTcp, watched } from '../rtsp/connection.js';
import { ProbeFailure } from '../rtsp/failures.js';
import type { RtspFailure } from '../rtsp/types.js';
import type { IngestSpec } from '../types.js';
import { CAMERA_TIMEOUT_MS, type FilterSpec, type FromHost, type ToHost } from './protocol.js';

/**
 * Connections of one run. A session is one connection, or two through HTTP; cameras close the one on which they ask for
 * credentials, and then it takes as many again.
 */
const MOST_CONNECTIONS = { tcp: 2, http: 4 } as const;

/** Sends a message to the host, and with it a connection, which is the host's from then on. */
type Send = (message: ToHost, connection?: Socket) => void;

interface RunDialler {
  spec: IngestSpec;
  left: number;
  aborter: AbortController;
}

/**
 * Opens the connections to cameras for a host process, which has no network of its own. A host that was taken over reaches
 * the cameras of its runs, and nothing else: it may ask for a connection, but not say where to.
 */
export class CameraDialler {
  readonly #runs = new Map<number, RunDialler>();
  readonly #send: Send;
  readonly #log: (message: string) => void;

  constructor(send: Send, log: (message: string) => void) {
    this.#send = send;
    this.#log = log;
  }

  /** From now on the run may have connections to its camera, if it has one. */
  begin(run: number, filter: FilterSpec): void {
    if (filter.role !== 'ingest') return;
    const { spec } = filter;
    this.#runs.set(run, { spec, left: MOST_CONNECTIONS[spec.transport], aborter: new AbortController() });
  }

  /** From now on it may not; what it has stays open. */
  end(run: number): void {
    this.#runs.get(run)?.aborter.abort();
    this.#runs.delete(run);
  }

  endAll(): void {
    for (const run of [...this.#runs.keys()]) this.end(run);
  }

  async answer({ run, request }: Extract<FromHost, { type: 'connect' }>): Promise<void> {
    const connection = await this.#dial(run);
    if ('kind' in connection) this.#send({ type: 'notConnected', request, failure: connection });
    else this.#send({ type: 'connected', request }, connection);
  }

  async #dial(run: number): Promise<Socket | RtspFailure> {
    const dialler = this.#runs.get(run);
    const url = dialler && parseCameraUrl(dialler.spec.url);
    if (dialler === undefined || url === undefined) {
      return { kind: 'aborted', code: 'noCamera', message: 'the run has no camera, or has ended' };
    }
    dialler.left -= 1;
    if (dialler.left < 0) {
      const message = `${url.label} would need more connections than a session takes`;
      // Once: whoever asks without end is not to fill the log.
      if (dialler.left === -1) this.#log(message);
      return { kind: 'network', code: 'tooManyConnections', message };
    }
    const { spec, aborter } = dialler;
    try {
      return await watched(url.label, spec.connectMs ?? CAMERA_TIMEOUT_MS, aborter.signal, (watch) =>
        openTcp(url, watch, true),
      );
    } catch (problem) {
      if (problem instanceof ProbeFailure) return problem.failure;
      throw problem;
    }
  }
}
