/**
 * One piece of work after another. Each disk has a queue: a disk that is stuck holds up one of the few threads that Node has
 * for files, names and checksums, and not all of them.
 */
export class DiskQueue {
  #last: Promise<void> = Promise.resolve();

  /** Does the work when its turn comes. @throws what the work throws (as a rejection) */
  turn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.then(
      () => {},
      () => {},
    );
    return done;
  }
}

/** What a disk does: short writes, and long waits for what was written to be safe, which must not hold up the former. */
export interface Disk {
  writes: DiskQueue;
  syncs: DiskQueue;
}

/** The disks that were written to. There are few, and they stay. */
export class Disks {
  readonly #disks = new Map<number, Disk>();

  /** @param device as `stat` tells it */
  of(device: number): Disk {
    const known = this.#disks.get(device);
    if (known) return known;
    const disk = { writes: new DiskQueue(), syncs: new DiskQueue() };
    this.#disks.set(device, disk);
    return disk;
  }
}
