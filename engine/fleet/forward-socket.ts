import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerRaw } from '../api/raw-answer.js';
import type { RawUpgrade } from '../api/upgrades.js';
import type { EngineKeeper } from './engine-keeper.js';
import { engineAway } from './engine-link.js';
import { forwardedHeaders } from './forward.js';

/**
 * Connects the two ends of a WebSocket without looking into it: what an engine sends is passed on as bytes, and waits in the
 * engine if nobody takes it.
 */
export const forwardSocket = ({ request, stream, head }: RawUpgrade, url: string, engine: EngineKeeper): void => {
  const { url: origin, token } = engine.running;
  const secure = 'encrypted' in request.socket;
  const upstream = httpRequest(origin + url, {
    headers: { ...forwardedHeaders(request.headers, token, secure), connection: 'Upgrade', upgrade: 'websocket' },
  });
  upstream.on('upgrade', (answer, socket, first) => {
    stream.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(answer)}\r\n`);
    if (first.length > 0) stream.write(first);
    if (head.length > 0) socket.write(head);
    join(stream, socket);
  });
  upstream.on('response', (answer) => void passRefusal(answer, stream));
  upstream.on('error', () => answerRaw(stream, 503, engineAway(engine.engine).message));
  stream.once('close', () => upstream.destroy());
  upstream.end();
};

const join = (one: Duplex, other: Duplex): void => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    if ('setNoDelay' in from && typeof from.setNoDelay === 'function') from.setNoDelay(true);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
};

/** An engine that refuses answers in HTTP. */
const passRefusal = async (answer: IncomingMessage, stream: Duplex): Promise<void> => {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const status = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  stream.end(Buffer.concat([Buffer.from(`${status}${linesOf(answer)}\r\n`), ...parts]), () => stream.destroy());
};

const linesOf = ({ rawHeaders }: IncomingMessage): string => {
  let lines = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return lines;
};
