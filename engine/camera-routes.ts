import type { FastifyInstance } from 'fastify';
import type { CameraInfo } from './camera-info.js';
import { toIso } from './core/time.js';

/** `GET /cameras` */
export const registerCameras = (
  app: FastifyInstance,
  cameras: { list(): CameraInfo[] | Promise<CameraInfo[]> },
): void => {
  app.get('/cameras', { schema: { summary: 'The cameras, and how each of them is' } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return {
      value: (await cameras.list()).map(({ trouble, decodedLess, ...camera }) => ({
        ...camera,
        ...(trouble ? { problem: { ...trouble, since: toIso(trouble.since) } } : {}),
        ...(decodedLess ? { decodedLess: { ...decodedLess, since: toIso(decodedLess.since) } } : {}),
      })),
    };
  });
};
