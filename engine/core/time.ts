/**
 * Times in Sluice, all in integer microseconds. They are safe integers in a double: 2^53 µs are 285 years.
 *
 * - `MonotonicTime`: the engine's monotonic clock, which never jumps when somebody sets the wall clock. Arrivals,
 *   deadlines and time limits.
 * - `MediaTime`: when something in the media happened, on the same clock. Access units, signals and clip boundaries.
 * - `UtcMicros`: since the Unix epoch. What people, file names and events see. A camera session maps media time to UTC
 *   (engine/camera/media-clock.ts); nothing else mixes the two.
 */
export type MonotonicTime = number & { readonly __monotonicTime: unique symbol };
export type MediaTime = MonotonicTime & { readonly __mediaTime: unique symbol };
export type UtcMicros = number & { readonly __utcMicros: unique symbol };
/** A span in integer microseconds. */
export type Micros = number;

/** A span of the wall clock. */
export interface UtcRange {
  startUtc: UtcMicros;
  endUtc: UtcMicros;
}

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MS = 1_000;

export const utcMicros = (micros: number): UtcMicros => Math.round(micros) as UtcMicros;
export const seconds = (n: number): Micros => Math.round(n * MICROS_PER_SECOND);
export const millis = (n: number): Micros => Math.round(n * MICROS_PER_MS);
export const plus = <T extends MonotonicTime>(t: T, span: Micros): T => (t + span) as T;
/** The media time of what happens at a moment, such as a message that arrives. */
export const mediaTimeAt = (moment: MonotonicTime): MediaTime => moment as MediaTime;

/** AVA's analytics timestamp: Unix epoch in units of 1/90000 s. */
export const toTicks90k = (t: UtcMicros): number => Math.round((t * 9) / 100);

/** `2021-05-11T05:37:27.713Z` */
export const toIso = (t: UtcMicros): string => new Date(Math.floor(t / MICROS_PER_MS)).toISOString();

/** AVA's `${System.Runtime.DateTime}`: `20210511T053727Z`. */
export const toCompactIso = (t: UtcMicros): string => `${toIso(t).slice(0, 19).replace(/[-:]/g, '')}Z`;

/** AVA's `${System.Runtime.PreciseDateTime}`: `20210511T053727.713Z`. */
export const toPreciseCompactIso = (t: UtcMicros): string => `${toIso(t).slice(0, 23).replace(/[-:]/g, '')}Z`;
