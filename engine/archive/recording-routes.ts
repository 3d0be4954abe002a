import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { momentsOf } from '../core/moments.js';
import type { Recordings } from './recordings.js';

type OfRecording = { Params: { name: string; id: string } };
interface ListQuery {
  starttime?: string;
  endtime?: string;
  limit?: number;
  '@continuationToken'?: string;
}

const name = Type.String({ maxLength: 260 });
const params = Type.Object({ name, id: Type.String({ maxLength: 40 }) });
const time = (what: string) => Type.Optional(Type.String({ maxLength: 60, description: what }));

/** The recordings of a video over HTTP, and what people note of them. */
export const registerRecordings = (app: FastifyInstance, recordings: Recordings): void => {
  app.get<{ Params: { name: string }; Querystring: ListQuery }>(
    '/videos/:name/recordings',
    {
      schema: {
        summary: 'Recordings of a video, in the order of time',
        params: Type.Object({ name }),
        querystring: Type.Object({
          starttime: time('Recordings with media at or after this time.'),
          endtime: time('Recordings with media before this time.'),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })),
          '@continuationToken': Type.Optional(Type.String({ maxLength: 200 })),
        }),
      },
    },
    async ({ params: { name: video }, query }) => {
      const { starttime, endtime, limit, '@continuationToken': continuationToken } = query;
      return recordings.list(video, { range: momentsOf(starttime, endtime), limit, continuationToken });
    },
  );
  const note = (
    method: 'POST' | 'DELETE',
    what: 'seen' | 'protect',
    summary: string,
    change: (video: string, id: string) => void,
  ): void => {
    app.route<OfRecording>({
      method,
      url: `/videos/:name/recordings/:id/${what}`,
      schema: { summary, params },
      handler: async ({ params: { name: video, id } }) => {
        change(video, id);
        return recordings.get(video, id);
      },
    });
  };
  note('POST', 'seen', 'Somebody has looked at a recording', (video, id) => recordings.markSeen(video, id));
  note('POST', 'protect', "Keep a recording's media", (video, id) => recordings.protect(video, id));
  note('DELETE', 'protect', 'Keep its media no longer than other media', (video, id) =>
    recordings.unprotect(video, id),
  );
};
