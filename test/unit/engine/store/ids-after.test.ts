import { expect, it } from 'vitest';
import { countClipsAfter } from '../../../../engine/store/ids-after.js';
import { memoryDatabase } from '../../../kit/control-harness.js';

it('lets ids of clips begin after a number, and never goes back', () => {
  const db = memoryDatabase();
  const next = () => db.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'clips'").get()?.seq;
  countClipsAfter(db, 1000);
  expect(next()).toBe(1000);
  countClipsAfter(db, 500);
  expect(next()).toBe(1000);
  countClipsAfter(db, 2000);
  expect(next()).toBe(2000);
});
