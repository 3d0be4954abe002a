import type { Problem } from './problem.js';

/** Generous for any topology. A document beyond them is an accident or an attack. */
export const JSON_LIMITS = { depth: 32, values: 20_000, textLength: 65_536, keyLength: 256, totalText: 1_048_576 };

/**
 * Checks the size of a document before anything else reads it. It does not recurse, so that other code may recurse into
 * any document that passes. Cyclic objects, which only an embedding program can pass, exceed the depth.
 */
export const checkJsonLimits = (json: unknown, limits: typeof JSON_LIMITS = JSON_LIMITS): Problem | undefined => {
  const pending: Array<{ value: unknown; depth: number }> = [{ value: json, depth: 0 }];
  let values = 0;
  let text = 0;
  const tooMuch = (message: string): Problem => ({ pointer: '', message, code: 'DocumentTooLarge' });
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { value, depth } = item;
    values += 1;
    if (typeof value === 'string') {
      text += value.length;
      if (value.length > limits.textLength)
        return tooMuch(`contains a string of more than ${limits.textLength} characters`);
    }
    if (text > limits.totalText) return tooMuch(`contains more than ${limits.totalText} characters`);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= limits.depth) return tooMuch(`is nested deeper than ${limits.depth} levels`);
    if (Array.isArray(value)) {
      if (values + pending.length + value.length > limits.values)
        return tooMuch(`contains more than ${limits.values} values`);
      for (const child of value) pending.push({ value: child, depth: depth + 1 });
      continue;
    }
    for (const key of Object.keys(value)) {
      text += key.length;
      if (key.length > limits.keyLength)
        return tooMuch(`contains a property name of more than ${limits.keyLength} characters`);
      if (values + pending.length > limits.values) return tooMuch(`contains more than ${limits.values} values`);
      pending.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
  return undefined;
};
