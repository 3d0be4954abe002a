import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { flipBits } from '../kit/engine-life.js';
import { seeded } from '../kit/fake-media.js';
import { ofType, type ServedEngine, serveEngine, untilLogged } from '../kit/served-engine.js';
import { tempDir } from '../kit/temp-dir.js';
import { tempFolder } from '../kit/temp-files.js';
import { evrTopology } from '../kit/topologies.js';

describe('sluice serve on a data folder that was harmed', () => {
  const folder = tempFolder();
  const data = join(folder.path, 'data');
  const file = join(data, 'sluice.db');
  let engine: ServedEngine | undefined;
  afterEach(() => {
    engine?.kill();
    rmSync(data, { recursive: true, force: true });
  });
  afterAll(() => folder.remove());

  const start = async (): Promise<ServedEngine> => {
    engine = await serveEngine(data);
    return engine;
  };
  const ready = async ({ urls }: ServedEngine) => {
    const response = await fetch(`${urls[0]}/readyz`);
    return { status: response.status, body: (await response.json()) as { checks: Record<string, string> } };
  };
  const untilReady = async (served: ServedEngine, status: number) => {
    for (const end = Date.now() + 60_000; ; ) {
      const answer = await ready(served);
      if (answer.status === status) return answer;
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer)}`);
      await new Promise((later) => setTimeout(later, 100));
    }
  };
  const names = async (served: ServedEngine): Promise<string[]> => {
    const { payload } = await served.call('pipelineTopologyList');
    return (payload as { value: Array<{ name: string }> }).value.map(({ name }) => name);
  };
  /** What can be read of the file without its write-ahead log. */
  const namesInFile = (): unknown[] => {
    const copy = join(tempDir(), 'sluice.db');
    copyFileSync(file, copy);
    try {
      const database = openSqlite(copy);
      const rows = database.prepare('SELECT name FROM pipeline_topologies').pluck().all();
      database.close();
      return rows;
    } catch {
      return []; // in the middle of it
    }
  };
  const lastSeq = async ({ urls }: ServedEngine): Promise<number> =>
    ((await (await fetch(`${urls[0]}/events?limit=1`)).json()) as { lastSeq: number }).lastSeq;

  it('starts with what reads, tells what happened, and gives no number twice', async () => {
    let served = await start();
    expect((await served.call('pipelineTopologySet', evrTopology())).status).toBe(201);
    let last = await lastSeq(served);
    await served.end('SIGKILL');

    // Half of the file.
    truncateSync(file, Math.floor(statSync(file).size / 2));
    flipBits(`${file}-wal`, 200, seeded(3), 32);
    flipBits(file, 40, seeded(4), 4096);
    served = await start();
    let [told] = ofType(
      await untilLogged(served.urls[0]!, (events) => ofType(events, 'DatabaseDamaged').length > 0),
      'DatabaseDamaged',
    );
    expect(told?.seq).toBeGreaterThan(last);
    expect(told?.data).toMatchObject({ problem: expect.any(String), hint: expect.any(String) });
    expect(served.log()).toContain('"level":50');
    expect((await ready(served)).status).toBe(200);
    await served.call('pipelineTopologySet', evrTopology());
    last = await lastSeq(served);
    await served.end();

    // No database at all.
    for (const name of readdirSync(data)) if (name.startsWith('sluice.db')) rmSync(join(data, name));
    served = await start();
    [told] = ofType(
      await untilLogged(served.urls[0]!, (events) => ofType(events, 'DatabaseDamaged').length > 0),
      'DatabaseDamaged',
    );
    expect(told?.data).toMatchObject({
      kind: 'lost',
      traces: expect.arrayContaining([expect.stringContaining('1 topologies')]),
    });
    expect(told?.seq).toBeGreaterThan(last);
    expect(await names(served)).toEqual([]);
    await served.end();

    // Nothing that the engine could mend.
    rmSync(file);
    mkdirSync(file);
    await expect(start()).rejects.toThrow(
      /error: a folder is where a file of the engine belongs .*\[DataDirUnusable\]\nMove it out/,
    );
  }, 180_000);

  it('keeps a topology that was set just before it was killed, without its write-ahead log', async () => {
    const served = await start();
    await served.call('pipelineTopologySet', evrTopology());
    // Its thread writes the pages into the file, one after the other.
    await expect.poll(namesInFile, { timeout: 20_000 }).toEqual(['Test-Topology']);
    await served.end('SIGKILL');
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`);
    expect(await names(await start())).toEqual(['Test-Topology']);
  }, 180_000);

  it('is not ready while its folder is away, and is again when it is back', async () => {
    const served = await start();
    expect((await ready(served)).status).toBe(200);
    renameSync(data, `${data}-away`);
    const { body } = await untilReady(served, 503);
    expect(body.checks['dataFolder']).toMatch(/is gone; .*move the same folder back/);
    const metrics = await (await fetch(`${served.urls[0]}/metrics`)).text();
    expect(metrics).toContain('sluice_data_folder_whole 0');
    renameSync(`${data}-away`, data);
    await untilReady(served, 200);
    const events = await untilLogged(served.urls[0]!, (all) => ofType(all, 'DataFolderRestored').length > 0);
    expect(ofType(events, 'DataFolderLost')).toHaveLength(1);
    expect((await served.end()).code).toBe(0);
  }, 180_000);
});
