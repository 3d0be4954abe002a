import { Type } from 'typebox';
import { AVA, endpointOf, SLUICE } from './endpoints.js';
import { nodeName, nodeType } from './node-parts.js';
import { value } from './value-rule.js';

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
    description: 'A camera. One for each topology. Reconnects by itself for as long as the pipeline is active.',
    additionalProperties: false,
  },
);

export const IotHubMessageSource = Type.Object(
  {
    '@type': nodeType(`${AVA}IotHubMessageSource`),
    hubInputName: value({ kind: 'text', min: 1, max: 50 }, 'Input of the hub whose messages count as events.'),
    name: nodeName,
  },
  {
    title: 'IotHubMessageSource',
    description:
      'Messages from the hub, from `POST /inputs/{hubInputName}` or from the WebSocket, as events for a gate.',
    additionalProperties: false,
  },
);

export const OnvifEventSource = Type.Object(
  {
    '@type': nodeType(`${SLUICE}OnvifEventSource`),
    endpoint: endpointOf(['http', 'https']),
    topics: Type.Optional(
      Type.Array(value({ kind: 'text', min: 1, max: 256 }, 'Topic, or the beginning of one.'), {
        description: "Which of the device's topics count. Absent: motion and digital inputs.",
      }),
    ),
    name: nodeName,
  },
  {
    title: 'OnvifEventSource',
    description: "Sluice's extension: events of an ONVIF device (motion, digital inputs), subscribed to by PullPoint.",
    additionalProperties: false,
  },
);
