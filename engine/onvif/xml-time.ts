import { parseDuration } from '../core/duration.js';
import { MICROS_PER_SECOND, type Micros, type UtcMicros } from '../core/time.js';

export interface TimeParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):?(\d\d))?$/i;
const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
/** Minutes; of xs:dateTime. */
const MAX_ZONE = 14 * 60;

/** xs:dateTime, in UTC if it names no zone. Undefined for what is none, and for years that nobody lives in. */
export const parseXmlTime = (text: string | undefined): UtcMicros | undefined => {
  const match = DATE_TIME.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const number = (index: number): number => Number(match[index] ?? 0);
  const hour = number(4);
  const local = utcOf({
    year: number(1),
    month: number(2),
    day: number(3),
    hour,
    minute: number(5),
    second: number(6),
  });
  const fraction = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const zone = number(9) * 60 + number(10);
  if (local === undefined || (hour === 24 && fraction > 0) || number(10) > 59 || zone > MAX_ZONE) return undefined;
  return safe(local + fraction - (match[8] === '-' ? -zone : zone) * MICROS_PER_MINUTE);
};

/** Undefined if the calendar has no such moment. A leap second is the first of the next minute, and 24:00:00 of the next day. */
export const utcOf = ({ year, month, day, hour, minute, second }: TimeParts): UtcMicros | undefined => {
  // Date counts years below 100 from 1900.
  if (![year, month, day, hour, minute, second].every(Number.isInteger) || year < 100 || year > 9999) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if (hour < 0 || (hour > 23 && !isMidnight) || minute < 0 || minute > 59 || second < 0 || second > 60)
    return undefined;
  return safe(date.getTime() * 1000 + (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND);
};

/** Microseconds are exact for 285 years around 1970. */
const safe = (micros: number): UtcMicros | undefined =>
  Number.isSafeInteger(micros) ? (micros as UtcMicros) : undefined;

/** When something ends, told as a time or as a duration from `current` on. */
export const parseXmlEnd = (text: string | undefined, current: UtcMicros | undefined): UtcMicros | undefined => {
  const span = parseXmlDuration(text);
  if (span === undefined) return parseXmlTime(text);
  return current === undefined ? undefined : safe(current + span);
};

/** xs:duration. Years and months have no fixed length; what counts here is whether the end is near. */
const parseXmlDuration = (text: string | undefined): Micros | undefined => {
  const match = /^(-?)P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(.*)$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const days = Number(match[2] ?? 0) * 365 + Number(match[3] ?? 0) * 30;
  const rest = match[4] === '' ? 0 : parseDuration(`P${match[4]}`);
  if (rest === undefined) return undefined;
  return (match[1] === '-' ? -1 : 1) * (days * 86_400 * MICROS_PER_SECOND + rest);
};
