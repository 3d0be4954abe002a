import { readFileSync } from 'node:fs';

/** Differs after every boot. Undefined where the system does not provide it. */
export const readBootId = (): string | undefined => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
};
