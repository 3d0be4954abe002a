import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { payloadJson } from '../core/method-result.js';
import { version } from '../core/package-files.js';
import type { Access } from './access.js';
import { asyncApiDocument } from './asyncapi.js';
import { openApiDocument } from './openapi.js';
import type { HttpServerOptions } from './server-options.js';
import { registerTwinMethods } from './twin-methods.js';

const AnyJson = Type.Unknown({ description: 'JSON' });

/** The routes of docs/ref/http.md, except those that other parts register. */
export const registerRoutes = (app: FastifyInstance, options: HttpServerOptions, access: Access): void => {
  registerMethods(app, options);
  registerTwinMethods(app, options);
  registerInputs(app, options);
  registerHealth(app, options, access);
};

const registerMethods = (app: FastifyInstance, { methods }: HttpServerOptions): void => {
  app.route<{ Params: { method: string } }>({
    method: 'POST',
    url: '/methods/:method',
    schema: {
      summary: 'Invoke a direct method',
      description: 'The body is the payload of the method; status and body of the response are its result.',
      params: Type.Object({ method: Type.String({ maxLength: 100 }) }),
    },
    handler: async (request, reply) => {
      const result = await methods.invoke(request.params.method, request.body);
      reply.code(result.status);
      const json = result.status === 204 ? undefined : payloadJson(result);
      return json === undefined ? reply.send() : reply.type('application/json; charset=utf-8').send(json);
    },
  });
};

const registerInputs = (app: FastifyInstance, { inputs }: HttpServerOptions): void => {
  app.route<{ Params: { input: string }; Querystring: { pipeline?: string } }>({
    method: 'POST',
    url: '/inputs/:input',
    schema: {
      summary: 'Deliver a message to IotHubMessageSource nodes',
      description: 'To every active pipeline with this hubInputName, or to one of them.',
      params: Type.Object({ input: Type.String({ maxLength: 200 }) }),
      querystring: Type.Object({ pipeline: Type.Optional(Type.String({ maxLength: 100 })) }),
      response: { 200: Type.Object({ delivered: Type.Integer(), eventIds: Type.Array(Type.String()) }) },
    },
    handler: async (request) => {
      const { pipeline } = request.query;
      return inputs.deliver(request.params.input, request.body ?? null, pipeline === undefined ? {} : { pipeline });
    },
  });
};

const registerHealth = (app: FastifyInstance, { ready, metrics, openApi }: HttpServerOptions, access: Access): void => {
  const Health = Type.Object({ status: Type.String() });
  app.get('/healthz', { schema: { summary: 'The process is alive', response: { 200: Health } } }, async () => ({
    status: 'ok',
  }));

  const Checks = Type.Record(Type.String(), Type.String(), {
    description: 'Of each part, ok or what is wrong. Absent where a token is needed and the request has none.',
  });
  const Ready = Type.Object({ ready: Type.Boolean(), checks: Type.Optional(Checks) });
  app.get(
    '/readyz',
    { schema: { summary: 'The engine can do its work', response: { 200: Ready, 503: Ready } } },
    async (request, reply) => {
      const readiness = await ready();
      // Watchdogs of containers and clusters have no token. What is wrong can name folders.
      const told = (await access.knows(request.headers)) ? readiness : { ready: readiness.ready };
      return reply.code(readiness.ready ? 200 : 503).send(told);
    },
  );

  app.get(
    '/metrics',
    { schema: { summary: 'Prometheus metrics', produces: ['text/plain'], response: { 200: Type.String() } } },
    async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(Buffer.from(await metrics.text())),
  );

  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true, response: { 200: AnyJson } } }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(app, openApi));
    return reply.type('application/json; charset=utf-8').send(document);
  });

  app.get('/asyncapi.json', { schema: { hide: true, response: { 200: AnyJson } } }, async (request, reply) => {
    const place = { host: request.host, secure: request.protocol === 'https' };
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(asyncApiDocument(version(), place)));
  });
};
