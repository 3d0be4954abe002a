/** What fields of the kind `datetime-local` hold: a time of the viewer's zone, without saying so. */

const two = (part: number): string => String(part).padStart(2, '0');

export const toInput = (ms: number): string => {
  const date = new Date(ms);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** Undefined for a field that is not filled in. */
export const fromInput = (text: string): number | undefined => {
  const ms = new Date(text).getTime();
  return Number.isNaN(ms) ? undefined : ms;
};
