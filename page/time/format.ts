/** Times for people: in the viewer's zone, with UTC beside them. */

const cached = new Map<string, Intl.DateTimeFormat>();

const formatter = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = JSON.stringify(options);
  const found = cached.get(key) ?? new Intl.DateTimeFormat(undefined, { hourCycle: 'h23', ...options });
  cached.set(key, found);
  return found;
};

export const clockTime = (ms: number): string =>
  formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);

export const clockMinute = (ms: number): string => formatter({ hour: '2-digit', minute: '2-digit' }).format(ms);

export const clockMillis = (ms: number): string =>
  formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }).format(ms);

export const dayName = (ms: number): string =>
  formatter({ weekday: 'short', day: 'numeric', month: 'short' }).format(ms);

export const fullDay = (ms: number): string =>
  formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(ms);

export const monthName = (ms: number): string => formatter({ month: 'long', year: 'numeric' }).format(ms);

/** Makes what most views need: that takes a browser tens of milliseconds, which a click should not wait for. */
export const prepareFormats = (): void => {
  for (const format of [clockTime, clockMinute, clockMillis, dayName, fullDay]) format(0);
};

/** For a title: the exact moment in UTC. */
export const utcText = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A day where it is another one than today, and the time. */
export const momentText = (ms: number, now: number): string =>
  new Date(ms).toDateString() === new Date(now).toDateString() ? clockTime(ms) : `${dayName(ms)}, ${clockTime(ms)}`;

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1000 },
] as const;

/** `3 minutes ago`. */
export const agoText = (ms: number, now: number): string => {
  const past = Math.max(0, now - ms);
  const unit = UNITS.find((each) => past >= each.ms) ?? UNITS[3];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.round(past / unit.ms), unit.name);
};

/** `12 s`, `3 min 5 s`, `2 h 10 min`. */
export const durationText = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

export const bytesText = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};
