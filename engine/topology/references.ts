/** `${name}` in a string. Without a closing brace it is plain text. */
const REFERENCE = /\$\{([^{}]*)\}/g;

/** The names of the parameters and variables in a string, in order. */
export const referencesIn = (text: string): string[] =>
  text.includes('${') ? Array.from(text.matchAll(REFERENCE), (match) => match[1]!) : [];

/** Replaces references by their values. References inside a value, and those without a value, are left as they are. */
export const substitute = (text: string, lookup: (name: string) => string | undefined): string =>
  text.includes('${') ? text.replace(REFERENCE, (whole, name: string) => lookup(name) ?? whole) : text;

export const isSystemVariable = (name: string): boolean => /^system\./i.test(name);
