import { onTestFinished } from 'vitest';
import { createHttpServer, type HttpServer } from '../../engine/api/server.js';
import type { HttpServerOptions } from '../../engine/api/server-options.js';
import { systemClock } from '../../engine/core/clock.js';
import type { InputRouter, MethodInvoker } from '../../engine/core/ports.js';
import { type OpenedJournal, openJournal } from './event-journal.js';

export interface Served extends OpenedJournal {
  server: HttpServer;
  /** What was asked of the engine. */
  calls: Array<{ method: string; payload: unknown }>;
  messages: Array<{ input: string; message: unknown; pipeline: string | undefined }>;
}

/** A server over a real event log, with an engine that echoes. */
export const serve = async (
  options: Partial<HttpServerOptions> = {},
  journalOptions: NonNullable<Parameters<typeof openJournal>[0]> = {},
): Promise<Served> => {
  const opened = openJournal(journalOptions);
  const calls: Served['calls'] = [];
  const messages: Served['messages'] = [];
  const methods: MethodInvoker = {
    async invoke(method, payload) {
      calls.push({ method, payload });
      if (method === 'fails') throw new Error('a secret of the inside');
      if (method === 'nothing') return { status: 204, payload: null };
      if (method === 'slow')
        return new Promise((resolve) => setTimeout(() => resolve({ status: 200, payload: 'late' }), 300));
      if (method !== 'echo') return { status: 501, payload: { error: { code: 'NotImplemented', message: method } } };
      return { status: 200, payload: payload ?? null };
    },
  };
  const inputs: InputRouter = {
    deliver(input, message, target) {
      messages.push({ input, message, pipeline: target?.pipeline });
      return { delivered: 1, eventIds: ['event-1'] };
    },
  };
  const server = await createHttpServer({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    methods,
    inputs,
    journal: opened.journal,
    clock: journalOptions.clock ?? systemClock,
    metrics: { text: async () => '# HELP a b\n' },
    ready: () => ({ ready: true, checks: { eventLog: 'ok' } }),
    ...options,
  });
  onTestFinished(() => server.close());
  return { ...opened, server, calls, messages };
};
