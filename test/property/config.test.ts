import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../engine/config/index.js';
import { readYaml } from '../../engine/config/read-yaml.js';
import { sampleConfig } from '../../engine/config/reference.js';
import { schema } from '../../engine/config/schema.js';
import type { AnySection } from '../../engine/config/setting.js';
import { parseSize } from '../../engine/config/units.js';
import { readDuration } from '../../engine/core/duration.js';

const root = schema as unknown as AnySection;
const place = /^f:\d+:\d+$/;

describe('configuration, whatever comes', () => {
  it('never throws on any text, and every problem has a place', () => {
    const sample = sampleConfig();
    const mutated = fc
      .tuple(fc.nat(sample.length), fc.nat(40), fc.string({ maxLength: 20, unit: 'binary' }))
      .map(([at, cut, put]) => sample.slice(0, at) + put + sample.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const { problems } = readYaml(text, root, { name: 'f', baseDir: '/' });
        for (const problem of problems) expect(problem.place).toMatch(place);
        expect(() => new ConfigError(problems)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('reads back what it means', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (n) => {
        expect(readDuration(`${n}ms`)).toBe(n * 1000);
        expect(readDuration(`PT${n}S`)).toBe(n * 1e6);
        expect(readDuration(`P${n}D`)).toBe(n * 86_400e6);
        expect(parseSize(`${n} KiB`)).toBe(n * 1024);
      }),
    );
    const deep = readYaml('['.repeat(200_000), root, { name: 'f', baseDir: '/' });
    expect(deep.problems[0]?.place).toMatch(place);
    for (const bad of ['', 'P', 'PT', 'P1', '1', '-1s', 'PT-1S', '1 parsec', 'P1DT', '1e9d', `${'9'.repeat(30)}d`]) {
      expect(readDuration(bad), bad).toBeUndefined();
    }
    for (const bad of ['', '1', '-1 B', '1 XB', `${'9'.repeat(30)} TB`]) expect(parseSize(bad), bad).toBeUndefined();
  });
});
