import { expect, it } from 'vitest';
import { readinessOf } from '../../../../engine/fleet/readiness.js';

it('is that of all, and says whose part is not well', () => {
  const well = { dataFolder: 'ok', engine: 'ok' };
  const all = [['front', { dataFolder: 'ok' }] as const, ['engine 1', well] as const];
  expect(readinessOf(all)).toEqual({ ready: true, checks: well });
  expect(
    readinessOf([...all, ['engine 2', { engine: 'away' }], ['engine 3', { dataFolder: 'gone', engine: 'away' }]]),
  ).toEqual({
    ready: false,
    checks: { dataFolder: 'engine 3: gone', engine: 'engine 2: away; engine 3: away' },
  });
});
