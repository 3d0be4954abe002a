import { MICROS_PER_SECOND, toCompactIso, type UtcMicros } from '../core/time.js';

/** The file of a segment is named after the moment at which it begins, to the microsecond: `20261127T011554.123456Z`. */
export const segmentStem = (start: UtcMicros): string => {
  const micros = String(((start % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND).padStart(6, '0');
  return toCompactIso(start).replace(/Z$/, `.${micros}Z`);
};

/** The folder of a day's segments, in that of the video: `2026-11-27`. */
export const dayFolder = (start: UtcMicros): string => {
  const day = toCompactIso(start).slice(0, 8);
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
};

const STEM = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{6})Z(?:-\d+)?\.mp4$/;

/** When the segment in this file begins; undefined if it is not the name of a segment. */
export const startOf = (name: string): UtcMicros | undefined => {
  const found = STEM.exec(name);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second, micros] = found.slice(1).map(Number) as number[];
  const start = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) * 1000 + micros!;
  return segmentStem(start as UtcMicros) === name.slice(0, 23) ? (start as UtcMicros) : undefined;
};
