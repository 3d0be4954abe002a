import { createHash } from 'node:crypto';
import type { Micros, UtcMicros } from '../core/time.js';

/** What the topology that first writes to a video says of it. */
export interface VideoProperties {
  title: string;
  description: string;
  /** Length of the files in which it is written, which AVA's players are told. */
  segmentLength: Micros;
  /** How long media is kept; undefined: for ever. */
  retentionPeriod: Micros | undefined;
  /** Preview pictures are made of it. */
  previews: boolean;
  createdUtc: UtcMicros;
}

/** An archive: recordings of one camera in the order of the wall clock, with gaps. */
export interface Video extends VideoProperties {
  name: string;
  /** Relative to the folder of videos. */
  folder: string;
}

const LONGEST_FOLDER = 80;

/**
 * The folder of a video. Letters, digits, `-` and `_` stay; every other byte becomes `%` and two digits, so that no name
 * leads elsewhere, hides its folder or means something to a file system. A long one keeps its beginning and gets a hash, and
 * so does one with capital letters, which some file systems do not tell from small ones.
 */
export const folderOf = (name: string): string => {
  const safe = [...Buffer.from(name, 'utf8')]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[\w-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
    })
    .join('');
  if (safe.length <= LONGEST_FOLDER && !/[A-Z]/.test(name)) return safe;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${safe.slice(0, LONGEST_FOLDER)}-${hash}`;
};
