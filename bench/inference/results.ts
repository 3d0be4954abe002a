import { WebSocket } from 'ws';

interface Message {
  eventType: string;
  data: { delaySeconds?: number; inferences?: { extensions?: { serverMs?: string } }[] };
}

/** Delays from a picture to the event about it, without the server's own time, in ms; as a reader of events sees them. */
export class Results {
  readonly #socket: WebSocket;
  #delays: number[] = [];

  /** @param url of the engine. */
  constructor(url: string) {
    this.#socket = new WebSocket(
      `${url.replace('http', 'ws')}/events?type=Microsoft.VideoAnalyzer.Analytics.Inference`,
    );
  }

  async open(): Promise<void> {
    this.#socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message));
    await new Promise((resolve, reject) => this.#socket.once('open', resolve).once('error', reject));
  }

  /** Those since the last call. */
  taken(): number[] {
    return this.#delays.splice(0);
  }

  close(): void {
    this.#socket.close();
  }

  #take({ data: { delaySeconds, inferences } }: Message): void {
    const serverMs = Number(inferences?.[0]?.extensions?.serverMs);
    if (delaySeconds !== undefined && serverMs > 0) this.#delays.push(1_000 * delaySeconds - serverMs);
  }
}
