import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a server does with a request: a status, with headers, or nothing until it hangs up. */
export type Answer = number | { status: number; headers: Record<string, string> } | 'silence' | 'reset';

/** A server that takes webhooks and does with each what the test says. It can go away and come back at its port. */
export class WebhookServer {
  /** All that came, whatever was answered. */
  readonly seen: Delivery[] = [];
  /** What was answered with 2xx. */
  readonly taken: Delivery[] = [];
  answer: (delivery: Delivery, nth: number) => Answer = () => 204;
  readonly #tls: { cert: string; key: string } | undefined;
  #server: Server | undefined;
  #port = 0;

  private constructor(tls?: { cert: string; key: string }) {
    this.#tls = tls;
  }

  static async start(tls?: { cert: string; key: string }): Promise<WebhookServer> {
    const server = new WebhookServer(tls);
    await server.open();
    onTestFinished(() => server.close());
    return server;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://localhost:${this.#port}`;
  }

  async open(): Promise<void> {
    const server = this.#tls ? createSecureServer(this.#tls, this.#listener) : createServer(this.#listener);
    this.#server = server;
    server.listen(this.#port, 'localhost');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server?.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  readonly #listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('error', () => {});
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const delivery = { path: request.url ?? '', headers: request.headers, body };
      this.seen.push(delivery);
      const answer = this.answer(delivery, this.seen.length);
      if (answer === 'silence') return;
      if (answer === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
      if (status < 300) this.taken.push(delivery);
      response.writeHead(status, headers).end();
    });
  };
}
