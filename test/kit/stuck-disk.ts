import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

/** A disk on which nothing is written from `stick` to `goOn`, as one that is overloaded or has a fault. Reading goes on. */
export interface StuckDisk {
  stick(): void;
  goOn(): void;
  /** What waits fails with EIO; then it goes on. */
  fail(): void;
  /** Writes that wait. */
  readonly waiting: number;
}

/** Of this process. */
export const stuckDisk = (): StuckDisk => {
  const { writev, fdatasync } = fs;
  let stuck = false;
  const waiting: { call: () => void; fail: () => void }[] = [];
  const held =
    <A extends unknown[]>(call: (...args: A) => void) =>
    (...args: A): void => {
      const done = args.at(-1) as (error: Error) => void;
      const error = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
      if (stuck) waiting.push({ call: () => call(...args), fail: () => done(error) });
      else call(...args);
    };
  const goOn = (): void => {
    stuck = false;
    for (const { call } of waiting.splice(0)) call();
  };
  onTestFinished(() => {
    goOn();
    Object.assign(fs, { writev, fdatasync });
    syncBuiltinESMExports();
  });
  Object.assign(fs, { writev: held(writev as never), fdatasync: held(fdatasync as never) });
  syncBuiltinESMExports();
  return {
    stick: () => {
      stuck = true;
    },
    goOn,
    fail: () => {
      stuck = false;
      for (const { fail } of waiting.splice(0)) fail();
    },
    get waiting() {
      return waiting.length;
    },
  };
};
