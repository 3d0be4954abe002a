import { expect, it } from 'vitest';
import { together, unknownScene } from '../../../../engine/core/scene.js';

it('several who watch know together what one of them knows, and nobody knows what nobody watches for', () => {
  expect(together([])).toEqual({});
  expect(together([{ motion: 'unknown' }, { motion: false }])).toEqual({ motion: false });
  expect(together([{ motion: false }, { motion: true }, { motion: 'unknown' }])).toEqual({ motion: true });
  expect(together([unknownScene(['motion', 'tampered']), {}])).toEqual({ motion: 'unknown', tampered: 'unknown' });
});
