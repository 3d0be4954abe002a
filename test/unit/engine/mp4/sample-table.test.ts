import { expect, it } from 'vitest';
import { chunkOffsets, SampleTable } from '../../../../engine/mp4/sample-table.js';

it('a table of samples has room for those of a day', () => {
  const table = new SampleTable();
  const count = 200_000;
  for (let index = 0; index < count; index++) {
    table.add({ size: index % 1000, dts: index * 3600, pts: index * 3600, ticks: 3600, key: index % 50 === 0 });
    // Runs of chunks as long as these are as many entries as there are chunks.
    table.chunk(1 + (index % 2));
  }
  const lengths = table.boxes().map((box) => box.length);
  // stts, stss, stsz, stsc; no ctts, since every picture is shown when it is decoded.
  expect(lengths).toEqual([24, 16 + (count / 50) * 4, 20 + count * 4, 16 + count * 12]);
  const offsets = Array.from({ length: count }, (_, index) => index);
  expect([chunkOffsets(offsets, false).length, chunkOffsets(offsets, true).length]).toEqual([
    16 + count * 4,
    16 + count * 8,
  ]);
});

it('times of decoding ascend, and those of presentation stay', () => {
  const table = new SampleTable();
  for (const [dts, pts] of [
    [0, 7200],
    [3600, 3600],
    [3000, 10_800],
  ] as const)
    table.add({ size: 1, dts, pts, ticks: 3600, key: true });
  table.chunk(3);
  const [stts, ctts] = table.boxes();
  expect([stts!.readUInt32BE(20), stts!.readUInt32BE(28)]).toEqual([3600, 1]);
  expect([ctts!.readInt32BE(20), ctts!.readInt32BE(28), ctts!.readInt32BE(36)]).toEqual([7200, 0, 7199]);
});
