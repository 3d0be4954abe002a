/** Months as people see them. A day is known by the moment at which it begins in the viewer's zone, in ms since the epoch. */

export const startOfDay = (ms: number): number => {
  const date = new Date(ms);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
};

export const startOfMonth = (ms: number): number => {
  const date = new Date(startOfDay(ms));
  date.setDate(1);
  return date.getTime();
};

/** Days of a zone are not always of 24 hours. */
export const addDays = (day: number, count: number): number => {
  const date = new Date(day);
  date.setDate(date.getDate() + count);
  return date.getTime();
};

export const addMonths = (month: number, count: number): number => {
  const date = new Date(month);
  date.setMonth(date.getMonth() + count);
  return date.getTime();
};

/** The weeks of a month, Monday first; undefined for days of its neighbours. */
export const weeksOf = (month: number): (number | undefined)[][] => {
  const first = startOfMonth(month);
  const end = addMonths(first, 1);
  const before = (new Date(first).getDay() + 6) % 7;
  const days: (number | undefined)[] = Array.from({ length: before }, () => undefined);
  for (let day = first; day < end; day = addDays(day, 1)) days.push(day);
  while (days.length % 7 !== 0) days.push(undefined);
  const weeks: (number | undefined)[][] = [];
  for (let at = 0; at < days.length; at += 7) weeks.push(days.slice(at, at + 7));
  return weeks;
};

/** Of the engine's days, which are those of UTC, the ones that a day of the viewer has a part of. */
export const utcDaysOf = (day: number): string[] => {
  const last = addDays(day, 1) - 1;
  return [...new Set([day, last].map((ms) => new Date(ms).toISOString().slice(0, 10)))];
};
