import { statSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** The permissions of a file or folder, as they are written: `0640`. */
export const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');

/** Sets the umask of this process until the test has ended. */
export const withUmask = (umask: number): void => {
  const before = process.umask(umask);
  onTestFinished(() => void process.umask(before));
};

export const UMASKS = [0, 0o022, 0o077] as const;
