import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Access } from './access.js';

/** Signing in and out of the page. The cookie is for this server's own pages alone, and no script can read it. */
export const registerSession = (app: FastifyInstance, access: Access, { secure }: { secure: boolean }): void => {
  const Session = Type.Object({ needsToken: Type.Boolean(), signedIn: Type.Boolean() });
  const cookieOf = (name: string, value: string, maxAge: number): string =>
    `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;

  app.get(
    '/session',
    {
      schema: {
        summary: 'Whether a token is needed, and whether this browser has signed in',
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return { needsToken: access.needsToken, signedIn: await access.knows(request.headers) };
    },
  );

  app.post('/session', { schema: { summary: 'Sign a browser in' } }, async (_request, reply) => {
    const cookie = access.signIn();
    if (cookie) reply.header('set-cookie', cookieOf(cookie.name, cookie.value, cookie.maxAgeSeconds));
    return reply.code(204).send();
  });

  app.delete('/session', { schema: { summary: 'Sign a browser out' } }, async (_request, reply) => {
    const cookie = access.signIn();
    if (cookie) reply.header('set-cookie', cookieOf(cookie.name, '', 0));
    return reply.code(204).send();
  });
};
