import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SluiceError } from '../core/errors.js';
import { encodedFor, type PageFile, readPageFiles } from './page-files.js';

/**
 * Nothing inline, nothing from elsewhere, no frames around it. Pictures and media that the page has put together itself are
 * `blob:`. `lit-html` is the one policy that may make markup of text: the library's own templates.
 */
const SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const HEADERS = {
  'content-security-policy': SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  vary: 'accept-encoding',
};

/** The page for people. Its files hold no secrets and are open to all; what they show is asked for by other routes. */
export const registerPage = (app: FastifyInstance, files: ReadonlyMap<string, PageFile> = readPageFiles()): void => {
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const index = files.get('/index.html');
    if (index) return send(request, reply, index);
    throw new SluiceError('PageNotBuilt', 'the page is not there', {
      kind: 'notFound',
      hint: 'Run `npm run build`, and start the engine again.',
    });
  });
  app.get<{ Params: { '*': string } }>('/assets/*', { schema: { hide: true } }, async (request, reply) => {
    const file = files.get(`/assets/${request.params['*']}`);
    if (file) return send(request, reply, file);
    throw new SluiceError('PageFileNotFound', `the page has no file '${request.params['*']}'`, {
      kind: 'notFound',
      hint: 'Load the page again: it may be from before an update.',
    });
  });
};

const send = (request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply => {
  reply.headers(HEADERS);
  reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('etag', file.etag);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const { name, bytes } = encodedFor(file, request.headers['accept-encoding']);
  if (name !== undefined) reply.header('content-encoding', name);
  return reply.type(file.type).send(bytes);
};
