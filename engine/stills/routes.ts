import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { SluiceError } from '../core/errors.js';
import { momentsOf } from '../core/moments.js';
import type { Picture } from './picture.js';
import type { Pictures } from './pictures.js';

type OfPicture = { Params: { name: string }; Querystring: { width?: number; time?: string } };

const params = Type.Object({ name: Type.String({ maxLength: 260 }) });
const width = Type.Optional(
  Type.Integer({ minimum: 16, maximum: 4096, description: 'Pixels; at most those of the camera.' }),
);

/** Pictures over HTTP. */
export const registerPictures = (
  app: FastifyInstance,
  pictures: Pick<Pictures, 'snapshot' | 'preview' | 'clip'>,
): void => {
  app.get<OfPicture>(
    '/cameras/:name/snapshot.jpg',
    { schema: { summary: 'The newest keyframe of a camera', params, querystring: Type.Object({ width }) } },
    async (request, reply) =>
      send(request, reply, await pictures.snapshot(request.params.name, { width: request.query.width })),
  );
  const querystring = Type.Object({ width, time: Type.String({ maxLength: 60, description: 'As `starttime`.' }) });
  app.get<OfPicture>(
    '/videos/:name/preview.jpg',
    { schema: { summary: 'The keyframe of a video that is nearest to a time', params, querystring } },
    async (request, reply) => {
      const at = momentsOf(request.query.time, undefined)?.startUtc;
      if (at === undefined) throw new SluiceError('TimeInvalid', 'time is missing', { kind: 'invalid' });
      return send(request, reply, await pictures.preview(request.params.name, at, { width: request.query.width }));
    },
  );
  app.get<{ Params: { id: string }; Querystring: { width?: number } }>(
    '/clips/:id.jpg',
    {
      schema: {
        ...{ summary: 'The keyframe of a clip that is nearest to what caused it', querystring: Type.Object({ width }) },
        params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
      },
    },
    async (request, reply) =>
      send(request, reply, await pictures.clip(request.params.id, { width: request.query.width })),
  );
};

/** The next one may be another: whoever has this one asks whether it is still right. */
const send = (request: FastifyRequest, reply: FastifyReply, { jpeg, time, version }: Picture): FastifyReply => {
  const tag = `"${version}"`;
  reply.headers({ etag: tag, 'x-time': time, 'cache-control': 'private, no-cache' });
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  return reply.type('image/jpeg').send(jpeg);
};
