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
