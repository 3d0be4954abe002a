import type { ValueRule } from './schema/value-rule.js';

/** The part of JSON Schema that the definitions in schema/ use. */
export interface SchemaNode {
  title?: string;
  description?: string;
  type?: string | readonly string[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, SchemaNode>;
  required?: readonly string[];
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  anyOf?: readonly SchemaNode[];
  'x-value'?: ValueRule;
  'x-union'?: string;
  'x-ignored'?: boolean;
  'x-json-text'?: boolean;
}

export interface Variants {
  names: Set<string>;
  byLowerName: Map<string, SchemaNode>;
}

const variantCache = new WeakMap<SchemaNode, Variants>();
const propertyCache = new WeakMap<SchemaNode, Map<string, string>>();

/** The members of a union by the value of their discriminator. Made once for each schema. */
export const variantsOf = (schema: SchemaNode, discriminator: string): Variants => {
  const cached = variantCache.get(schema);
  if (cached) return cached;
  const variants: Variants = { names: new Set(), byLowerName: new Map() };
  for (const variant of schema.anyOf ?? []) {
    const name = String(variant.properties?.[discriminator]?.const);
    variants.names.add(name);
    variants.byLowerName.set(name.toLowerCase(), variant);
  }
  variantCache.set(schema, variants);
  return variants;
};

/** Lower-case name → canonical name. Made once for each schema. */
export const propertiesOf = (schema: SchemaNode): Map<string, string> => {
  const cached = propertyCache.get(schema);
  if (cached) return cached;
  const properties = new Map(Object.keys(schema.properties ?? {}).map((name) => [name.toLowerCase(), name]));
  propertyCache.set(schema, properties);
  return properties;
};
