import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { RtspFrames } from '../../stage/rtsp-frames.js';

/** What the way from a camera makes of one RTP packet: those that are sent in its place. */
export type Treatment = (packet: Buffer) => Buffer[];

const INTERLEAVED_BYTES = 4;
const MARKER = 0x80;

/** The way from one camera to the engine. It counts what the camera sends, and may change it. */
export class CameraPath {
  /** Pictures that have gone by: RTP marks the last packet of each. */
  pictures = 0;
  /** When the first and the last of them did, in ms. */
  firstMs: number | undefined;
  lastMs = 0;
  /** Packets that were sent in the place of others. */
  treated = 0;
  readonly #upstream: number;
  readonly #treatment: (() => Treatment) | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(upstream: number, treatment: (() => Treatment) | undefined) {
    this.#upstream = upstream;
    this.#treatment = treatment;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @param treatment called for each connection */
  static async start(upstream: number, treatment?: () => Treatment): Promise<CameraPath> {
    const path = new CameraPath(upstream, treatment);
    path.#server.listen(0, '127.0.0.1');
    await once(path.#server, 'listening');
    return path;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    const camera = dial(this.#upstream, '127.0.0.1');
    const over = (): void => {
      for (const socket of [client, camera]) {
        socket.destroy();
        this.#sockets.delete(socket);
      }
    };
    for (const socket of [client, camera]) {
      this.#sockets.add(socket);
      socket.on('error', over).on('close', over).on('end', over);
    }
    client.pipe(camera, { end: false });
    const frames = new RtspFrames();
    const treat = this.#treatment?.();
    camera.on('data', (chunk: Buffer) => {
      for (const { kind, bytes } of frames.push(chunk)) {
        if (kind === 'message' || bytes[1] !== 0) client.write(bytes);
        else this.#packet(bytes, client, treat);
      }
      if (!client.writableNeedDrain) return;
      camera.pause();
      client.once('drain', () => camera.resume());
    });
  }

  #packet(bytes: Buffer, client: Socket, treat: Treatment | undefined): void {
    if ((bytes[INTERLEAVED_BYTES + 1]! & MARKER) !== 0) {
      this.pictures++;
      this.lastMs = Date.now();
      this.firstMs ??= this.lastMs;
    }
    if (treat === undefined) {
      client.write(bytes);
      return;
    }
    for (const packet of treat(bytes.subarray(INTERLEAVED_BYTES))) {
      this.treated++;
      const head = Buffer.from([0x24, bytes[1]!, 0, 0]);
      head.writeUInt16BE(Math.min(packet.length, 65_535), 2);
      client.write(Buffer.concat([head, packet.subarray(0, 65_535)]));
    }
  }
}
