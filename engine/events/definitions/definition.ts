import { type Static, type TObject, type TSchema, type TUnion, Type } from 'typebox';

/** What an event says. */
export type DataSchema = TObject | TUnion;

/** One type of event: the only place that knows what it says. Types, schemas and reference pages come from here. */
export interface EventDefinition<Data extends DataSchema = DataSchema> {
  /** When it is published, as one sentence without its end. */
  readonly when: string;
  /** Which nodes or parts publish it. */
  readonly from: string;
  readonly data: Data;
  readonly example: Static<Data>;
}

export const defineEvent = <Data extends DataSchema>(definition: EventDefinition<Data>): EventDefinition<Data> =>
  definition;

export const text = (description: string) => Type.String({ description });
export const flag = (description: string) => Type.Boolean({ description });
export const yes = (description: string) => Type.Literal(true, { description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const number = (description: string) => Type.Number({ description });
/** From 0 to 1. */
export const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
export const time = (description: string) =>
  Type.String({ format: 'date-time', description: `${description}. UTC, ISO 8601 with milliseconds` });
/** ISO 8601, `PT5S`. */
export const duration = (description: string) =>
  Type.String({ pattern: '^-?P', description: `${description}. ISO 8601 duration` });
export const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: values, description });
export const list = <Item extends TSchema>(item: Item, description: string) => Type.Array(item, { description });
export const maybe = Type.Optional;
export const fields = Type.Object;

/** AVA's media time. */
export const mediaTime = Type.Integer({
  minimum: 0,
  description: 'Media time: units of 1/90000 s since the Unix epoch',
});
