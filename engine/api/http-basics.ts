import swagger from '@fastify/swagger';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { Access } from './access.js';
import { parseJsonBody } from './bodies.js';
import { errorBody, statusOf } from './replies.js';
import { requestTarget } from './request-target.js';

/** What all routes have in common: access, how bodies are read, the form of errors. */
export const installHttpBasics = async (app: FastifyInstance, access: Access, log: Logger): Promise<void> => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    const { method, url, headers, httpVersion, rawHeaders } = request.raw;
    // The target as it was sent; by now, `url` is its path.
    const { problem } = requestTarget({ httpVersion, rawHeaders, headers, url: request.originalUrl });
    if (problem !== undefined) return reply.code(400).send(errorBody(400, problem));
    if (closing) return reply.code(503).header('connection', 'close').send(errorBody(503, 'the engine is closing'));
    const verdict = await access.check({ method: method ?? 'GET', url: url ?? '/', headers, websocket: false });
    if (verdict.ok) return;
    if (verdict.status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(verdict.status).send(errorBody(verdict.status, verdict.message));
  });

  // A body is JSON whatever type the client declares: curl and small devices often declare none or a wrong one.
  // Checking the type would only protect against pages of other origins, which have been refused already.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  app.setErrorHandler((error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const status = errorStatus(error);
    if (status >= 500 && !(error instanceof SluiceError)) {
      log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
      return reply.code(500).send(errorBody(500, 'the request failed inside the engine; its log says why'));
    }
    return reply
      .code(status)
      .send(errorBody(status, error.message, error instanceof SluiceError ? error.code : undefined));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(404, `there is no ${request.method} ${request.url.split('?', 1)[0]}`)),
  );

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sluice', version: '1.1', description: 'Event-based video recording. See docs/ref/http.md.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
  });
};

const errorStatus = (error: FastifyError | Error): number => {
  if (error instanceof SluiceError) return statusOf(error);
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return status !== undefined && status >= 400 && status < 600 ? status : 500;
};
