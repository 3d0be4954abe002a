import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendBytes } from '../api/send-bytes.js';
import { momentsOf } from '../core/moments.js';
import type { ClipPage, ClipQuery, ClipResource } from './clip-resource.js';
import type { Clips } from './clips.js';

type OfClip = { Params: { id: string } };
interface ListQuery {
  pipeline?: string;
  starttime?: string;
  endtime?: string;
  limit?: number;
  '@continuationToken'?: string;
}

const params = Type.Object({ id: Type.String({ maxLength: 40 }) });
const time = (what: string) => Type.Optional(Type.String({ maxLength: 60, description: what }));

/** Whoever puts the lists of several engines together has to wait for them. */
export interface ServedClips extends Omit<Clips, 'list'> {
  list(query: ClipQuery): ClipPage | Promise<ClipPage>;
}

/** Clips over HTTP: lists, files with byte ranges, and what people note of them. */
export const registerClips = (app: FastifyInstance, clips: ServedClips): void => {
  app.get<{ Querystring: ListQuery }>(
    '/clips',
    {
      schema: {
        summary: 'Clips of FileSinks, newest first',
        querystring: Type.Object({
          pipeline: Type.Optional(Type.String({ maxLength: 260, description: 'Clips of this live pipeline only.' })),
          starttime: time('Clips with media at or after this time.'),
          endtime: time('Clips with media before this time.'),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
          '@continuationToken': Type.Optional(Type.String({ maxLength: 200 })),
        }),
      },
    },
    async ({ query }) => {
      const { pipeline, starttime, endtime, limit, '@continuationToken': continuationToken } = query;
      const range = momentsOf(starttime, endtime);
      const { value, ...rest } = await clips.list({ pipeline, range, limit, continuationToken });
      return { value: value.map(withUrls), ...rest };
    },
  );
  app.get<OfClip>('/clips/:id', { schema: { summary: 'A clip', params } }, async ({ params: { id } }) =>
    withUrls(clips.get(id)),
  );
  app.route<OfClip>({
    method: ['GET', 'HEAD'],
    url: '/clips/:id.mp4',
    schema: { summary: 'The file of a clip; byte ranges', params },
    handler: async (request, reply) => {
      const { path, bytes, version, name } = clips.file(request.params.id);
      return sendBytes(request, reply, {
        ...{ length: bytes, version, type: 'video/mp4', name },
        read: (range) => createReadStream(path, range),
      });
    },
  });
  app.delete<OfClip>(
    '/clips/:id',
    { schema: { summary: 'Delete a clip and its file', params } },
    async ({ params: { id } }, reply) => {
      clips.delete(id);
      return reply.code(204).send();
    },
  );
  const note = (method: 'POST' | 'DELETE', url: string, summary: string, change: (id: string) => void): void => {
    app.route<OfClip>({
      method,
      url,
      schema: { summary, params },
      handler: async ({ params: { id } }: FastifyRequest<OfClip>) => {
        change(id);
        return withUrls(clips.get(id));
      },
    });
  };
  note('POST', '/clips/:id/protect', 'Keep a clip', (id) => clips.protect(id));
  note('DELETE', '/clips/:id/protect', 'Keep a clip no longer than others', (id) => clips.unprotect(id));
  note('POST', '/clips/:id/seen', 'Somebody has looked at a clip', (id) => clips.markSeen(id));
};

const withUrls = (clip: ClipResource) => ({
  ...clip,
  urls: { file: `/clips/${clip.id}.mp4`, thumbnail: `/clips/${clip.id}.jpg` },
});
