import { expect, it } from 'vitest';
import { run } from '../../bench/chaos/series/videos.js';

it('videos of an engine that is killed lack at most a second, and their index agrees with the files', async () => {
  const seed = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000);
  const { violations, lines } = await run({ count: 3, seed, workers: 1, log: () => {} });
  expect(violations, `seed ${seed}: ${lines.join('; ')}`).toEqual([]);
}, 240_000);
