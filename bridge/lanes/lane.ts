import type { Socket } from 'node:net';
import { readingSocket } from '../reading-socket.js';
import { type GdpHandlers, GdpReader } from './gdp-reader.js';
import { MarkerWatch } from './marker.js';
import { givePacket } from './packet-pool.js';

/**
 * The engine's end of a lane: GDP packets out and in, one run after the other. What arrives outside a run, or after
 * `detach`, is discarded.
 */
export class Lane {
  readonly #socket: Socket;
  readonly #marker: Buffer;
  readonly #watch: MarkerWatch;
  #reader: GdpReader | undefined;
  #ended: (() => void) | undefined;
  #sawEnd = true;

  constructor(socket: Socket, marker: Buffer) {
    this.#socket = readingSocket(socket, (chunk) => this.#onData(chunk));
    this.#marker = marker;
    this.#watch = new MarkerWatch(marker);
    // Errors and closing mean that the host is gone, which its exit reports.
    this.#socket.on('error', () => {});
    this.#socket.unref();
  }

  /** Starts a run. Keeps the process alive until `idle`. */
  begin(handlers: GdpHandlers): void {
    this.#reader = new GdpReader(handlers);
    this.#watch.reset();
    this.#sawEnd = false;
    this.#socket.ref();
  }

  /** Whether the packet went out at once; false means it waits in this process. From now on it belongs to the lane. */
  write(packet: Buffer): boolean {
    return this.#socket.destroyed || this.#socket.write(packet, () => givePacket(packet));
  }

  /** Several packets with one call to the kernel. They belong to the lane. */
  writeAll(packets: readonly Buffer[]): void {
    if (this.#socket.destroyed) return;
    if (packets.length > 1) this.#socket.cork();
    for (const packet of packets) this.#socket.write(packet, () => givePacket(packet));
    if (packets.length > 1) this.#socket.uncork();
  }

  /** Bytes that the kernel has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /** No more packets of this run are delivered. */
  detach(): void {
    this.#reader = undefined;
  }

  /** Resolves when all that the host wrote in this run has been read. */
  drained(): Promise<void> {
    if (this.#sawEnd || this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  /** Tells the host that nothing more is written in this run. */
  writeMarker(): void {
    if (!this.#socket.destroyed) this.#socket.write(this.#marker);
  }

  /** The run is over and the slot is free. */
  idle(): void {
    this.#reader = undefined;
    this.#socket.unref();
  }

  #onData(chunk: Buffer): void {
    const last = this.#watch.endsRun(chunk);
    // A marker split over two chunks leaves its head in the reader, as a packet that is never completed.
    this.#reader?.push(last ? chunk.subarray(0, Math.max(0, chunk.length - this.#marker.length)) : chunk);
    if (!last) return;
    this.#sawEnd = true;
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.();
  }
}
