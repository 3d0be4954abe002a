import { type Static, type TSchema, Type } from 'typebox';
import type { NodeDocument, NodeFamily } from '../node-definition.js';
import { discriminated, SymmetricKeyCredentials } from './endpoints.js';
import { value } from './value-rule.js';

export const PARAMETER_TYPES = ['string', 'secretString', 'int', 'double', 'bool'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export const ParameterDeclaration = Type.Object(
  {
    name: value({ kind: 'parameterName', literal: true, max: 64 }, 'Unique in the topology, at most 64 characters.'),
    type: value<ParameterType>({ kind: 'enum', values: PARAMETER_TYPES, literal: true }, 'Type of the value.'),
    description: Type.Optional(value({ kind: 'text', literal: true }, 'A description for people.')),
    default: Type.Optional(
      value({ kind: 'scalar', literal: true, secret: true }, 'Used if a live pipeline gives no value.'),
    ),
  },
  { title: 'ParameterDeclaration', description: 'A parameter of the topology.', additionalProperties: false },
);

const systemData = Type.Optional(
  Type.Object(
    { createdAt: Type.String({ format: 'date-time' }), lastModifiedAt: Type.String({ format: 'date-time' }) },
    { title: 'SystemData', description: 'Read-only.', readOnly: true, 'x-ignored': true },
  ),
);

/** Supported versions of AVA's direct methods. */
export const API_VERSIONS = ['1.0', '1.1'] as const;

const apiVersion = Type.Optional(
  value(
    { kind: 'enum', values: API_VERSIONS, literal: true },
    'Version of the direct method that carries the resource. Not part of the resource.',
  ),
);

const resourceName = value(
  { kind: 'resourceName', literal: true, max: 32 },
  'At most 32 letters, digits and dashes, without a dash at either end.',
);

const description = Type.Optional(value({ kind: 'text', literal: true }, 'A description for people.'));

/** Schema of a topology document. `schemasOf` gives the schemas of the node types of a family. */
export const pipelineTopologySchema = (schemasOf: (family: NodeFamily) => TSchema[]) => {
  const nodes = (family: NodeFamily) => Type.Union(schemasOf(family), discriminated);
  return Type.Object(
    {
      '@apiVersion': apiVersion,
      name: resourceName,
      systemData,
      properties: Type.Object(
        {
          description,
          parameters: Type.Optional(
            Type.Array(ParameterDeclaration, { default: [], maxItems: 256, description: 'Parameters.' }),
          ),
          sources: Type.Array(nodes('source'), { minItems: 1, maxItems: 16, description: 'Where streams come from.' }),
          processors: Type.Optional(
            Type.Array(nodes('processor'), { default: [], maxItems: 64, description: 'What is done with them.' }),
          ),
          sinks: Type.Array(nodes('sink'), { minItems: 1, maxItems: 64, description: 'Where they end.' }),
        },
        { title: 'PipelineTopologyProperties', description: 'The graph.', additionalProperties: false },
      ),
    },
    { title: 'PipelineTopology', description: 'A graph that live pipelines run.', additionalProperties: false },
  );
};

export type PipelineTopologySchema = ReturnType<typeof pipelineTopologySchema>;

/** A topology in canonical form. */
export interface Topology {
  name: string;
  systemData?: { createdAt: string; lastModifiedAt: string };
  properties: {
    description?: string;
    parameters?: Static<typeof ParameterDeclaration>[];
    sources: NodeDocument[];
    processors?: NodeDocument[];
    sinks: NodeDocument[];
  };
}

export const LivePipelineDocument = Type.Object(
  {
    '@apiVersion': apiVersion,
    name: resourceName,
    systemData,
    properties: Type.Object(
      {
        topologyName: value({ kind: 'resourceName', literal: true, max: 32 }, 'The topology that it runs.'),
        description,
        parameters: Type.Optional(
          Type.Array(
            Type.Object(
              {
                name: value({ kind: 'parameterName', literal: true, max: 64 }, 'A parameter of the topology.'),
                value: Type.Optional(value({ kind: 'scalar', literal: true, secret: true }, 'Its value.')),
              },
              { title: 'ParameterDefinition', description: 'The value of a parameter.', additionalProperties: false },
            ),
            { default: [], maxItems: 256, description: 'Values for the parameters of the topology.' },
          ),
        ),
        state: Type.Optional(
          Type.String({
            enum: ['inactive', 'activating', 'active', 'deactivating'],
            description: 'Read-only.',
            readOnly: true,
            'x-ignored': true,
          }),
        ),
      },
      {
        title: 'LivePipelineProperties',
        description: 'The topology, and values for its parameters.',
        additionalProperties: false,
      },
    ),
  },
  {
    title: 'LivePipeline',
    description: 'A topology with values for its parameters, under a name.',
    additionalProperties: false,
  },
);

/** A gateway for a device behind a firewall. Sluice stores it and does not use it. */
export const RemoteDeviceAdapterDocument = Type.Object(
  {
    '@apiVersion': apiVersion,
    name: resourceName,
    systemData,
    properties: Type.Object(
      {
        description,
        target: Type.Object(
          { host: value({ kind: 'text', literal: true, min: 1, max: 255 }, 'Host name or address of the device.') },
          { title: 'RemoteDeviceAdapterTarget', description: 'The device.', additionalProperties: false },
        ),
        iotHubDeviceConnection: Type.Object(
          {
            deviceId: value({ kind: 'text', literal: true, min: 1, max: 128 }, 'Name of the device in the hub.'),
            credentials: Type.Optional(Type.Union([SymmetricKeyCredentials], discriminated)),
          },
          {
            title: 'IotHubDeviceConnection',
            description: 'Identity of the device in the hub.',
            additionalProperties: false,
          },
        ),
      },
      { title: 'RemoteDeviceAdapterProperties', description: 'Device and hub.', additionalProperties: false },
    ),
  },
  {
    title: 'RemoteDeviceAdapter',
    description: 'Stored and read back for clients that set one. The engine does not use it.',
    additionalProperties: false,
  },
);

export type RemoteDeviceAdapter = Static<typeof RemoteDeviceAdapterDocument>;
export type LivePipelineRequest = Static<typeof LivePipelineDocument>;
