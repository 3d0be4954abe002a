import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ContentTokens } from '../client-api/content-tokens.js';
import { MICROS_PER_SECOND, toIso, type UtcMicros } from '../core/time.js';
import type { Playback } from './playback.js';
import { type ResourceDeps, videoResource } from './video-resource.js';

export interface ClientRouteDeps extends ResourceDeps {
  playback: Playback;
  tokens: ContentTokens;
}

/** AVA's client API: videos as resources, and the tokens with which their media is read. */
export const registerClientApi = (app: FastifyInstance, { playback, tokens, ...deps }: ClientRouteDeps): void => {
  const params = Type.Object({ name: Type.String({ maxLength: 260 }) });

  app.get('/videos', { schema: { summary: 'Every video' } }, async (request, reply) => {
    const origin = originOf(request);
    reply.header('cache-control', 'no-store');
    return { value: deps.archive.segments.videos().map((video) => videoResource(video, origin, deps)) };
  });

  app.get<{ Params: { name: string } }>(
    '/videos/:name',
    { schema: { summary: 'A video, with the addresses of its media', params } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return videoResource(playback.video(request.params.name), originOf(request), deps);
    },
  );

  app.post<{ Params: { name: string } }>(
    '/videos/:name/listContentToken',
    { schema: { summary: 'A token that opens the media of a video for an hour', params } },
    async (request, reply) => {
      const { name } = playback.video(request.params.name);
      const { token, expires } = await tokens.issue(name, deps.clock.utc() / MICROS_PER_SECOND);
      reply.header('cache-control', 'no-store');
      return { ExpirationDate: toIso((expires * MICROS_PER_SECOND) as UtcMicros), Token: token };
    },
  );
};

/** This server as the client knows it. A proxy in front of it may be the one that speaks TLS. */
const originOf = ({ headers, protocol }: FastifyRequest): string => {
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : protocol;
  // Whoever sends none, or none that can stand in an address, gets addresses of its own machine.
  const host = /^[\w.:[\]-]+$/.test(headers.host ?? '') ? headers.host : 'localhost';
  return `${scheme}://${host}`;
};
