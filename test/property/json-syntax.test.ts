import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../engine/topology/json-syntax.js';

const spaces = fc.constantFrom('', ' ', '\n', '\r\n', '\t ');

/** A JSON text that was damaged somewhere. */
const damaged = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '"', '}', ']', ',', ':', '\\', '{', '[', '0', 'x', '\n', '\u0000'),
    spaces,
  )
  .map(([json, at, cut, insert, space]) => {
    const place = at % (json.length + 1);
    return `${space}${json.slice(0, place)}${insert}${json.slice(place + cut)}${space}`;
  });

it('says the same as the JavaScript engine, and a place inside of the text', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      let expected: unknown;
      let valid = true;
      try {
        expected = JSON.parse(text);
      } catch {
        valid = false;
      }
      const result = parseJson(text);
      if (valid) {
        expect(result).toEqual({ json: expected });
        return;
      }
      expect(result).toHaveProperty('problem');
      const { line, column } = (result as { problem: { line: number; column: number } }).problem;
      const lines = text.split('\n');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
    }),
    { numRuns: 5000 },
  );
});

it('what stands before the place can still become JSON, what includes it cannot', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const result = parseJson(text);
      if ('json' in result) return;
      const { line, column } = result.problem;
      const offset =
        text
          .split('\n')
          .slice(0, line - 1)
          .reduce((sum, one) => sum + one.length + 1, 0) +
        column -
        1;
      const before = parseJson(text.slice(0, offset));
      // The part before is at worst incomplete: its own problem, if it has one, is that it ends.
      if ('problem' in before) expect(before.problem.message).toMatch(/ends too early|not closed/);
    }),
    { numRuns: 3000 },
  );
});
