import type { NodeTable } from '../node-table.js';
import type { SchemaNode } from '../schema-node.js';
import { LivePipelineDocument, RemoteDeviceAdapterDocument } from './documents.js';

type Json = Record<string, unknown>;

const REF = '#/components/schemas/';

/**
 * The resources and everything in them as OpenAPI 3.1 components, by title. Every schema with a title becomes a
 * component. Keywords of the validator (`x-…`) are left out.
 */
export const topologyComponents = (table: NodeTable): Record<string, Json> => {
  const components = new Map<string, Json>();
  for (const document of [table.topologySchema, LivePipelineDocument, RemoteDeviceAdapterDocument]) {
    component(document as SchemaNode, components);
  }
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const component = (schema: SchemaNode, components: Map<string, Json>): Json => {
  const { title } = schema;
  if (title === undefined) return plain(schema, components);
  if (!components.has(title)) {
    components.set(title, {}); // so that an object that contains itself ends
    components.set(title, plain(schema, components));
  }
  return { $ref: `${REF}${title}` };
};

const plain = (schema: SchemaNode, components: Map<string, Json>): Json => {
  const json = Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('x-')));
  if (schema.properties) {
    const properties = Object.entries(schema.properties).map(([name, one]) => [name, component(one, components)]);
    json['properties'] = Object.fromEntries(properties);
  }
  if (schema.items) json['items'] = component(schema.items, components);
  if (schema.anyOf) json['anyOf'] = schema.anyOf.map((one) => component(one, components));
  const propertyName = schema['x-union'];
  if (propertyName !== undefined) json['discriminator'] = { propertyName, mapping: mappingOf(schema, propertyName) };
  return json;
};

const mappingOf = (schema: SchemaNode, propertyName: string): Record<string, string> =>
  Object.fromEntries(
    (schema.anyOf ?? []).map((variant) => [
      String(variant.properties?.[propertyName]?.const),
      `${REF}${variant.title}`,
    ]),
  );
