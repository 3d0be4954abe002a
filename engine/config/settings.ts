import type { schema } from './schema.js';
import type { Raw, Section, Setting } from './setting.js';

/** The name and the type of every setting below a section. */
type Entries<Children, Prefix extends string = ''> = {
  [Name in keyof Children & string]: Children[Name] extends Setting<infer T>
    ? [name: `${Prefix}${Name}`, value: T]
    : Children[Name] extends Section<infer Inner>
      ? Entries<Inner, `${Prefix}${Name}.`>
      : never;
}[keyof Children & string];

/** How a setting with values of a type is written. */
type Written<T> = [T] extends [boolean]
  ? boolean | 'true' | 'false'
  : [T] extends [string]
    ? T
    : [T] extends [number]
      ? number | string
      : [T] extends [readonly (infer Item)[]]
        ? readonly Item[] | string
        : Raw;

/**
 * Settings by their dotted names, as in docs/ref/configuration.md: `{ decodePolicy: 'keyframes', 'media.fileMode': '0600' }`.
 * Durations and sizes are strings with their unit.
 */
export type Settings = {
  readonly [Entry in Entries<(typeof schema)['children']> as Entry[0]]?: Written<Entry[1]> | undefined;
};
