import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { MarkerWatch } from '../lanes/marker.js';

/**
 * The host's end of a lane. While a pipeline runs, its fdsrc and fdsink have the descriptor to themselves; this end
 * only cleans up between runs. Opening it also makes the descriptor non-blocking; otherwise `stop` could not interrupt an
 * fdsink that writes to a full lane.
 */
export class LaneEnd {
  readonly #socket: Socket;
  readonly #marker: Buffer;
  readonly #watch: MarkerWatch;
  #drained: (() => void) | undefined;

  constructor(fd: number, marker: Buffer) {
    this.#marker = marker;
    this.#watch = new MarkerWatch(marker);
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd,
      onread: { buffer: Buffer.allocUnsafe(65536), callback: (length, buffer) => this.#onRead(length, buffer) },
    };
    this.#socket = new Socket(options);
    // With `onread`, this takes the descriptor out of the event loop at once, before a byte is read.
    this.#socket.pause();
    this.#socket.unref();
    // The other end is gone only when the engine is: then this process is about to end as well.
    this.#socket.on('error', () => {});
  }

  /** Writes in this process's own name, to a lane that no pipeline writes to. */
  write(packet: Buffer): void {
    this.#socket.write(packet);
  }

  /** Bytes that the kernel has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Ends what this end writes in a run. */
  writeMarker(): void {
    this.#socket.write(this.#marker);
  }

  /** Discards what the pipeline has left unread, up to the other end's marker. */
  drain(): Promise<void> {
    this.#watch.reset();
    return new Promise((resolve) => {
      this.#drained = resolve;
      this.#socket.resume();
    });
  }

  #onRead(length: number, buffer: Uint8Array): boolean {
    if (!this.#watch.endsRun(Buffer.from(buffer.buffer, buffer.byteOffset, length))) return true;
    this.#socket.pause();
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
    return false;
  }
}
