/** Reads values of a configuration that somebody has written by hand. `place` is where they are, for messages. */
import { type Point, parsePoints } from '../topology/polygon.js';

export type Loose = Readonly<Record<string, unknown>>;

/** Why a configuration cannot be used. */
export class Unusable extends Error {}

export const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown, place: string): Loose => {
  let json = value;
  if (typeof value === 'string') {
    try {
      json = JSON.parse(value);
    } catch {
      throw new Unusable(`${place} is not JSON`);
    }
  }
  if (!isObject(json)) throw new Unusable(`${place} must be an object`);
  return json;
};

export const listOf = (value: unknown, place: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Unusable(`${place} must be an array`);
  return value;
};

export const numberOf = (value: unknown, place: string, fallback: number): number => {
  if (value === undefined || value === null) return fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0)) throw new Unusable(`${place} must be a number of at least 0`);
  return number;
};

export const wordOf = <T>(words: Readonly<Record<string, T>>, value: unknown, place: string, fallback: T): T => {
  if (value === undefined || value === null) return fallback;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) throw new Unusable(`${place} must be ${Object.keys(words).join(', ')}`);
  return found;
};

export const nameOf = (value: unknown, place: string): string => {
  if (typeof value !== 'string' || value === '') throw new Unusable(`${place}.name is missing`);
  return value;
};

export const pointsOf = (value: unknown, place: string, least: number, most: number): Point[] => {
  const points = parsePoints(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), least, most);
  if (typeof points === 'string') throw new Unusable(`${place} ${points}`);
  return points;
};
