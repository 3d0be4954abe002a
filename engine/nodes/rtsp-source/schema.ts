import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { endpointOf } from '../../topology/schema/endpoints.js';
import { nodeName, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const RtspSource = Type.Object(
  {
    '@type': nodeType(`${AVA}RtspSource`),
    transport: Type.Optional(
      value<'tcp' | 'http'>(
        { kind: 'enum', values: ['tcp', 'http'], default: 'tcp' },
        '`tcp`: RTP interleaved in the RTSP connection. `http`: RTSP and RTP in an HTTP tunnel.',
      ),
    ),
    endpoint: endpointOf(['rtsp', 'rtsps']),
    name: nodeName,
  },
  {
    title: 'RtspSource',
    description: 'A camera. Reconnects by itself for as long as the pipeline is active. A topology has at most one.',
    additionalProperties: false,
  },
);

export type RtspSourceDocument = Static<typeof RtspSource>;
