/** `${name}` in a text. What has no closing brace is plain text. */
const REFERENCE = /\$\{([^{}]*)\}/g;

/** Names of the parameters and variables that a text asks for, in order. */
export const referencesIn = (text: string): string[] =>
  text.includes('${') ? Array.from(text.matchAll(REFERENCE), (match) => match[1]!) : [];

/** Puts values in, once: what a value itself contains stays as it is. Names without a value stay as they are too. */
export const substitute = (text: string, lookup: (name: string) => string | undefined): string =>
  text.includes('${') ? text.replace(REFERENCE, (whole, name: string) => lookup(name) ?? whole) : text;

export const isSystemVariable = (name: string): boolean => /^system\./i.test(name);
