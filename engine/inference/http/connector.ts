import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { identityProblem, tlsConnectOptions } from '../../../bridge/tls-policy.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { messageOf } from '../../core/errors.js';
import type { HttpAddress } from './address.js';

/** There is no connection, because of the network or because of TLS. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';

  constructor(
    readonly stage: 'network' | 'tls',
    override readonly cause: unknown,
  ) {
    super(messageOf(cause));
  }
}

/**
 * Opens the connections of one lane, and can give one up while it is being opened, which undici cannot. It has no time
 * limit of its own: whoever waits for the answer has one.
 */
export class Connector {
  readonly #address: HttpAddress;
  readonly #endpoint: ResolvedEndpoint;
  #socket: Socket | undefined;
  #isOpen = false;

  constructor(address: HttpAddress, endpoint: ResolvedEndpoint) {
    this.#address = address;
    this.#endpoint = endpoint;
  }

  /** The newest connection has been opened, whatever has become of it since. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Part of what was written is still here, although the server may have answered. */
  get isSending(): boolean {
    return (this.#socket?.writableLength ?? 0) > 0;
  }

  readonly connect: buildConnector.connector = (_, callback) => {
    this.#isOpen = false;
    let told = false;
    let stage: ConnectFailure['stage'] = 'network';
    const fail = (error: unknown): void => {
      // What happens to an open connection is told to undici's own listeners.
      if (told) return;
      told = true;
      socket?.destroy();
      callback(new ConnectFailure(stage, error), null);
    };
    let socket: Socket | undefined;
    const opened = (ready: Socket): void => {
      if (told) return;
      told = true;
      this.#isOpen = true;
      callback(null, ready);
    };
    try {
      socket = this.#address.secure
        ? this.#openTls(
            () => {
              stage = 'tls';
            },
            opened,
            fail,
          )
        : this.#openTcp(opened);
    } catch (thrown) {
      // Certificates that cannot be read are thrown.
      stage = 'tls';
      fail(thrown);
      return;
    }
    this.#socket = socket;
    socket.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
  };

  /** Ends the connection, and the attempt to open it. */
  abort(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #openTcp(opened: (socket: Socket) => void): Socket {
    const socket = connectTcp({ host: this.#address.host, port: this.#address.port });
    return socket.once('connect', () => opened(socket));
  }

  #openTls(connected: () => void, opened: (socket: Socket) => void, fail: (error: unknown) => void): Socket {
    const { host, port } = this.#address;
    // HTTP/2 is not offered: a server that would like it gets HTTP/1.1.
    const socket = connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...tlsConnectOptions(host, this.#endpoint) });
    socket.once('connect', connected);
    socket.once('secureConnect', () => {
      const problem = identityProblem(host, this.#endpoint, socket);
      if (problem) fail(problem);
      else opened(socket);
    });
    return socket;
  }
}
