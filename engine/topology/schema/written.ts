import type { Static, TArray, TObject, TProperties, TSchema, TUnion } from 'typebox';

/** Carries, for the compiler only, what may be written where a schema's own type is what is read. */
export interface WrittenAs<Written> {
  readonly '~written': Written;
}

/** A string with a parameter or a system variable in it. */
export type Reference = `${string}\${${string}}${string}`;

type OptionalKeys<P extends TProperties> = {
  [K in keyof P]: P[K] extends { '~optional': true } ? K : never;
}[keyof P];

type WrittenObject<P extends TProperties> = {
  [K in Exclude<keyof P, OptionalKeys<P>>]: WrittenOf<P[K]>;
} & {
  [K in OptionalKeys<P>]?: WrittenOf<P[K]> | undefined;
};

type Flat<T> = { [K in keyof T]: T[K] };

/**
 * What programs may write for a schema: as `Static`, but with parameters, with numbers and booleans beside the strings that
 * stand for them, and with undefined for what is left out. Property names and `@type` in their canonical spelling, although
 * the engine ignores case.
 */
export type WrittenOf<S extends TSchema> =
  S extends WrittenAs<infer Written>
    ? Written
    : S extends TArray<infer Item extends TSchema>
      ? readonly WrittenOf<Item>[]
      : S extends TUnion<infer Members extends TSchema[]>
        ? WrittenMember<Members[number]>
        : S extends TObject<infer Properties extends TProperties>
          ? Flat<WrittenObject<Properties>>
          : Static<S>;

/** For each member by itself. */
export type WrittenMember<S extends TSchema> = S extends TSchema ? WrittenOf<S> : never;
