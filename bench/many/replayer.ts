/** Cameras whose pictures were recorded, behind one RTSP server. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Lateness } from './lateness.js';
import type { Reel } from './reel.js';
import { type MovingReel, ReplayedCamera } from './replayed-camera.js';
import { ReplayerConnection, TIMEOUT_SECONDS } from './replayer-connection.js';
import { turnAt } from './turns.js';

export interface ReplayerOptions {
  cameras: number;
  /** Given to the cameras in turn. All of one length. */
  quiet: readonly Reel[];
  moving: readonly MovingReel[];
  fps: number;
  picturesInGop: number;
  /** How long the recordings with movement are. */
  movingSeconds: number;
  onMoved?(movement: Movement): void;
  onClients?(clients: number): void;
}

/** Between which times something moved in front of a camera, in ms since 1970. */
export interface Movement {
  camera: number;
  begins: number;
  ends: number;
}

export interface Replayer {
  readonly port: number;
  /** From now on this share of the cameras moves at any time; 0: none begins any more. */
  move(share: number): void;
  figures(): ReplayerFigures;
  close(): Promise<void>;
}

export interface ReplayerFigures {
  /** Pictures that were left out because somebody did not read. */
  leftOut: number;
  /** By how much pictures were sent later than they were due, in ms. */
  late: { p50: number; p99: number; max: number };
}

/** Pictures are sent so often: as few turns of the timer as a camera's own jitter hides. */
const TURN_MS = 4;
/** Of 12 s of recording, each camera begins elsewhere. */
const GOLDEN = 0.618;

/** Path of a camera, from 0. */
export const pathOfCamera = (camera: number): string => `/camera-${camera + 1}`;

export const startReplayer = async (options: ReplayerOptions): Promise<Replayer> => {
  const { cameras: count, quiet, moving, fps, picturesInGop, movingSeconds } = options;
  let moves: { share: number; since: number } | undefined;
  const cameras = Array.from({ length: count }, (_, index) => {
    const reel = quiet[index % quiet.length]!;
    const turns = (share: number) => ({ cameras: count, share, seconds: movingSeconds });
    return new ReplayedCamera({
      ...{ quiet: reel, moving, fps, picturesInGop },
      first: Math.floor(((index * GOLDEN) % 1) * reel.units.length),
      ssrc: (0x5109_0000 + index) >>> 0,
      turnAt: (ms) => (moves === undefined ? -1 : turnAt(turns(moves.share), index, (ms - moves.since) / 1000)),
      onMoved: (begins, ends) => options.onMoved?.({ camera: index, begins, ends }),
    });
  });
  const paths = new Map(cameras.map((camera, index) => [pathOfCamera(index), camera]));
  const late = new Lateness();
  const pace = new Pace(cameras, 1000 / fps, late);
  const connections = new Connections(paths, (clients) => options.onClients?.(clients));
  const server = createServer((socket) => connections.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pace.start();
  return {
    port: (server.address() as AddressInfo).port,
    move: (share) => {
      moves = share > 0 ? { share, since: Date.now() } : undefined;
    },
    figures: () => ({
      leftOut: cameras.reduce((sum, { leftOut }) => sum + leftOut, 0),
      late: late.take(),
    }),
    close: async () => {
      pace.stop();
      connections.close();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};

/** Has every camera send its pictures when they are due: one camera after the other, evenly spread. */
class Pace {
  readonly #cameras: readonly ReplayedCamera[];
  readonly #pictureMs: number;
  readonly #late: Lateness;
  #began = 0;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(cameras: readonly ReplayedCamera[], pictureMs: number, late: Lateness) {
    this.#cameras = cameras;
    this.#pictureMs = pictureMs;
    this.#late = late;
  }

  start(): void {
    this.#began = performance.now();
    this.#turn();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #turn(): void {
    const cameras = this.#cameras;
    const between = this.#pictureMs / cameras.length;
    const now = performance.now();
    // The wall clock is looked at anew in each turn: it is set to the right time by and by.
    const wall = Date.now() - now;
    for (;;) {
      const due = this.#began + this.#sent * between;
      if (due > now) break;
      cameras[this.#sent % cameras.length]!.next(wall + due);
      this.#late.add(performance.now() - due);
      this.#sent++;
    }
    this.#timer = setTimeout(() => this.#turn(), TURN_MS);
  }
}

class Connections {
  readonly #cameras: ReadonlyMap<string, ReplayedCamera>;
  readonly #onClients: (clients: number) => void;
  readonly #sockets = new Set<Socket>();
  #playing = 0;

  constructor(cameras: ReadonlyMap<string, ReplayedCamera>, onClients: (clients: number) => void) {
    this.#cameras = cameras;
    this.#onClients = onClients;
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay();
    const connection = new ReplayerConnection({
      cameraAt: (path) => this.#cameras.get(path),
      waiting: () => socket.writableLength,
      write: (bytes) => socket.write(bytes),
      close: () => socket.end(),
      onPlaying: (plays) => {
        this.#playing += plays ? 1 : -1;
        this.#onClients(this.#playing);
      },
    });
    const timer = setInterval(() => connection.check(), TIMEOUT_SECONDS * 1000);
    socket.on('data', (bytes) => {
      try {
        connection.receive(bytes);
      } catch {
        socket.destroy();
      }
    });
    // Whoever leaves in the middle of something has left.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      this.#sockets.delete(socket);
      connection.stop();
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
