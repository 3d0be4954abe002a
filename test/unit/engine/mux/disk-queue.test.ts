import { expect, it } from 'vitest';
import { DiskQueue, Disks } from '../../../../engine/mux/disk-queue.js';

it('does one piece of work after another, also behind one that fails', async () => {
  const queue = new DiskQueue();
  const done: string[] = [];
  let goOn = (): void => {};
  const first = queue.turn(() => new Promise<void>((resolve) => (goOn = resolve)).then(() => void done.push('first')));
  const second = queue.turn(() => Promise.reject(new Error('full')));
  const third = queue.turn(async () => done.push('third'));
  await new Promise(setImmediate);
  expect(done).toEqual([]);
  goOn();
  await first;
  await expect(second).rejects.toThrow('full');
  expect(await third).toBe(2);
  expect(done).toEqual(['first', 'third']);
});

it('lets one disk not wait for another, and syncs not hold up what is written', async () => {
  const disks = new Disks();
  const stuck = disks.of(1);
  void stuck.syncs.turn(() => new Promise(() => {}));
  expect(await stuck.writes.turn(async () => 'written')).toBe('written');
  void stuck.writes.turn(() => new Promise(() => {}));
  expect(await disks.of(2).writes.turn(async () => 'written')).toBe('written');
  expect(disks.of(1)).toBe(stuck);
});
