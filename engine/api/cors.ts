import type { FastifyInstance } from 'fastify';
import type { Access } from './access.js';

/** What pages of other origins may use: videos, as AVA's player asks for them, and the stream of events. */
const FOLDER = '/videos';
const EVENTS = '/events';
/** How long browsers may remember what is allowed. */
const REMEMBER_SECONDS = 600;

/**
 * Lets pages of the allowed origins read videos and events. Preflight requests carry no credentials, so they are answered before anybody
 * asks for some: call it before access is checked.
 */
export const installCors = (app: FastifyInstance, access: Pick<Access, 'isAllowed'>): void => {
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host } = request.headers;
    const path = request.url.split(/[?#]/, 1)[0] ?? '';
    if (origin === undefined || !(path === EVENTS || path === FOLDER || path.startsWith(`${FOLDER}/`))) return;
    reply.header('vary', 'origin');
    if (!access.isAllowed(origin, host)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'x-time');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    return reply
      .code(204)
      .header('access-control-allow-methods', 'GET, HEAD, POST')
      .header('access-control-allow-headers', 'authorization, content-type, range')
      .header('access-control-max-age', REMEMBER_SECONDS)
      .send();
  });
};
