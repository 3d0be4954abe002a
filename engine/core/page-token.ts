import { SluiceError } from './errors.js';

const PREFIX = 'after:';

/** Where a list goes on: behind the item with these numbers. Opaque to clients. */
export const pageToken = (...numbers: readonly number[]): string =>
  Buffer.from(`${PREFIX}${numbers.join(',')}`).toString('base64url');

/**
 * The numbers in a token.
 * @throws SluiceError `ContinuationTokenInvalid` if it did not come from such a list
 */
export const tokenNumbers = (token: string, count: number): number[] => {
  const text = token.length <= 200 ? Buffer.from(token, 'base64url').toString('latin1') : '';
  const numbers = text.startsWith(PREFIX) ? text.slice(PREFIX.length).split(',') : [];
  if (numbers.length === count && numbers.every((each) => /^-?\d{1,16}$/.test(each))) return numbers.map(Number);
  throw new SluiceError('ContinuationTokenInvalid', "the '@continuationToken' did not come from this list", {
    kind: 'invalid',
    hint: 'Start again without one.',
  });
};

/** The number that an id stands for; undefined for what is none. */
export const idNumber = (id: string): number | undefined => (/^[1-9]\d{0,14}$/.test(id) ? Number(id) : undefined);
