import { type TUnsafe, Type } from 'typebox';

/** What a text in a node's properties means, once every parameter in it is put in. */
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
 * The rule that a value obeys. It sits in the JSON Schema under `x-value`, so that the validator, the node reference and
 * the OpenAPI document all read the same one.
 */
export interface ValueRule {
  kind: ValueKind;
  /** Of an enum, in their canonical spelling. Matched without regard to case. */
  values?: readonly string[];
  /** Least value of a number, least µs of a duration, least length of a text. */
  min?: number;
  /** Greatest value of a number, greatest µs of a duration, greatest length of a text. */
  max?: number;
  /** A duration must be a multiple of this, in µs. */
  step?: number;
  /** Written into the resource when the property is absent. */
  default?: string | boolean;
  /** What the engine takes when the property is absent; the resource stays without it. */
  assumed?: string;
  /** Never shown in a message. */
  secret?: true;
  /** Parameters cannot stand in it. */
  literal?: true;
  /** `${System.Runtime.…}` may stand in it. */
  runtimeVariables?: true;
  /** The canonical JSON is a boolean rather than a text. */
  json?: 'boolean';
  /** Schemes that a URL may have. */
  schemes?: readonly string[];
}

/** A text that holds a parameter or a system variable. */
export const REFERENCE_PATTERN = '\\$\\{[^{}]*\\}';

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

/** A property whose JSON is a text (or, leniently, the number or boolean that the text stands for). */
export const value = <T = string>(rule: ValueRule, description: string): TUnsafe<T> =>
  Type.Unsafe<T>({
    ...jsonSchemaOf(rule),
    description,
    ...(rule.default === undefined ? {} : { default: rule.default }),
    'x-value': rule,
  });
