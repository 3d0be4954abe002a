import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/index.js';
import { NODE_TYPES } from '../../engine/nodes/table.js';
import { FakeClock } from '../kit/fake-clock.js';
import { modeOf } from '../kit/modes.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

/** Timers, sockets and processes that keep this process alive, by kind. Workers end a moment after they are told to. */
const held = (): string[] => process.getActiveResourcesInfo().sort();

describe('an engine', () => {
  it('keeps its clips from other accounts, unless it is told otherwise', async () => {
    for (const [settings, mode] of [
      [{}, '0750'],
      [{ 'media.folderMode': '0711' }, '0711'],
    ] as const) {
      const dataDir = join(tempDir(), 'data');
      const engine = await Engine.open({ dataDir, settings });
      await engine.close();
      expect([modeOf(dataDir), modeOf(join(dataDir, 'media'))]).toEqual(['0750', mode]);
    }
  });
});

describe('an engine that cannot be opened', () => {
  it.each([
    [
      'the media folder cannot be made',
      (dir: string) => writeFileSync(join(dir, 'media'), ''),
      {},
      'MediaFolderUnusable',
    ],
    ['a node type is listed twice', () => {}, { nodeTypes: [NODE_TYPES[0]!] }, undefined],
  ])('leaves no timer, no process and no lock behind when %s', async (_why, spoil, options, code) => {
    const dataDir = join(tempDir(), 'data');
    mkdirSync(dataDir);
    spoil(dataDir);
    const before = held();
    const clock = new FakeClock();
    await expect(Engine.open({ dataDir, clock, ...options })).rejects.toThrow(
      code === undefined ? /listed twice/ : expect.objectContaining({ code }),
    );
    await until('nothing is held', () => held().length <= before.length);
    expect(held()).toEqual(before);
    expect(clock.pendingTimers).toBe(0);
    rmSync(dataDir, { recursive: true });
    const engine = await Engine.open({ dataDir });
    await engine.close();
    await until('nothing is held after closing', () => held().length <= before.length);
  });

  it('gives the folder free, so that it can be opened once the cause is gone', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'media'), '');
    await expect(Engine.open({ dataDir })).rejects.toMatchObject({ code: 'MediaFolderUnusable' });
    rmSync(join(dataDir, 'media'));
    const engine = await Engine.open({ dataDir });
    expect(engine.readiness().ready).toBe(true);
    await engine.close();
  });
});
