import { SluiceError } from './errors.js';
import { MICROS_PER_MS, type UtcMicros, type UtcRange } from './time.js';

const MOMENT = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** The end of a range without one. */
export const NEVER = Number.MAX_SAFE_INTEGER as UtcMicros;

/**
 * A time as AVA's clients write it: `2026`, `2026-11`, `2026-11-27` or `2026-11-27T03:04:05.678Z`, in UTC unless it says
 * otherwise. Gives the time itself, and the one behind what it means: of a day, the next day.
 */
const momentOf = (text: string): UtcRange | undefined => {
  const found = MOMENT.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = found;
  if (hour !== undefined) {
    const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second.padStart(2, '0')}${zone}`);
    if (Number.isNaN(millis)) return undefined;
    const at = (millis * MICROS_PER_MS + Number(fraction.padEnd(6, '0').slice(0, 6))) as UtcMicros;
    return { startUtc: at, endUtc: at };
  }
  const [y, m, d] = [year, month ?? '1', day ?? '1'].map(Number) as [number, number, number];
  const start = new Date(Date.UTC(y, m - 1, d));
  if (start.getUTCMonth() !== m - 1 || start.getUTCDate() !== d) return undefined;
  const end =
    day === undefined
      ? Date.UTC(month === undefined ? y + 1 : y, month === undefined ? 0 : m, 1)
      : Date.UTC(y, m - 1, d + 1);
  return { startUtc: (start.getTime() * MICROS_PER_MS) as UtcMicros, endUtc: (end * MICROS_PER_MS) as UtcMicros };
};

/**
 * The range between two times; undefined if none is given. What the end names belongs to it: the month 2026-12 to its end.
 * @throws SluiceError `TimeInvalid`
 */
export const momentsOf = (start: string | undefined, end: string | undefined): UtcRange | undefined => {
  if (start === undefined && end === undefined) return undefined;
  const from = start === undefined ? { startUtc: 0 as UtcMicros } : required('starttime', start);
  const to = end === undefined ? { endUtc: NEVER } : required('endtime', end);
  return { startUtc: from.startUtc, endUtc: to.endUtc };
};

const required = (name: string, text: string): UtcRange => {
  const moment = momentOf(text);
  if (moment) return moment;
  throw new SluiceError('TimeInvalid', `${name} is no time: '${text.slice(0, 60)}'`, {
    kind: 'invalid',
    hint: 'Use 2026-11-27T03:04:05Z, or a day, a month or a year.',
  });
};
