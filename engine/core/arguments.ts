/**
 * What the arguments of the API may be, for callers that no compiler has checked. A rule says what is wrong with a value
 * as the end of a sentence, and where in it.
 */
import { SluiceError } from './errors.js';
import { shown } from './shown.js';

/** What is wrong with a value. */
interface Wrong {
  /** Where in the value, after the argument's name: `.limit`; empty for the value itself. */
  place: string;
  /** As in `must be a function, not 7`. */
  what: string;
}

export type Rule = (value: unknown) => Wrong | undefined;

/** @param accepts as in `must be a function` */
export const rule =
  (accepts: string, fits: (value: unknown) => boolean): Rule =>
  (value) =>
    fits(value) ? undefined : { place: '', what: `must be ${accepts}, not ${shown(value)}` };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const anything: Rule = () => undefined;
export const text = rule('a string that is not empty', isText);
export const flag = rule('true or false', (value) => typeof value === 'boolean');
export const callback = rule('a function', (value) => typeof value === 'function');
export const object = rule('an object', isObject);
export const abortSignal = rule('an AbortSignal', (value) => value instanceof AbortSignal);

/** Never shown: it may be a secret, or contain one. */
export const secretText: Rule = (value) =>
  isText(value) ? undefined : { place: '', what: 'must be a string that is not empty' };

export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER): Rule =>
  rule(
    most === Number.MAX_SAFE_INTEGER ? `a whole number, at least ${least}` : `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  );

export const numberIn = (least: number, most: number): Rule =>
  rule(
    `a number from ${least} to ${most}`,
    (value) => typeof value === 'number' && value >= least && value <= most, // NaN is neither
  );

export const oneOf = (...values: readonly string[]): Rule =>
  rule(`one of ${values.map((value) => `'${value}'`).join(', ')}`, (value) =>
    values.some((candidate) => candidate === value),
  );

export const listOf =
  (item: Rule): Rule =>
  (value) => {
    if (!Array.isArray(value)) return { place: '', what: `must be an array, not ${shown(value)}` };
    for (const [index, one] of value.entries()) {
      const wrong = item(one);
      if (wrong) return { ...wrong, place: `[${index}]${wrong.place}` };
    }
    return undefined;
  };

export const optional =
  (inner: Rule): Rule =>
  (value) =>
    value === undefined ? undefined : inner(value);

/** An object with these properties and no others. */
export const fields =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value) => {
    if (!isObject(value)) return { place: '', what: `must be an object, not ${shown(value)}` };
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(rules, key)) {
        return { place: '', what: `has no property '${key}'; it takes ${Object.keys(rules).join(', ')}` };
      }
    }
    for (const [key, inner] of Object.entries(rules)) {
      const wrong = inner(value[key]);
      if (wrong) return { ...wrong, place: `.${key}${wrong.place}` };
    }
    return undefined;
  };

/** Both ends in µs since 1970, in this order. */
export const utcRange: Rule = (value) => {
  const wrong = fields({ startUtc: wholeNumber(0), endUtc: wholeNumber(0) })(value);
  if (wrong) return wrong;
  const { startUtc, endUtc } = value as { startUtc: number; endUtc: number };
  return startUtc <= endUtc ? undefined : { place: '.endUtc', what: `must not be before startUtc, as ${endUtc} is` };
};

/** The arguments of a function: the name of each, with its rule, in their order. */
export type Signature = Readonly<Record<string, Rule>>;

/** @throws SluiceError `ArgumentInvalid` for the first one that is wrong */
export const checkArguments = (call: string, signature: Signature, given: readonly unknown[]): void => {
  for (const [index, [name, check]] of Object.entries(signature).entries()) {
    const wrong = check(given[index]);
    if (!wrong) continue;
    throw new SluiceError('ArgumentInvalid', `${call}: ${name}${wrong.place} ${wrong.what}`, {
      kind: 'invalid',
      hint: 'docs/ref/api.md has the arguments of every method.',
    });
  }
};
