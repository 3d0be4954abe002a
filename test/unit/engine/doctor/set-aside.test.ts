import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examine } from '../../../../engine/doctor/examine.js';
import { tempDir } from '../../../kit/temp-dir.js';

it('doctor names the damaged databases that were set aside', async () => {
  const dir = tempDir();
  const found = async () => (await examine(dir)).filter(({ what }) => what === 'damaged databases');
  expect(await found()).toEqual([]);
  writeFileSync(join(dir, 'sluice.db.damaged-20260102T030405Z'), '');
  expect(await found()).toEqual([
    expect.objectContaining({ verdict: 'warning', detail: expect.stringContaining('damaged-20260102T030405Z') }),
  ]);
});
