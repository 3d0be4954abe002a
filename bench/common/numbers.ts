/** @throws RangeError if `--name` is there and is no whole number of at least 1 */
export const numberOf = (args: ReadonlyMap<string, string>, name: string): number | undefined => {
  const text = args.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number of at least 1`);
  return value;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
