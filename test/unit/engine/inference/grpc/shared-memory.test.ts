import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SharedMemory } from '../../../../../engine/inference/grpc/shared-memory.js';
import { newName, ownerOf, thisProcess } from '../../../../../engine/inference/grpc/shared-memory-name.js';
import { sweepSharedMemory } from '../../../../../engine/inference/grpc/shared-memory-sweep.js';
import { FakeClock } from '../../../../kit/fake-clock.js';
import { tempDir } from '../../../../kit/temp-dir.js';

const MIB = 1024 * 1024;

it('is there in full, for every user, under a name of its own, and gone afterwards', async () => {
  const folder = tempDir();
  const clock = new FakeClock();
  const [one, two] = [
    await SharedMemory.create({ sizeMiB: 5, clock, folder }),
    await SharedMemory.create({ sizeMiB: 1, clock, folder }),
  ];
  expect(readdirSync(folder).sort()).toEqual([one.handle, two.handle].sort());
  const { size, blocks, mode } = statSync(join(folder, one.handle));
  expect(size).toBe(5 * MIB);
  // No holes: each would be a server that is killed when memory is short.
  expect(blocks * 512).toBeGreaterThanOrEqual(5 * MIB);
  expect(mode & 0o777).toBe(0o666);
  one.remove();
  two.remove();
  one.remove();
  expect(readdirSync(folder)).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

it('holds pictures where it says', async () => {
  const folder = tempDir();
  const memory = await SharedMemory.create({ sizeMiB: 1, clock: new FakeClock(), folder });
  const first = memory.put(Buffer.from('one'))!;
  const second = memory.put(Buffer.alloc(10_000, 'two'))!;
  const file = readFileSync(join(folder, memory.handle));
  expect(file.subarray(first.offset, first.offset + first.length).toString()).toBe('one');
  expect(file.subarray(second.offset, second.offset + second.length)).toEqual(Buffer.alloc(10_000, 'two'));
  expect(file.length).toBe(MIB);
  expect(memory.put(Buffer.alloc(MIB))).toBeUndefined();
  memory.remove();
  expect(memory.put(Buffer.from('late'))).toBeUndefined();
});

it('is refused before anything is written if there is too little room', async () => {
  const folder = tempDir();
  const attempt = SharedMemory.create({ sizeMiB: 1024 * 1024 * 1024, clock: new FakeClock(), folder });
  await expect(attempt).rejects.toMatchObject({ code: 'sharedMemoryFull' });
  expect(readdirSync(folder)).toEqual([]);
  const nowhere = SharedMemory.create({ sizeMiB: 1, clock: new FakeClock(), folder: join(folder, 'nowhere') });
  await expect(nowhere).rejects.toMatchObject({ code: 'sharedMemoryUnavailable' });
});

it('is not made to the end if nobody wants it any more', async () => {
  const folder = tempDir();
  const stopping = new AbortController();
  const attempt = SharedMemory.create({ sizeMiB: 64, clock: new FakeClock(), folder, signal: stopping.signal });
  stopping.abort();
  await expect(attempt).rejects.toMatchObject({ code: 'sharedMemoryUnavailable' });
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves nothing behind of processes that were killed, and touches nothing else', async () => {
  const folder = tempDir();
  const clock = new FakeClock(Date.now() * 1000);
  const self = thisProcess();
  const put = (name: string, ageMinutes = 0): string => {
    writeFileSync(join(folder, name), '');
    const at = Date.now() / 1000 - ageMinutes * 60;
    utimesSync(join(folder, name), at, at);
    return name;
  };
  const gone = [
    // The number was given to another process since, or to none.
    put(newName({ ...self, startTime: '1' })),
    put(newName({ ...self, pid: '4194305' })),
    put(newName({ ...self, namespace: '7' }), 16),
  ];
  const kept = [
    put(newName(self), 999),
    // Of another container, where processes have other numbers.
    put(newName({ ...self, namespace: '7', pid: '4194305' }), 14),
    put('sem.other', 999),
    put(`${gone[0]}.bak`, 999),
  ];
  expect((await sweepSharedMemory(folder, clock)).sort()).toEqual(gone.sort());
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
});

it('is touched while it is in use, so that no other container takes it for left behind', async () => {
  const folder = tempDir();
  const clock = new FakeClock();
  const memory = await SharedMemory.create({ sizeMiB: 1, clock, folder });
  clock.advance(3 * 60_000);
  expect(statSync(join(folder, memory.handle)).mtimeMs).toBeCloseTo(clock.utc() / 1000, -1);
  memory.remove();
});

it('has a name that says whose it is', () => {
  const owner = thisProcess();
  expect(ownerOf(newName(owner))).toEqual(owner);
  expect(newName(owner)).not.toBe(newName(owner));
  expect(ownerOf('sluice-pictures-1-2-3-short')).toBeUndefined();
});
