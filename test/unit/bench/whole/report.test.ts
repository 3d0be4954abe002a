import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type BenchReport, readAll, UnreadableReport, writeJson } from '../../../../bench/whole/report.js';
import { tempDir } from '../../../kit/temp-dir.js';

const report = (suite: string, value: number): BenchReport => ({
  ...{ suite, machine: { cpu: 'x', cores: 2, memoryMiB: 1, node: 'v0', platform: 'x' } },
  results: [{ name: 'a', metric: 'b', value, unit: 'ms' }],
});

it('comes back as it was written, what could not be measured too', () => {
  const dir = tempDir();
  writeJson(join(dir, 'one.json'), report('latency', Number.NaN));
  writeJson(join(dir, 'all.json'), { format: 1, reports: [report('density', 1), report('kernel', 2)] });
  const files = [join(dir, 'one.json'), join(dir, 'all.json')];
  expect(readAll(files)).toEqual([report('latency', Number.NaN), report('density', 1), report('kernel', 2)]);
  expect(readdirSync(dir).sort()).toEqual(['all.json', 'one.json']);
});

it('the last one of a suite counts', () => {
  const dir = tempDir();
  writeJson(join(dir, 'all.json'), { format: 1, reports: [report('density', 1), report('kernel', 2)] });
  writeJson(join(dir, 'new.json'), report('density', 3));
  const values = readAll([join(dir, 'all.json'), join(dir, 'new.json')]).map(({ results }) => results[0]?.value);
  expect(values).toEqual([3, 2]);
});

it.each([
  ['not JSON', '{', /cannot be read/],
  ['something else', '{"a": 1}', /is not a benchmark's JSON/],
  ['a list', '[]', /is not a benchmark's JSON/],
  ['a row without a name', '{"suite": "x", "results": [{"value": 1}]}', /result 1 has no "name"/],
])('says what is wrong with %s', (_, text, message) => {
  const file = join(tempDir(), 'x.json');
  writeFileSync(file, text);
  expect(() => readAll([file])).toThrow(UnreadableReport);
  expect(() => readAll([file])).toThrow(message);
  expect(() => readAll([file])).toThrow(file);
});

it('says which file is not there', () => {
  expect(() => readAll(['/nowhere/x.json'])).toThrow(/nowhere/);
});
