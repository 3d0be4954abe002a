import { expect, it, vi } from 'vitest';
import type { Logger } from '../../../../engine/core/log.js';
import { createCategoryLogs } from '../../../../engine/log/categories.js';
import { GuardedLogger } from '../../../../engine/log/guarded-logger.js';

it('a logger that throws stops nobody; its lines are counted, and the first is told', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const no = () => {
    throw new Error('the log is full');
  };
  const loggers = new GuardedLogger();
  const log = loggers.guard({ info: no, error: no, child: () => ({ info: no }) } as unknown as Logger);
  log.info('one');
  log.error({ a: 1 }, 'two');
  log.child({ pipeline: 'p' }).info('three');
  expect(loggers.failures).toBe(3);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toContain('the log is full');
  warn.mockRestore();
});

it('a logger that works logs as before, its children and categories too', () => {
  const lines: string[] = [];
  const settings = { logLevel: 'warn', logCategories: ['MediaPipeline' as const] };
  const logs = createCategoryLogs(settings, { write: (line: string) => lines.push(line) });
  const loggers = new GuardedLogger();
  const [app, media] = [loggers.guard(logs.application), loggers.guard(logs.mediaPipeline)];
  app.child({ pipeline: 'p' }).warn('one');
  logs.apply({ ...settings, logLevel: 'info' });
  app.info('not wanted');
  media.child({ host: 1 }).info('two');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { pipeline: 'p', msg: 'one' },
    { category: 'MediaPipeline', host: 1, msg: 'two' },
  ]);
  expect(loggers.failures).toBe(0);
});
