import { nearest } from '../core/nearest.js';

/** Beyond this the search costs more than the hint is worth. */
const MAX_WORD = 64;
const MAX_CANDIDATES = 300;

/** ` (did you mean 'x'?)` if `word` looks like a misspelling of a candidate, else an empty string. */
export const meant = (word: string, candidates: Iterable<string>): string => {
  if (word.length > MAX_WORD) return '';
  const few = [...candidates];
  const hint = few.length > MAX_CANDIDATES ? undefined : nearest(word, few);
  return hint === undefined ? '' : ` (did you mean '${hint}'?)`;
};

const MAX_LISTED = 20;

/** The names that can be chosen, for a message. */
export const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'none';
  const more = names.length - MAX_LISTED;
  return more > 0 ? `${names.slice(0, MAX_LISTED).join(', ')} and ${more} more` : names.join(', ');
};
