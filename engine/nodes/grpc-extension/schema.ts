import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { endpointOf } from '../../topology/schema/endpoints.js';
import { extensionProperties } from '../../topology/schema/extension-parts.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

const GrpcExtensionDataTransfer = Type.Object(
  {
    mode: value<'embedded' | 'sharedMemory'>(
      { kind: 'enum', values: ['embedded', 'sharedMemory'] },
      '`embedded`: in the message. `sharedMemory`: in memory that the server shares.',
    ),
    sharedMemorySizeMiB: Type.Optional(
      value({ kind: 'int', min: 1, max: 65536 }, 'Size of the shared memory. Only with `sharedMemory`.'),
    ),
  },
  {
    title: 'GrpcExtensionDataTransfer',
    description: 'How pixels are transferred to the server.',
    additionalProperties: false,
  },
);

export const GrpcExtension = Type.Object(
  {
    '@type': nodeType(`${AVA}GrpcExtension`),
    ...extensionProperties,
    endpoint: endpointOf(['tcp', 'grpc', 'http', 'https']),
    dataTransfer: GrpcExtensionDataTransfer,
    extensionConfiguration: Type.Optional(value({ kind: 'text' }, 'Passed to the server unchanged.')),
    ...nameAndInputs,
  },
  {
    title: 'GrpcExtension',
    description: 'Sends frames to a gRPC server and passes on what it infers.',
    additionalProperties: false,
  },
);

export type GrpcExtensionDocument = Static<typeof GrpcExtension>;
