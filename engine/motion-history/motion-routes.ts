import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SluiceError } from '../core/errors.js';
import { momentsOf } from '../core/moments.js';
import { toIso, type UtcRange } from '../core/time.js';
import type { MotionHistory } from './motion-history.js';
import type { Region } from './motion-search.js';

interface MotionRoutes {
  history: Pick<MotionHistory, 'search' | 'buckets'>;
  /**
   * The live pipelines that read a camera.
   * @throws SluiceError if there is no such camera
   */
  pipelinesOf(camera: string): readonly string[];
}

interface RangeQuery {
  starttime?: string;
  endtime?: string;
}

type Camera = { Params: { name: string } };

const MOST_BUCKETS = 5000;
const DEFAULT_BUCKETS = 500;
/** Energy from which a field counts, by how much is asked to be seen. */
const LEAST = { low: 64, medium: 16, high: 1 } as const;

const time = Type.Optional(Type.String({ maxLength: 40 }));
const params = Type.Object({ name: Type.String({ maxLength: 100 }) });

/** `GET /cameras/{name}/motion` and `/cameras/{name}/motion/search`. */
export const registerMotion = (app: FastifyInstance, { history, pipelinesOf }: MotionRoutes): void => {
  app.get<Camera & { Querystring: RangeQuery & { buckets?: number } }>(
    '/cameras/:name/motion',
    {
      schema: {
        summary: 'How much moved in front of a camera, over a time',
        params,
        querystring: Type.Object({
          starttime: time,
          endtime: time,
          buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_BUCKETS })),
        }),
      },
    },
    async (request, reply) => {
      const { buckets = DEFAULT_BUCKETS } = request.query;
      const found = await history.buckets(pipelinesOf(request.params.name), rangeOf(request.query), buckets);
      reply.header('cache-control', 'no-store');
      return { value: found.map(({ startUtc, energy }) => ({ start: toIso(startUtc), energy })) };
    },
  );

  app.get<Camera & { Querystring: RangeQuery & { region?: string; sensitivity?: keyof typeof LEAST } }>(
    '/cameras/:name/motion/search',
    {
      schema: {
        summary: 'When something moved in a part of the picture',
        params,
        querystring: Type.Object({
          starttime: time,
          endtime: time,
          region: Type.Optional(Type.String({ maxLength: 100 })),
          sensitivity: Type.Optional(Type.Enum(Object.keys(LEAST))),
        }),
      },
    },
    async (request, reply) => {
      const { region = '0,0,1,1', sensitivity = 'medium' } = request.query;
      const found = await history.search(
        pipelinesOf(request.params.name),
        rangeOf(request.query),
        regionOf(region),
        LEAST[sensitivity],
      );
      reply.header('cache-control', 'no-store');
      return {
        value: found.map(({ startUtc, endUtc, energy }) => ({ start: toIso(startUtc), end: toIso(endUtc), energy })),
      };
    },
  );
};

const rangeOf = ({ starttime, endtime }: RangeQuery): UtcRange => {
  const range = starttime === undefined || endtime === undefined ? undefined : momentsOf(starttime, endtime);
  if (range && range.endUtc > range.startUtc) return range;
  throw new SluiceError('TimeInvalid', 'starttime and endtime must be two times, the earlier one first', {
    kind: 'invalid',
    hint: 'Use 2026-11-27T03:04:05Z, or a day, a month or a year.',
  });
};

const regionOf = (text: string): Region => {
  const [x, y, w, h, ...more] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const numbers = [x, y, w, h].every((each) => each !== undefined && each >= 0 && each <= 1);
  if (numbers && more.length === 0 && w! > 0 && h! > 0) return { x: x!, y: y!, w: w!, h: h! };
  throw new SluiceError('RegionInvalid', `there is no part of the picture '${text}'`, {
    kind: 'invalid',
    hint: 'Give left, top, width and height as fractions of the picture: region=0.25,0.5,0.1,0.2',
  });
};
