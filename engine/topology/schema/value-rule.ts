import { type TUnsafe, Type } from 'typebox';

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

/** A property whose JSON is a string. The validator also accepts the number or boolean that the string stands for. */
export const value = <T = string>(rule: ValueRule, description: string): TUnsafe<T> =>
  Type.Unsafe<T>({
    ...jsonSchemaOf(rule),
    description,
    ...(rule.default === undefined ? {} : { default: rule.default }),
    'x-value': rule,
  });
