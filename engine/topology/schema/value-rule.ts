import { type TSchema, type TUnsafe, Type } from 'typebox';
import type { Reference, WrittenAs, WrittenOf } from './written.js';

/** What a string in a node's properties stands for, once its parameters are substituted. */
export type ValueKind =
  | 'text'
  | 'enum'
  | 'bool'
  | 'int'
  | 'number'
  | 'duration'
  | 'url'
  | 'path'
  | 'fileNamePattern'
  | 'line'
  | 'polygon'
  | 'decodePolicy'
  | 'nodeName'
  | 'resourceName'
  | 'parameterName'
  | 'scalar';

/**
 * The rule for a value. It is stored in the JSON Schema under `x-value`, so that the validator, the node reference and
 * the OpenAPI document use the same one.
 */
export interface ValueRule {
  kind: ValueKind;
  /** The values of an enum, in their canonical spelling. Case is ignored. */
  values?: readonly string[];
  /** Minimum of a number, of a duration in µs, or of the length of a string in characters. */
  min?: number;
  /** Maximum of a number, of a duration in µs, or of the length of a string in characters. */
  max?: number;
  /** A duration must be a multiple of this, in µs. */
  step?: number;
  /** Written into the resource if the property is absent. */
  default?: string | boolean;
  /** Used by the engine if the property is absent, but not written into the resource. */
  assumed?: string;
  /** The value is never shown in a message. */
  secret?: true;
  /** The value must not contain parameters. */
  literal?: true;
  /** The value may contain `${System.Runtime.…}`. */
  runtimeVariables?: true;
  /** The canonical JSON is a boolean, not a string. */
  json?: 'boolean';
  /** Schemes that a URL may have. */
  schemes?: readonly string[];
}

/** Matches a string that contains a parameter or a system variable. */
const REFERENCE_PATTERN = '\\$\\{[^{}]*\\}';

const PATTERNS: Partial<Record<ValueKind, string>> = {
  bool: '^([Tt]rue|[Ff]alse)$',
  int: '^[+-]?[0-9]+$',
  number: '^[+-]?[0-9]+(\\.[0-9]+)?$',
  duration: '^[+-]?P.+$',
};

const withReferences = (rule: ValueRule, schema: Record<string, unknown>): Record<string, unknown> =>
  rule.literal ? schema : { anyOf: [schema, { type: 'string', pattern: REFERENCE_PATTERN }] };

const jsonSchemaOf = (rule: ValueRule): Record<string, unknown> => {
  if (rule.kind === 'enum') return withReferences(rule, { enum: rule.values });
  if (rule.json === 'boolean') return withReferences(rule, { type: 'boolean' });
  if (rule.kind === 'polygon' || rule.kind === 'line') return { type: ['string', 'array'] };
  if (rule.kind === 'scalar') return { type: ['string', 'number', 'boolean'] };
  const pattern = PATTERNS[rule.kind];
  if (pattern !== undefined) return withReferences(rule, { type: 'string', pattern });
  const lengths = {
    ...(rule.min === undefined ? {} : { minLength: rule.min }),
    ...(rule.max === undefined ? {} : { maxLength: rule.max }),
  };
  return { type: 'string', ...lengths };
};

type RuleOf<Kind extends ValueKind> = Omit<ValueRule, 'kind'> & { kind: Kind };

/** A value that is read as a `Read`, and may be written as a `Written`. */
type Value<Read, Written> = TUnsafe<Read> & WrittenAs<Written>;

/** The choices by name, also as AVA's samples capitalise them, or a parameter in their place. */
type WrittenChoice<T> = string extends T ? T : T | (T extends string ? Capitalize<T> | Reference : never);

/** A property whose JSON is a string. The validator also accepts the number or boolean that the string stands for. */
export function value(rule: RuleOf<'int' | 'number'>, description: string): Value<string, string | number>;
export function value(rule: RuleOf<'bool'>, description: string): Value<string, boolean | 'true' | 'false' | Reference>;
export function value(rule: RuleOf<'scalar'>, description: string): Value<string, string | number | boolean>;
export function value(
  rule: RuleOf<'line' | 'polygon'>,
  description: string,
): Value<string, string | readonly (readonly [number, number])[]>;
export function value<T = string>(rule: ValueRule, description: string): Value<T, WrittenChoice<T>>;
export function value(rule: ValueRule, description: string): TSchema {
  return Type.Unsafe({
    ...jsonSchemaOf(rule),
    description,
    ...(rule.default === undefined ? {} : { default: rule.default }),
    'x-value': rule,
  });
}

/** An array that may also be written as a string that contains it as JSON, so that a parameter can hold it. */
export const orJsonText = <Items extends TSchema>(array: Items): Items & WrittenAs<WrittenOf<Items> | string> =>
  Object.assign(array, { 'x-json-text': true }) as unknown as Items & WrittenAs<WrittenOf<Items> | string>;
