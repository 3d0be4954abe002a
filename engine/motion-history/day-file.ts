import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';

/** What moved within a second: fields of the grid and their energies. */
export interface SecondOfMotion {
  /** When the second begins. */
  utc: UtcMicros;
  /** Indices of fields of the grid, row by row, and the energy of each, 1 to 255: index, energy, index, energy … */
  fields: Uint8Array;
}

const DAY_SECONDS = 86_400;
/** Second of the day (3 bytes, big-endian) and how many fields follow, less one. */
const HEAD_BYTES = 4;

/** `2026-11-27.motion`: a second after the other, in the order in which they came. Seconds without motion are not there. */
export const dayFileName = (utc: UtcMicros): string => `${new Date(utc / 1000).toISOString().slice(0, 10)}.motion`;

const NAME = /^(\d{4}-\d\d-\d\d)\.motion$/;

/** When the day of a file begins; undefined if it is not the name of one. */
export const dayOf = (name: string): UtcMicros | undefined => {
  const day = NAME.exec(name)?.[1];
  const millis = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(millis) ? undefined : ((millis * 1000) as UtcMicros);
};

/** @param energies of all fields, 0 where nothing moves; at least one is not 0, and there are no more than 256 */
export const encodeSecond = (utc: UtcMicros, energies: Uint8Array): Buffer => {
  const fields: number[] = [];
  for (const [index, energy] of energies.entries()) if (energy > 0) fields.push(index, energy);
  const second = Math.floor(utc / MICROS_PER_SECOND) % DAY_SECONDS;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(second, 0, 3);
  head.writeUInt8(fields.length / 2 - 1, 3);
  return Buffer.concat([head, Uint8Array.from(fields)]);
};

/**
 * Reads the file of a day, as far as it is whole.
 * @param day when the day begins
 */
export function* readDay(bytes: Buffer, day: UtcMicros): Generator<SecondOfMotion> {
  let at = 0;
  for (let end = recordEnd(bytes, at); end <= bytes.length; end = recordEnd(bytes, at)) {
    const utc = (day + bytes.readUIntBE(at, 3) * MICROS_PER_SECOND) as UtcMicros;
    yield { utc, fields: bytes.subarray(at + HEAD_BYTES, end) };
    at = end;
  }
}

/** Up to where a file consists of whole records: a crash may have torn the last one. */
export const wholeBytes = (bytes: Buffer): number => {
  let at = 0;
  for (let end = recordEnd(bytes, at); end <= bytes.length; end = recordEnd(bytes, at)) at = end;
  return at;
};

const recordEnd = (bytes: Buffer, at: number): number =>
  at + HEAD_BYTES > bytes.length
    ? Number.POSITIVE_INFINITY
    : at + HEAD_BYTES + (bytes.readUInt8(at + HEAD_BYTES - 1) + 1) * 2;
