import { expect, it } from 'vitest';
import { rowsOfKept } from '../../../../bench/adaptive/kept.js';

it('whole clips: what is recorded, the longest part that is not, and what is besides', () => {
  const one = { group: 'a policy', decoded: 30, decodedByAll: 100 };
  const rows = rowsOfKept([
    { ...one, recordedByAll: [[0, 10]], recorded: [[0.5, 12]] },
    { ...one, recordedByAll: [[0, 10]], recorded: [[0, 10]] },
    { ...one, group: 'another', recordedByAll: [[0, 10]], recorded: [[0.1, 10]] },
  ]);
  const values = rows.map(({ name, metric, value, limit }) => [name, metric, Number(value.toFixed(3)), limit?.verdict]);
  expect(values).toEqual([
    ['a policy', 'recorded', 0.975, undefined],
    ['a policy', 'lost at a stretch, worst', 0.5, 'MISSED'],
    ['a policy', 'recorded besides', 10, undefined],
    ['a policy', 'units decoded', 30, undefined],
    ['another', 'recorded', 0.99, undefined],
    ['another', 'lost at a stretch, worst', 0.1, 'met'],
    ['another', 'recorded besides', 0, undefined],
    ['another', 'units decoded', 30, undefined],
  ]);
});
