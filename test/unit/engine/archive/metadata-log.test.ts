import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MetadataWriter, metadataFile } from '../../../../engine/archive/metadata-log.js';
import { MetadataReader } from '../../../../engine/archive/metadata-reader.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { tempDir } from '../../../kit/temp-dir.js';

const NOON = (Date.UTC(2026, 0, 2, 12, 0, 0) * 1000) as UtcMicros;
const at = (offset: number) => (NOON + seconds(offset)) as UtcMicros;
const motion = (l: number) => [{ type: 'motion', motion: { box: { l, t: 0, w: 0.1, h: 0.1 } } }];

const writer = (folder: string, lost: number[] = []) =>
  new MetadataWriter(folder, { clock: new FakeClock(), log: silentLogger(), onLost: (count) => lost.push(count) });

it('keeps what was found at its place in time, by the hour', async () => {
  const folder = tempDir();
  const metadata = writer(folder);
  for (const offset of [-2, 1, 0.5, 3700]) metadata.add({ utc: at(offset), inferences: motion(offset / 10_000) });
  await metadata.close();
  expect(readdirSync(join(folder, '2026-01-02')).sort()).toEqual(['11', '12', '13'].map((h) => `metadata-${h}.jsonl`));
  const found = await new MetadataReader().between(folder, { startUtc: at(-10), endUtc: at(3700) });
  expect(found.map(({ utc }) => (utc - NOON) / seconds(1))).toEqual([-2, 0.5, 1]);
  expect(found[1]!.inferences).toEqual(motion(0.00005));
});

it('leaves out lines that a crash has torn', async () => {
  const folder = tempDir();
  const metadata = writer(folder);
  metadata.add({ utc: NOON, inferences: motion(0) });
  await metadata.close();
  const file = join(folder, metadataFile(NOON));
  appendFileSync(file, `{"utc":${at(1)},"infer`);
  appendFileSync(file, `\n{"utc":"x","inferences":[]}\n[]\n{"utc":${at(2)},"inferences":[]}\n`);
  const found = await new MetadataReader().between(folder, { startUtc: NOON, endUtc: at(10) });
  expect(found.map(({ utc }) => (utc - NOON) / seconds(1))).toEqual([0, 2]);
});

it('counts what cannot be written', async () => {
  const folder = tempDir();
  const lost: number[] = [];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '2026-01-02'), 'in the way');
  const metadata = writer(folder, lost);
  metadata.add({ utc: NOON, inferences: motion(0) });
  metadata.add({ utc: at(1), inferences: motion(0) });
  await metadata.close();
  expect(lost).toEqual([2]);
});

it('puts nothing in the place of a folder that is away', async () => {
  const folder = join(tempDir(), 'data', 'yard');
  const lost: number[] = [];
  const metadata = writer(folder, lost);
  metadata.add({ utc: NOON, inferences: motion(0) });
  await metadata.close();
  expect([lost, existsSync(folder)]).toEqual([[1], false]);
});

it('reads on where a file has grown, and anew where it is another one', async () => {
  const folder = tempDir();
  const reader = new MetadataReader();
  const all = { startUtc: NOON, endUtc: at(10) };
  const times = async () => (await reader.between(folder, all)).map(({ utc }) => (utc - NOON) / seconds(1));
  expect(await times()).toEqual([]);
  for (const offset of [2, 1]) {
    const metadata = writer(folder);
    metadata.add({ utc: at(offset), inferences: motion(0) });
    await metadata.close();
    expect(await times()).toEqual(offset === 2 ? [2] : [1, 2]);
  }
  const file = join(folder, metadataFile(NOON));
  appendFileSync(file, `{"utc":${at(3)},"inferences":[]`);
  expect(await times()).toEqual([1, 2]);
  appendFileSync(file, '}\n');
  expect(await times()).toEqual([1, 2, 3]);
  writeFileSync(file, `{"utc":${at(4)},"inferences":[]}\n`);
  expect(await times()).toEqual([4]);
});
