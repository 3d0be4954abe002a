/**
 * Reads a value out of JSON: as it should be, `undefined` if it cannot be that, `null` if it says nothing and is left
 * out. What is right comes back as the same value.
 */
export type Reader = (value: unknown) => unknown;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Servers in languages with loose types send `7` for a label and `"0.9"` for a number, and both are plain enough. */
export const text: Reader = (value) => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** Without blanks around it, which AVA does not allow. */
export const trimmedText: Reader = (value) => {
  const read = text(value);
  return typeof read === 'string' ? read.trim() || null : undefined;
};

export const number: Reader = (value) => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[-+]?[\d.]/.test(value) && !Number.isNaN(Number(value))
    ? Number(value)
    : undefined;
};

/** By how much a sum of 32-bit floats may miss 0 or 1. */
const SLACK = 1e-3;

/** From 0 to 1. A per cent is not guessed at: 1 could be either. */
export const confidence: Reader = (value) => {
  const read = number(value);
  if (typeof read !== 'number' || !(read >= -SLACK && read <= 1 + SLACK)) return undefined;
  return Math.min(1, Math.max(0, read));
};

/** Whatever is no text becomes the text of its JSON: AVA knows maps of texts only. */
const anyText: Reader = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

export const listOf =
  (item: Reader): Reader =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const read = value.map(item);
    if (read.some((each) => each === undefined || each === null)) return undefined;
    return read.every((each, index) => each === value[index]) ? value : read;
  };

export const textMap: Reader = (value) => {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.every(([, each]) => typeof each === 'string')) return value;
  return Object.fromEntries(entries.filter(([, each]) => each !== null).map(([name, each]) => [name, anyText(each)]));
};

/**
 * An object with these members. Others are kept, whatever they are; `null` stands for one that is absent, as the
 * libraries of some languages write it.
 */
export const objectOf = (required: Record<string, Reader>, optional: Record<string, Reader>): Reader => {
  const members = [
    ...Object.entries(required).map(([name, read]) => ({ name, read, needed: true })),
    ...Object.entries(optional).map(([name, read]) => ({ name, read, needed: false })),
  ];
  return (value) => {
    if (!isObject(value)) return undefined;
    let copy: Record<string, unknown> | undefined;
    for (const { name, read, needed } of members) {
      const given = value[name];
      const result = given === undefined || given === null ? null : read(given);
      if (result === undefined || (result === null && needed)) return undefined;
      if (result === null ? given === undefined : result === given) continue;
      copy ??= { ...value };
      if (result === null) delete copy[name];
      else copy[name] = result;
    }
    return copy ?? value;
  };
};
