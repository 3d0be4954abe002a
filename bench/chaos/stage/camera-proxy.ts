import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { Random } from '../random.js';
import { RtspFrames } from './rtsp-frames.js';

/** What the way from the camera does to it. */
export type Weather =
  | { kind: 'fair' }
  /** Changes a byte in this share of the packets: behind the RTP header, in it, or in the four bytes of RTSP before it. */
  | { kind: 'damage'; part: DamagedPart; share: number; seed: number }
  | { kind: 'slow'; bytesPerSecond: number };

export type DamagedPart = 'payload' | 'header' | 'framing';

/** Positions in an interleaved packet, whose RTP begins at byte 4. */
const PARTS: Readonly<Record<DamagedPart, readonly [from: number, to: number]>> = {
  framing: [0, 4],
  header: [4, 16],
  payload: [16, Number.POSITIVE_INFINITY],
};
const SLOW_TICK_MS = 100;

/** Stands between the engine and a camera, at an address that stays while the camera behind it comes and goes. */
export class CameraProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Port of the camera; undefined while there is none. */
  upstream: number | undefined;
  weather: Weather = { kind: 'fair' };

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(): Promise<CameraProxy> {
    const proxy = new CameraProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Breaks every connection at once. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.upstream === undefined) {
      client.resetAndDestroy();
      return;
    }
    const camera = dial(this.upstream, '127.0.0.1');
    const pair = [client, camera] as const;
    this.#pairs.add(pair);
    const over = (): void => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    camera.on('error', over);
    for (const socket of pair) socket.on('close', over);
    client.pipe(camera, { end: false });
    client.on('end', over);
    camera.on('end', over);
    this.#carry(camera, client);
  }

  #carry(camera: Socket, client: Socket): void {
    const frames = new RtspFrames();
    camera.on('data', (chunk: Buffer) => {
      const { weather } = this;
      // The frames are followed in fair weather, too, so that damage can begin in the middle of a connection.
      const pieces = frames.push(chunk);
      for (const { kind, bytes } of pieces) {
        if (kind === 'packet' && weather.kind === 'damage') damage(bytes, weather);
        client.write(bytes);
      }
      if (weather.kind === 'slow') pauseFor(camera, (chunk.byteLength / weather.bytesPerSecond) * 1000);
      else if (client.writableNeedDrain) {
        camera.pause();
        client.once('drain', () => camera.resume());
      }
    });
  }
}

const pauseFor = (socket: Socket, ms: number): void => {
  if (ms < SLOW_TICK_MS / 10) return;
  socket.pause();
  setTimeout(() => socket.resume(), ms).unref();
};

/** Random numbers of each kind of weather, so that they go on from packet to packet. */
const generators = new WeakMap<object, Random>();

const damage = (bytes: Buffer, weather: Weather & { kind: 'damage' }): void => {
  let random = generators.get(weather);
  if (!random) {
    random = new Random(weather.seed);
    generators.set(weather, random);
  }
  if (random.next() >= weather.share) return;
  const [from, to] = PARTS[weather.part];
  const at = Math.floor(random.between(from, Math.min(to, bytes.byteLength)));
  if (at < bytes.byteLength) bytes[at] = bytes[at]! ^ (1 << Math.floor(random.between(0, 8)));
};
