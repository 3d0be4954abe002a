import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunFailure } from '../failure.js';
import { AnswerWatch } from '../rtsp/answer-watch.js';
import type { Credentials } from '../rtsp/authorization.js';
import type { CameraUrl } from '../rtsp/camera-url.js';
import { secured, watched } from '../rtsp/connection.js';
import { closedFailure, ProbeFailure, redirectFailure, socketFailure } from '../rtsp/failures.js';
import type { Response } from '../rtsp/message.js';
import { redirectPlace } from '../rtsp/redirect.js';
import type { TlsOptions } from '../types.js';
import { RunError } from './run-error.js';
import { TunnelHead } from './tunnel-head.js';
import { WholeFrames } from './whole-frames.js';

export interface RelayOptions {
  camera: CameraUrl;
  transport: 'tcp' | 'http';
  tls: TlsOptions;
  credentials: Credentials | undefined;
  timeoutMs: number;
  /** A new connection to the camera, without TLS. Rejects with a RunError. */
  connect(): Promise<Socket>;
  /** Called at most once, with what kept the relay from doing its work. */
  failed(failure: RunFailure): void;
}

/** So long the player may take to read what it was sent. */
const DRAIN_MS = 200;
const DRAIN_STEP_MS = 5;
/** So long the camera may take to read the player's last request and to close. */
const LINGER_MS = 1000;

/**
 * Stands between rtspsrc, which opens connections by itself, and the camera, to which only the engine does. rtspsrc speaks
 * plain RTSP to a port of this process; the relay adds the TLS, which rtspsrc cannot be given certificates for, and ends
 * the run when the camera redirects. The port is open until media comes.
 */
export class CameraRelay {
  readonly #options: RelayOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connected in advance, so that an absent camera is told of before anything is started. */
  #first: Socket | undefined;
  #over = false;
  /** What a camera sends is not passed on any more. */
  #quiet = false;
  readonly #players = new Map<Socket, WholeFrames>();

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (player) => void this.#relay(player));
  }

  /** Rejects with a RunError when the camera cannot be reached. */
  static async open(options: RelayOptions): Promise<CameraRelay> {
    const relay = new CameraRelay(options);
    relay.#first = await relay.#connect();
    try {
      await new Promise<void>((resolve, reject) => {
        relay.#server.on('error', reject);
        relay.#server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, resolve);
      });
    } catch (problem) {
      relay.close();
      throw problem;
    }
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay is closed');
    return address.port;
  }

  /** Whatever the player has sent still goes to the camera. */
  close(): void {
    this.#over = true;
    this.#server.close();
    this.#first?.destroy();
    setTimeout(() => this.#cut(), LINGER_MS).unref();
  }

  async #connect(): Promise<Socket> {
    const { camera, tls, timeoutMs, connect } = this.#options;
    const plain = await connect();
    try {
      const socket = await watched(camera.label, timeoutMs, undefined, (watch) => secured(plain, camera, tls, watch));
      this.#track(socket);
      return socket;
    } catch (problem) {
      throw problem instanceof ProbeFailure ? new RunError(problem.asRunFailure()) : problem;
    }
  }

  async #relay(player: Socket): Promise<void> {
    this.#track(player);
    try {
      const camera = this.#first ?? (await this.#connect());
      this.#first = undefined;
      if (camera.destroyed) this.#fail(closedFailure(this.#options.camera.label, 0).asRunFailure());
      else if (this.#over || player.destroyed) camera.destroy();
      else this.#join(player, camera);
    } catch (problem) {
      if (!(problem instanceof RunError)) throw problem;
      this.#fail(problem.failure);
    }
  }

  #join(player: Socket, camera: Socket): void {
    const { label } = this.#options.camera;
    // One that has ended may refuse what the player still sends; the player sees the end, and may connect again.
    camera.once('error', (error) => {
      if (!camera.readableEnded) this.#fail(socketFailure(label, 'request', error).asRunFailure());
    });
    // Ended and not destroyed: what has been received is still to be delivered.
    camera.once('close', () => player.end().resume());
    player.once('close', () => {
      // Media that nobody reads would make the system answer the camera's next packet before it has read the last request.
      camera.resume();
      camera.end();
      setTimeout(() => camera.destroy(), LINGER_MS).unref();
    });
    this.#sendRequests(player, camera);
    this.#sendAnswers(camera, player);
  }

  #sendRequests(player: Socket, camera: Socket): void {
    if (this.#options.transport === 'tcp') {
      player.pipe(camera);
      return;
    }
    const head = new TunnelHead(this.#options.camera, this.#options.credentials);
    const onData = (chunk: Buffer): void => {
      const parts = head.push(chunk);
      if (parts === undefined) return;
      for (const part of parts) camera.write(part);
      player.off('data', onData);
      player.pipe(camera);
    };
    player.on('data', onData);
    player.resume();
  }

  #sendAnswers(camera: Socket, player: Socket): void {
    let watch: AnswerWatch | undefined = new AnswerWatch();
    const frames = new WholeFrames();
    const send = (bytes: Buffer): void => {
      if (bytes.length > 0 && player.writable && !player.write(bytes)) camera.pause();
    };
    player.on('drain', () => camera.resume());
    camera.on('data', (chunk: Buffer) => {
      // Seen before it is passed on.
      const seen = watch?.push(chunk);
      if (seen && seen.kind !== 'answers') {
        watch = undefined;
        if (seen.kind === 'redirect') this.#redirected(seen.response);
        else this.#server.close();
      }
      if (!this.#quiet) send(frames.push(chunk));
    });
    camera.once('end', () => {
      send(frames.held);
      player.end();
    });
    this.#players.set(player, frames);
    player.once('close', () => this.#players.delete(player));
  }

  /**
   * Before the player is stopped, which holds up this process until the player has read what it has begun to read: brings
   * it to the end of that, and no further. The player can still send.
   */
  async quieten(): Promise<void> {
    this.#quiet = true;
    const until = performance.now() + DRAIN_MS;
    const busy = (): Socket[] => [...this.#players.keys()].filter(({ writableLength }) => writableLength > 0);
    while (busy().length > 0 && performance.now() < until) await pause(DRAIN_STEP_MS);
    for (const [player, { lost }] of this.#players) if (lost || player.writableLength > 0) player.destroy();
  }

  #redirected(response: Pick<Response, 'headers'>): void {
    const { camera } = this.#options;
    const why = 'though it has just described its stream here';
    this.#fail(redirectFailure(camera.label, redirectPlace(camera, response), why).asRunFailure());
  }

  #fail(failure: RunFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.failed(failure);
    this.#cut();
  }

  #cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
