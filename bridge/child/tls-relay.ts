import { createServer, type Server, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { socketFailureKind } from '../failure.js';
import type { CameraUrl } from '../rtsp/camera-url.js';
import { identityProblem, tlsConnectOptions } from '../tls-policy.js';
import type { TlsOptions } from '../types.js';

export interface RelayFailure {
  failure: 'network' | 'tls';
  code: string;
  message: string;
}

/**
 * TLS for rtspsrc. The binding cannot hand it certificates, so it speaks plain RTSP to a port of this process, and
 * this speaks TLS to the camera, as strictly as the options say. The port takes as many connections as one camera
 * session needs and closes.
 */
export class TlsRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #failed: ((failure: RelayFailure) => void) | undefined;

  private constructor(
    readonly camera: CameraUrl,
    readonly tls: TlsOptions,
    readonly timeoutMs: number,
    connections: number,
    onFailure: (failure: RelayFailure) => void,
  ) {
    this.#failed = onFailure;
    let left = connections;
    this.#server = createServer({ pauseOnConnect: true }, (local) => {
      left -= 1;
      if (left <= 0) this.#server.close();
      this.#relay(local);
    });
  }

  /** `onFailure` is called at most once, with what kept the relay from reaching the camera. */
  static async open(
    camera: CameraUrl,
    tls: TlsOptions,
    timeoutMs: number,
    connections: number,
    onFailure: (failure: RelayFailure) => void,
  ): Promise<TlsRelay> {
    const relay = new TlsRelay(camera, tls, timeoutMs, connections, onFailure);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject);
      relay.#server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, resolve);
    });
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay is closed');
    return address.port;
  }

  close(): void {
    this.#failed = undefined;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #relay(local: Socket): void {
    this.#track(local);
    const { host, port } = this.camera;
    const remote = connect({ host, port, ...tlsConnectOptions(host, this.tls) });
    this.#track(remote);
    remote.setTimeout(this.timeoutMs, () =>
      this.#fail(
        { failure: 'network', code: 'network.ETIMEDOUT', message: 'no TLS connection in time' },
        local,
        remote,
      ),
    );
    remote.once('secureConnect', () => {
      const problem = identityProblem(host, this.tls, remote);
      if (problem !== undefined) {
        this.#fail(failureOf(problem), local, remote);
        return;
      }
      remote.setTimeout(0);
      local.once('data', (first: Buffer) => {
        for (const part of splitRequest(first)) remote.write(part);
        local.pipe(remote);
      });
      local.resume();
      remote.pipe(local);
    });
    // The code says whether the network or the certificate is at fault; Node's texts carry no credentials.
    remote.once('error', (error: NodeJS.ErrnoException) => this.#fail(failureOf(error), local, remote));
    local.once('error', () => remote.destroy());
    local.once('close', () => remote.destroy());
    remote.once('close', () => local.destroy());
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #fail(failure: RelayFailure, local: Socket, remote: Socket): void {
    const failed = this.#failed;
    this.#failed = undefined;
    failed?.(failure);
    local.destroy();
    remote.destroy();
  }
}

/**
 * The head of an HTTP tunnel's second request and the RTSP behind it, which arrive as one when the handshake took its
 * time. A client that speaks TLS itself sends a record for each, and servers have been seen to overlook what shares a
 * record with the head.
 */
const splitRequest = (first: Buffer): Buffer[] => {
  const end = first.indexOf('\r\n\r\n') + 4;
  if (end < 4 || end === first.length || !first.toString('latin1', 0, 5).startsWith('POST ')) return [first];
  return [first.subarray(0, end), first.subarray(end)];
};

const failureOf = (error: NodeJS.ErrnoException): RelayFailure => {
  const code = error.code ?? 'ERROR';
  const failure = socketFailureKind(code);
  return { failure, code: `${failure}.${code}`, message: error.message };
};
