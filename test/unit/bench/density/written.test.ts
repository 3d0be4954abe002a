import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writtenBelow } from '../../../../bench/density/written.js';
import { tempDir } from '../../../kit/temp-dir.js';

it('videos below a folder are counted once, whatever they are called', () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', 'a.mp4'), 'x'.repeat(100));
  linkSync(join(folder, 'deep', 'a.mp4'), join(folder, 'b.mp4'));
  writeFileSync(join(folder, 'c.mkv'), 'x'.repeat(20));
  writeFileSync(join(folder, 'd.log'), 'x'.repeat(3));
  expect(writtenBelow(folder)).toEqual({ videos: 2, bytes: 120 });
});
