import { shown } from '../core/shown.js';
import { checkJsonLimits } from './json-limits.js';
import { child } from './json-pointer.js';
import { Places } from './places.js';
import type { Problem } from './problem.js';
import { referencesIn } from './references.js';
import type { ValueRule } from './schema/value-rule.js';
import { propertiesOf, type SchemaNode, variantsOf } from './schema-node.js';
import { meant } from './suggest.js';
import { checkValue } from './values.js';

/** A string with parameters or variables, which can be checked only when their values are known. */
export interface Reference {
  pointer: string;
  text: string;
  rule: ValueRule;
  /** The array's schema, if the string holds a whole array. */
  array?: SchemaNode;
}

/** A string after substitution. One that contains a secret is not shown in messages. */
export interface Substituted {
  text: string;
  secret: boolean;
}

/** Nobody reads more of them: such a document is not a topology, or it is an attack. */
const MAX_PROBLEMS = 1000;

/** Substitutes parameters. Returns undefined if some are not known, which is reported elsewhere. */
export type Substitute = (reference: Reference) => Substituted | undefined;

const JSON_TEXT: ValueRule = { kind: 'text' };

/**
 * Walks a document along its schema, which bounds the recursion for any document. Finds every problem, and builds the
 * canonical form: names and enums in canonical spelling, defaults filled in, properties in the order of the schema.
 */
export class Walk {
  readonly problems: Problem[] = [];
  readonly references: Reference[] = [];
  readonly places = new Places();
  readonly #substitute: Substitute | undefined;
  readonly #code: string;
  #literal = false;

  constructor(code: string, substitute?: Substitute) {
    this.#code = code;
    this.#substitute = substitute;
  }

  report(pointer: string, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ pointer, message, code: this.#code });
    else if (this.problems.length === MAX_PROBLEMS) {
      this.problems.push({ pointer: '', message: `has more than ${MAX_PROBLEMS} problems`, code: this.#code });
    }
  }

  /** Whether there are so many problems that spelling hints would take too long. */
  get #crowded(): boolean {
    return this.problems.length > MAX_PROBLEMS / 10;
  }

  /** The canonical form, or undefined where a problem was found. */
  walk(schema: SchemaNode, value: unknown, pointer: string): unknown {
    if (schema['x-ignored']) return undefined;
    if (schema['x-value']) return this.#leaf(schema['x-value'], value, pointer);
    if (schema['x-union']) return this.#union(schema, schema['x-union'], value, pointer);
    if (schema.type === 'array') return this.#array(schema, value, pointer);
    if (schema.type === 'object') return this.#object(schema, value, pointer);
    return schema.const;
  }

  /** Checks the value of a reference, without changing the document. */
  recheck(reference: Reference, substituted: Substituted): void {
    if (reference.array) this.#parsed(reference.array, substituted.text, reference.pointer);
    else this.#checked(reference.rule, substituted.text, reference.pointer, substituted.secret);
  }

  #leaf(rule: ValueRule, value: unknown, pointer: string): unknown {
    const text = asText(rule, value);
    if (text === undefined) {
      const wanted = rule.kind === 'bool' ? 'true or false' : 'a string';
      this.report(pointer, isHidden(rule) ? `must be ${wanted}` : `${shown(value)} must be ${wanted}`);
      return undefined;
    }
    if (!rule.literal && !this.#literal && referencesIn(text).length > 0) {
      const reference = { pointer, text, rule };
      this.references.push(reference);
      const substituted = this.#substitute?.(reference);
      return substituted === undefined ? text : this.#checked(rule, substituted.text, pointer, substituted.secret);
    }
    return this.#checked(rule, text, pointer, false);
  }

  #checked(rule: ValueRule, text: string, pointer: string, secret: boolean): unknown {
    const checked = checkValue(rule, text);
    if ('problem' in checked) {
      this.report(pointer, secret || isHidden(rule) ? checked.problem : `${shown(text)} ${checked.problem}`);
      return undefined;
    }
    return rule.json === 'boolean' ? checked.text === 'true' : checked.text;
  }

  #array(schema: SchemaNode, value: unknown, pointer: string): unknown {
    if (schema['x-json-text'] && typeof value === 'string') return this.#jsonText(schema, value, pointer);
    if (!Array.isArray(value)) {
      this.report(pointer, `${shown(value)} must be an array`);
      return undefined;
    }
    if (value.length < (schema.minItems ?? 0)) this.report(pointer, `must have at least ${schema.minItems} item`);
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
      this.report(pointer, `has ${value.length} items; at most ${schema.maxItems} are allowed`);
      return undefined;
    }
    return value.map((item, index) => this.walk(schema.items!, item, child(pointer, index)));
  }

  /** An array that is written as a JSON string, so that one parameter can hold all of it. */
  #jsonText(schema: SchemaNode, text: string, pointer: string): unknown {
    let whole = text;
    if (referencesIn(text).length > 0) {
      const reference = { pointer, text, rule: JSON_TEXT, array: schema };
      this.references.push(reference);
      const substituted = this.#substitute?.(reference);
      if (substituted === undefined) return text;
      whole = substituted.text;
    }
    return this.#parsed(schema, whole, pointer);
  }

  #parsed(schema: SchemaNode, text: string, pointer: string): unknown {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      this.report(pointer, 'is a string, so it must contain an array as JSON');
      return undefined;
    }
    const tooLarge = checkJsonLimits(json);
    if (tooLarge) {
      this.report(pointer, tooLarge.message);
      return undefined;
    }
    // Parameters were substituted before parsing. A reference that is left comes from a value and stays as it is.
    this.#literal = true;
    try {
      return this.#array({ ...schema, 'x-json-text': false }, json, pointer);
    } finally {
      this.#literal = false;
    }
  }

  #union(schema: SchemaNode, discriminator: string, value: unknown, pointer: string): unknown {
    const variants = variantsOf(schema, discriminator);
    if (!isObject(value)) {
      this.report(pointer, `${shown(value)} must be an object`);
      return undefined;
    }
    const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === discriminator.toLowerCase());
    const type = key === undefined ? undefined : value[key];
    if (typeof type !== 'string') {
      this.report(pointer, `'${discriminator}' is missing; it must be one of ${[...variants.names].join(', ')}`);
      return undefined;
    }
    const variant = variants.byLowerName.get(type.toLowerCase());
    if (variant === undefined) {
      const hint = this.#crowded ? '' : typeMeant(type, variants.names);
      this.report(
        child(pointer, key!),
        `${shown(type)} is not known here${hint}; allowed are ${[...variants.names].join(', ')}`,
      );
      return this.#nameOnly(value, pointer);
    }
    return this.#object(variant, value, pointer);
  }

  /** Keeps the name of an object of an unknown type, so that references to it are not reported as well. */
  #nameOnly(value: Record<string, unknown>, pointer: string): unknown {
    const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === 'name');
    const left = key !== undefined && typeof value[key] === 'string' ? { name: value[key] } : {};
    this.places.set(left, pointer, new Map());
    return left;
  }

  #object(schema: SchemaNode, value: unknown, pointer: string): unknown {
    if (!isObject(value)) {
      this.report(pointer, `${shown(value)} must be an object`);
      return undefined;
    }
    const properties = propertiesOf(schema);
    const given = this.#matchProperties(properties, value, pointer);
    const result: Record<string, unknown> = {};
    this.places.set(result, pointer, given);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const key = given.get(name);
      if (key === undefined) {
        if (property.const !== undefined) result[name] = property.const;
        else if (schema.required?.includes(name)) this.report(pointer, `'${name}' is missing`);
        else if (property.default !== undefined) result[name] = structuredClone(property.default);
        continue;
      }
      const canonical = this.walk(property, value[key], child(pointer, key));
      if (canonical !== undefined) result[name] = canonical;
    }
    return result;
  }

  /** Canonical name → the key in `value`. Null counts as absent. */
  #matchProperties(
    properties: Map<string, string>,
    value: Record<string, unknown>,
    pointer: string,
  ): Map<string, string> {
    const given = new Map<string, string>();
    for (const key of Object.keys(value)) {
      const name = properties.get(key.toLowerCase());
      if (name === undefined) {
        const hint = this.#crowded ? '' : meant(key, properties.values());
        const allowed = [...properties.values()].join(', ');
        this.report(child(pointer, key), `'${key}' is not a property here${hint}; allowed are ${allowed}`);
      } else if (given.has(name)) {
        this.report(child(pointer, key), `'${name}' is given twice`);
      } else if (value[key] !== null && value[key] !== undefined) {
        given.set(name, key);
      }
    }
    return given;
  }
}

/** URLs can contain credentials. */
const isHidden = (rule: ValueRule): boolean => rule.secret === true || rule.kind === 'url';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Accepts a number or boolean where a string that stands for one is expected. */
const asText = (rule: ValueRule, value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && (rule.kind === 'polygon' || rule.kind === 'line')) return JSON.stringify(value);
  const scalar = rule.kind === 'scalar';
  if (typeof value === 'number' && (scalar || rule.kind === 'int' || rule.kind === 'number')) return String(value);
  if (typeof value === 'boolean' && (scalar || rule.kind === 'bool')) return String(value);
  return undefined;
};

const lastPart = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

/**
 * Compares the last parts, since the first is the same for all. In AVA's predecessor, type names began with MediaGraph.
 */
const typeMeant = (type: string, names: Iterable<string>): string => {
  const byPart = new Map([...names].map((name) => [lastPart(name), name]));
  const hint = meant(lastPart(type).replace(/^MediaGraph/i, ''), byPart.keys());
  return hint.replace(/'(.+)'/, (_, part: string) => `'${byPart.get(part)}'`);
};
