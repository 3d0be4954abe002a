import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import { systemCode } from '../core/errors.js';
import type { EngineKeeper } from './engine-keeper.js';
import { engineAway } from './engine-link.js';

/** Of one connection, or of whoever has sent the request to the front. */
const NOT_FORWARDED = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'keep-alive',
  'origin',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const NOT_RETURNED = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding', 'vary']);

/** The headers of a request for an engine. The front has checked who sends it; the engine knows only the front. */
export const forwardedHeaders = (
  headers: IncomingHttpHeaders,
  token: string,
  secure: boolean,
): Record<string, string | string[]> => ({
  ...Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !NOT_FORWARDED.has(entry[0]),
    ),
  ),
  authorization: `Bearer ${token}`,
  ...(secure ? { 'x-forwarded-proto': 'https' } : {}),
});

/** Answers a request with what an engine answers. Media passes through as it comes, and only as fast as it is taken. */
export const forward = async (
  request: FastifyRequest,
  reply: FastifyReply,
  engine: EngineKeeper,
  dispatcher: Dispatcher,
): Promise<FastifyReply> => {
  const { url: origin, token } = engine.running;
  const { raw, body } = request;
  const hungUp = new AbortController();
  reply.raw.once('close', () => hungUp.abort());
  try {
    const answer = await dispatcher.request({
      origin,
      path: raw.url ?? '/',
      method: request.method as Dispatcher.HttpMethod,
      headers: forwardedHeaders(request.headers, token, request.protocol === 'https'),
      body: body === undefined || body === null ? null : JSON.stringify(body),
      signal: hungUp.signal,
    });
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !NOT_RETURNED.has(name) && !reply.hasHeader(name)) reply.header(name, value);
    }
    return reply.code(answer.statusCode).send(answer.body);
  } catch (error) {
    throw isAway(error) ? engineAway(engine.engine) : error;
  }
};

/** What an engine answers to a request without a body, as text. @throws SluiceError `EngineAway` */
export const fetchFrom = async (
  request: FastifyRequest,
  engine: EngineKeeper,
  dispatcher: Dispatcher,
): Promise<{ status: number; text: string }> => {
  const { url: origin, token } = engine.running;
  const headers = forwardedHeaders(request.headers, token, request.protocol === 'https');
  try {
    const answer = await dispatcher.request({ origin, path: request.raw.url ?? '/', method: 'GET', headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (error) {
    throw isAway(error) ? engineAway(engine.engine) : error;
  }
};

const isAway = (error: unknown): boolean => /^(ECONN|EPIPE|UND_ERR_SOCKET)/.test(systemCode(error) ?? '');
