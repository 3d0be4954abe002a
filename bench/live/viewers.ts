import { WebSocket } from 'ws';

/** A program that watches a camera and says what has come, as the page does. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #openedAt = performance.now();
  #messages = 0;
  #closed: number | undefined;
  bytes = 0;
  /** From the opening to the first picture, in ms; undefined before. */
  firstMs: number | undefined;

  constructor(origin: string, camera: string) {
    this.#socket = new WebSocket(`${origin.replace('http', 'ws')}/cameras/${camera}/live?acknowledge=1`, {
      perMessageDeflate: false,
    });
    this.#socket.on('message', (data: Buffer, isBinary) => {
      // The first one is the header of the stream.
      if (!isBinary || this.#messages++ === 0) return;
      this.firstMs ??= performance.now() - this.#openedAt;
      this.bytes += data.length;
      this.#socket.send(`{"acknowledge":${data.readUInt32BE(0)}}`);
    });
    this.#socket.on('close', (code) => {
      this.#closed = code;
    });
    this.#socket.on('error', () => {});
  }

  /** Resolves when a picture has come. */
  async first(): Promise<number> {
    for (const deadline = performance.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
      if (this.firstMs !== undefined) return this.firstMs;
      if (this.#closed !== undefined || performance.now() > deadline) throw new Error('a viewer got no picture');
    }
  }

  close(): void {
    this.#socket.terminate();
  }
}
