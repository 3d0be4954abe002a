import { statSync } from 'node:fs';
import type { HostPlace } from './protocol.js';

/** Distinguishes a folder from another that has its name later. Undefined if there is none. */
export const folderIdentity = (place: HostPlace | undefined): string | undefined => {
  if (place === undefined) return undefined;
  try {
    const { dev, ino } = statSync(place.folder);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
};
