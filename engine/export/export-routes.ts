import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { sendBytes } from '../api/send-bytes.js';
import { SluiceError } from '../core/errors.js';
import { momentsOf } from '../core/moments.js';
import { toIso, type UtcRange } from '../core/time.js';
import { ZipExports } from './archive-zip.js';
import type { Exports } from './exports.js';

interface RangeQuery {
  starttime?: string;
  endtime?: string;
}

const time = Type.Optional(Type.String({ maxLength: 60 }));

/** Parts of videos as files, of which any range of bytes can be had. */
export const registerExports = (app: FastifyInstance, exports: Exports): void => {
  app.route<{ Params: { name: string }; Querystring: RangeQuery }>({
    method: ['GET', 'HEAD'],
    url: '/videos/:name/clip.mp4',
    schema: {
      summary: 'A part of a video as an MP4 file; byte ranges',
      params: Type.Object({ name: Type.String({ maxLength: 260 }) }),
      querystring: Type.Object({ starttime: time, endtime: time }),
    },
    handler: async (request, reply) => {
      const movie = await exports.movie(request.params.name, rangeOf(request.query));
      reply.header('x-start-time', toIso(movie.startUtc)).header('x-end-time', toIso(movie.endUtc));
      return sendBytes(request, reply, { ...movie, type: 'video/mp4' });
    },
  });
  const zips = new ZipExports(exports);
  const name = Type.String({ maxLength: 2000 });
  app.route<{ Querystring: RangeQuery & { videos: string | string[] } }>({
    method: ['GET', 'HEAD'],
    url: '/export.zip',
    schema: {
      summary: 'A part of several videos as a zip; byte ranges',
      querystring: Type.Object({
        videos: Type.Union([name, Type.Array(name, { maxItems: 100 })], {
          description:
            'Names with commas between them. Given several times, each is one name, which may have a comma in it.',
        }),
        starttime: time,
        endtime: time,
      }),
    },
    handler: async (request, reply) => {
      const { videos } = request.query;
      const names = typeof videos === 'string' ? videos.split(',') : videos;
      const zip = await zips.zip(names.filter(Boolean), rangeOf(request.query));
      return sendBytes(request, reply, { ...zip, type: 'application/zip' });
    },
  });
};

const rangeOf = ({ starttime, endtime }: RangeQuery): UtcRange => {
  const range = starttime === undefined || endtime === undefined ? undefined : momentsOf(starttime, endtime);
  if (range) return range;
  throw new SluiceError('RangeInvalid', 'starttime and endtime are needed', {
    kind: 'invalid',
    hint: 'Give both, as in starttime=2026-11-27T03:04:05Z&endtime=2026-11-27T03:09:05Z.',
  });
};
