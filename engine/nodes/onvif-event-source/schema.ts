import { type Static, Type } from 'typebox';
import { SLUICE } from '../../topology/node-definition.js';
import { endpointOf } from '../../topology/schema/endpoints.js';
import { nodeName, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const OnvifEventSource = Type.Object(
  {
    '@type': nodeType(`${SLUICE}OnvifEventSource`),
    endpoint: endpointOf(['http', 'https', 'rtsp', 'rtsps']),
    delivery: Type.Optional(
      value<'pullPoint' | 'metadataTrack'>(
        { kind: 'enum', values: ['pullPoint', 'metadataTrack'], default: 'pullPoint' },
        "`pullPoint`: through a PullPoint subscription at the device's service; the URL is http or https. `metadataTrack`: in the metadata track of the camera's stream; the URL is rtsp or rtsps.",
      ),
    ),
    transport: Type.Optional(
      value<'tcp' | 'http'>(
        { kind: 'enum', values: ['tcp', 'http'], default: 'tcp' },
        "That of the stream, with `metadataTrack`. With the RtspSource's endpoint and transport, both share one connection.",
      ),
    ),
    topics: Type.Optional(
      Type.Array(value({ kind: 'text', min: 1, max: 256 }, 'A topic. Topics below it count too.'), {
        description: "Which of the device's topics count. Absent: motion and digital inputs.",
      }),
    ),
    name: nodeName,
  },
  {
    title: 'OnvifEventSource',
    description:
      "Sluice's extension: events of an ONVIF device (motion, digital inputs), received through a PullPoint subscription or in the metadata track of its stream.",
    additionalProperties: false,
  },
);

export type OnvifEventSourceDocument = Static<typeof OnvifEventSource>;
