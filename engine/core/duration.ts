import { MICROS_PER_SECOND, type Micros } from './time.js';

/**
 * ISO-8601 durations, `[-]P[nW][nD][T[nH][nM][nS]]`, to and from integer microseconds. Years and months have no fixed
 * length and are refused. The last part may have a fraction, with point or comma.
 */

const DURATION = /^([+-])?P(?=.)((?:\d+(?:[.,]\d+)?[WD])*)(?:T((?:\d+(?:[.,]\d+)?[HMS])+))?$/i;
const PART = /(\d+)(?:[.,](\d+))?([WDHMS])/giy;

const SECONDS_OF: Record<string, number> = { W: 604_800, D: 86_400, H: 3_600, M: 60, S: 1 };
const ORDER = 'WDHMS';

/**
 * Micros of an ISO-8601 duration, rounded to the nearest; undefined if `text` is not a duration or is longer than 285
 * years.
 */
export const parseDuration = (text: string): Micros | undefined => {
  // No sensible duration is longer, and the limit keeps the patterns below cheap.
  if (text.length > 64) return undefined;
  const match = DURATION.exec(text.trim());
  if (!match) return undefined;
  let total = 0;
  let order = -1;
  let fractionSeen = false;
  for (const [, whole, fraction, letter] of `${match[2] ?? ''}${match[3] ?? ''}`.matchAll(PART)) {
    const unit = letter!.toUpperCase();
    // Each unit may appear once, largest first, and nothing may follow a fraction.
    if (ORDER.indexOf(unit) <= order || fractionSeen) return undefined;
    order = ORDER.indexOf(unit);
    fractionSeen = fraction !== undefined;
    const unitMicros = SECONDS_OF[unit]! * MICROS_PER_SECOND;
    total += Number(whole) * unitMicros;
    if (fraction !== undefined) total += Math.round(Number(`0.${fraction}`) * unitMicros);
  }
  if (!Number.isSafeInteger(total)) return undefined;
  return match[1] === '-' && total !== 0 ? -total : total;
};

const PLAIN_UNITS: Record<string, number> = { d: 86_400e6, h: 3_600e6, m: 60e6, s: 1e6, ms: 1e3 };
const PLAIN_ORDER = Object.keys(PLAIN_UNITS);
const PLAIN_PART = /(\d+(?:\.\d+)?)\s*(ms|[dhms])\s*/y;

/** What `readDuration` accepts, for messages: "It must be …". */
export const READABLE_DURATIONS = 'a time such as 30s, 2m or 1h30m, or PT30S as in topologies';

/**
 * Micros of a duration as people write it, `500ms`, `30s`, `2m`, `1h30m`, `7d`, or of an ISO-8601 one. Undefined for
 * anything else, for negative ones, and for a number without a unit: nobody would know which one was meant.
 */
export const readDuration = (text: string): Micros | undefined => {
  const trimmed = text.trim();
  if (trimmed.length > 64) return undefined;
  if (!/^\d/.test(trimmed)) {
    const iso = parseDuration(trimmed);
    return iso === undefined || iso < 0 ? undefined : iso;
  }
  let total = 0;
  let order = -1;
  for (let at = 0; at < trimmed.length; at = PLAIN_PART.lastIndex) {
    PLAIN_PART.lastIndex = at;
    const [, count, unit = ''] = PLAIN_PART.exec(trimmed) ?? [];
    // Each unit may appear once, largest first.
    if (PLAIN_ORDER.indexOf(unit) <= order) return undefined;
    order = PLAIN_ORDER.indexOf(unit);
    total += Math.round(Number(count) * PLAIN_UNITS[unit]!);
  }
  return Number.isSafeInteger(total) ? total : undefined;
};

/** The canonical form: `PT1S`, `-PT5S`, `PT1M30S`, `P30D`, `PT0.25S`, `PT0S`. */
export const formatDuration = (micros: Micros): string => {
  const total = Math.abs(Math.round(micros));
  if (total === 0) return 'PT0S';
  const wholeSeconds = Math.floor(total / MICROS_PER_SECOND);
  const fraction = String((total % MICROS_PER_SECOND) / MICROS_PER_SECOND).slice('0.'.length);
  const days = Math.floor(wholeSeconds / 86_400);
  const hours = Math.floor(wholeSeconds / 3_600) % 24;
  const minutes = Math.floor(wholeSeconds / 60) % 60;
  const secondsText = `${wholeSeconds % 60}${fraction && `.${fraction}`}`;
  const part = (count: number, letter: string): string => (count === 0 ? '' : `${count}${letter}`);
  const time = `${part(hours, 'H')}${part(minutes, 'M')}${secondsText === '0' ? '' : `${secondsText}S`}`;
  return `${micros < 0 ? '-' : ''}P${part(days, 'D')}${time && `T${time}`}`;
};
