import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../../engine/core/log.js';
import { createCategoryLogs, type LogSettings } from '../../../../engine/log/categories.js';

const open = (settings: LogSettings) => {
  const lines: Array<{ level: string; msg: string; category?: string }> = [];
  const logs = createCategoryLogs(settings, { write: (line: string) => lines.push(JSON.parse(line)) });
  /** Levels of what comes out when a logger says something at each. */
  const heard = (logger: Logger) => {
    lines.length = 0;
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) logger[level](level);
    return lines.map(({ msg }) => msg);
  };
  return { logs, lines, heard };
};

describe('categories of the log', () => {
  it('let through what is named, at the level, and warnings of the rest but for events', () => {
    const { logs, heard } = open({ logLevel: 'debug', logCategories: ['Application', 'Events'] });
    expect(heard(logs.application)).toEqual(['debug', 'info', 'warn', 'error']);
    expect(heard(logs.events)).toEqual(['debug', 'info', 'warn', 'error']);
    expect(heard(logs.mediaPipeline)).toEqual(['warn', 'error']);
    logs.apply({ logLevel: 'info', logCategories: ['MediaPipeline'] });
    expect(heard(logs.application)).toEqual(['warn', 'error']);
    expect(heard(logs.events)).toEqual([]);
    expect(heard(logs.mediaPipeline)).toEqual(['info', 'warn', 'error']);
  });

  it('never say more than the level does', () => {
    const { logs, heard } = open({ logLevel: 'error', logCategories: [] });
    expect(heard(logs.application)).toEqual(['error']);
    logs.apply({ logLevel: 'silent', logCategories: ['Application', 'MediaPipeline', 'Events'] });
    for (const logger of [logs.application, logs.mediaPipeline, logs.events]) expect(heard(logger)).toEqual([]);
  });

  it('count for loggers that were derived before as well', () => {
    const { logs, lines, heard } = open({ logLevel: 'info', logCategories: ['Application'] });
    const [pipeline, host] = [logs.application.child({ pipeline: 'p1' }), logs.mediaPipeline.child({ host: 'h1' })];
    expect([heard(pipeline), heard(host)]).toEqual([
      ['info', 'warn', 'error'],
      ['warn', 'error'],
    ]);
    logs.apply({ logLevel: 'debug', logCategories: ['MediaPipeline'] });
    expect(heard(pipeline)).toEqual(['warn', 'error']);
    expect(lines[0]).toMatchObject({ pipeline: 'p1' });
    expect(heard(host)).toEqual(['debug', 'info', 'warn', 'error']);
    expect(lines[0]).toMatchObject({ host: 'h1', category: 'MediaPipeline' });
  });

  it('hide credentials as every log does', () => {
    const { logs, lines } = open({ logLevel: 'info', logCategories: ['Events'] });
    logs.events.info({ event: { data: { password: 'hush' } } }, 'rtsp://user:hush@camera/1');
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});
