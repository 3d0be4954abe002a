const MOST_CHARACTERS = 80;

/** A short form of a value for a message. Strings are cut after 80 characters; what is in objects is not shown. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function') return 'a function';
  if (value === undefined) return 'nothing';
  return String(value);
};
