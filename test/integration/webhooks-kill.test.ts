import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournal, upTo } from '../kit/event-journal.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';
import { type Answer, WebhookServer } from '../kit/webhook-server.js';

const PROGRAM = fileURLToPath(new URL('../kit/webhook-engine.mjs', import.meta.url));
const built = existsSync(fileURLToPath(new URL('../../dist/engine/webhooks/webhooks.js', import.meta.url)));
if (!built) console.warn('skipped: dist/ is missing (npm run build)');

const EVENTS = 200;
const TROUBLE: readonly Answer[] = [500, 'reset', 'silence', { status: 503, headers: { 'retry-after': '0' } }];

describe.skipIf(!built)('a webhook when its engine is killed and its server misbehaves', () => {
  it.each(['ava', 'cloudevents-batch'])(
    'brings every event, in order, and lets duplicates be recognised (%s)',
    async (form) => {
      const dir = tempDir();
      const server = await WebhookServer.start();
      server.answer = (_, nth) => (nth % 17 === 0 ? (TROUBLE[(nth / 17) % TROUBLE.length] ?? 204) : 204);
      const eventsOf = (body: string): Array<{ id: string; seq?: number; sequence?: string }> =>
        [JSON.parse(body)].flat();
      const seqOf = (event: { seq?: number; sequence?: string }) => event.seq ?? Number(event.sequence);
      const highest = () => Math.max(0, ...server.taken.flatMap(({ body }) => eventsOf(body).map(seqOf)));

      const running = new Set<ChildProcess>();
      onTestFinished(() => {
        for (const child of running) child.kill('SIGKILL');
      });
      const start = () => {
        const child = spawn(process.execPath, [PROGRAM, dir, server.url, String(EVENTS), form], { stdio: 'inherit' });
        running.add(child);
        return child;
      };
      const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
        running.delete(child);
      };

      for (const [index, mark] of [30, 70, 120, 160].entries()) {
        const child = start();
        await until(`event ${mark}`, () => highest() >= mark);
        if (index === 1) await server.close();
        await end(child, 'SIGKILL');
        if (index === 1) await server.open();
      }
      const last = start();
      await until('the last event', () => highest() === EVENTS);
      await end(last, 'SIGTERM');

      const { journal } = openJournal({ dir });
      const logged = journal.read(0, 1000).map(({ record }) => record);
      expect(logged.map(({ seq }) => seq)).toEqual(upTo(EVENTS));
      const seen = server.seen.flatMap(({ body }) => eventsOf(body));
      // The first time that each came is in order; what came again has the id that it had.
      const first = [...new Map(seen.map((event) => [event.id, seqOf(event)])).values()];
      expect(first).toEqual(upTo(EVENTS));
      const ids = new Set(server.taken.flatMap(({ body }) => eventsOf(body).map(({ id }) => id)));
      expect(ids).toEqual(new Set(logged.map(({ id }) => id)));
      for (const { headers, body } of server.seen) {
        const [event, ...more] = eventsOf(body);
        expect(headers['webhook-id']).toBe(`${event?.id}${more.length > 0 ? `+${more.length}` : ''}`);
      }
    },
    180_000,
  );
});
