import { type Static, Type } from 'typebox';
import { DEFAULT_PRIORITY, PRIORITIES, type Priority } from '../../core/priority.js';
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
    priority: Type.Optional(
      value<Priority>(
        { kind: 'enum', values: PRIORITIES, assumed: DEFAULT_PRIORITY },
        "Sluice's extension: how much the camera matters while the machine is overloaded. Of those with the lowest priority, keyframes alone " +
          'are decoded first. Where several live pipelines read a camera, the highest counts.',
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
