import { type FastifyError, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { addressText, type ListenAddress } from '../../engine/core/listen-address.js';
import type { Access } from '../access.js';
import { BadRequest } from '../bad-request.js';
import type { Wanted } from '../detector/found.js';
import { MODEL } from '../detector/model.js';
import type { DetectorPool } from '../detector/pool.js';
import { inferenceOf } from '../inferences.js';
import { MAXIMUM_PICTURE_BYTES, type RunningServer } from '../server.js';
import { formatOf, type Query, wantedBy } from './query.js';

export interface HttpOptions {
  readonly address: ListenAddress;
  readonly access: Access;
  readonly pool: DetectorPool;
  readonly wanted: Wanted;
}

/** AVA's HTTP contract: a picture in, its inferences out, or 204 if there is nothing to tell. */
export async function startHttp({ address, access, pool, wanted }: HttpOptions): Promise<RunningServer> {
  const app = fastify({ bodyLimit: MAXIMUM_PICTURE_BYTES, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  // Whatever the client calls it: the first bytes of a picture say what it is.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async ({ headers }: FastifyRequest, reply) => {
    if (!access.knowsHost(headers.host, address)) return text(reply, 403, 'this server answers to loopback names only');
    if (access.admits(headers.authorization)) return;
    reply.header('www-authenticate', 'Basic realm="inference"');
    return text(reply, 401, 'a token is needed: as a bearer token, or as the password of any user');
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof BadRequest) return text(reply, 400, error.message);
    const status = error.statusCode ?? 500;
    return text(reply, status, status < 500 ? error.message : 'the detector has failed; its log says why');
  });
  app.setNotFoundHandler((_request, reply) => text(reply, 404, 'there is only POST /score'));

  app.get('/', () => ({ model: MODEL, score: 'POST a picture to /score' }));
  app.post('/score', async (request: FastifyRequest<{ Querystring: Query }>, reply) => {
    const { body, query, headers } = request;
    const job = { ...wantedBy(query, wanted), format: formatOf(headers['content-type'], query) };
    if (pool.full) {
      reply.header('retry-after', pool.secondsToWait);
      return text(reply, 503, 'too many pictures are waiting');
    }
    const found = await pool.detect({ ...job, bytes: (body as Buffer | undefined) ?? new Uint8Array() });
    return found.length === 0 ? reply.code(204).send() : { inferences: found.map(inferenceOf) };
  });

  await app.listen(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port });
  const { port } = app.server.address() as { port: number };
  const bound = address.kind === 'unix' ? address : { ...address, port };
  return { address: addressText(bound), close: () => app.close() };
}

const text = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${message}\n`);
