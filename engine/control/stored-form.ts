import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';

/**
 * The form of the resources as they are stored, as far as the engine relies on it before it validates them again: what a
 * damaged database gives back must not be taken for a resource.
 */
const systemData = Type.Object({ createdAt: Type.String(), lastModifiedAt: Type.String() });
const nodes = Type.Array(Type.Object({ '@type': Type.String(), name: Type.String() }));

const StoredTopologyForm = Type.Object({
  name: Type.String({ minLength: 1 }),
  systemData,
  topology: Type.Object({
    name: Type.String({ minLength: 1 }),
    properties: Type.Object({
      parameters: Type.Optional(Type.Array(Type.Object({ name: Type.String(), type: Type.String() }))),
      sources: Type.Optional(nodes),
      processors: Type.Optional(nodes),
      sinks: Type.Optional(nodes),
    }),
  }),
});

const StoredPipelineForm = Type.Object({
  name: Type.String({ minLength: 1 }),
  systemData,
  topologyName: Type.String(),
  description: Type.Optional(Type.String()),
  parameters: Type.Array(
    Type.Object({ name: Type.String(), value: Type.Optional(Type.String()), secret: Type.Boolean() }),
  ),
  desiredActive: Type.Boolean(),
});

const StoredAdapterForm = Type.Object({
  name: Type.String({ minLength: 1 }),
  systemData,
  properties: Type.Object({}),
});

const has =
  (form: TSchema) =>
  (value: unknown): boolean =>
    Value.Check(form, value);

export const isStoredTopology = has(StoredTopologyForm);
export const isStoredPipeline = has(StoredPipelineForm);
export const isStoredAdapter = has(StoredAdapterForm);
