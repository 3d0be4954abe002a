import type { FastifyInstance } from 'fastify';
import { MICROS_PER_MS, toIso, utcMicros } from '../core/time.js';
import type { WebhookStats } from './types.js';

/** `GET /webhooks` */
export const registerWebhooks = (app: FastifyInstance, webhooks: { stats(): WebhookStats[] }): void => {
  app.get('/webhooks', { schema: { summary: 'The webhooks, and how each of them is' } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return {
      value: webhooks.stats().map(({ since, problem, retryAt, ...rest }) => ({
        ...rest,
        since: isoOf(since),
        ...(problem === undefined ? {} : { problem }),
        ...(retryAt === undefined ? {} : { retryAt: isoOf(retryAt) }),
      })),
    };
  });
};

const isoOf = (ms: number): string => toIso(utcMicros(ms * MICROS_PER_MS));
