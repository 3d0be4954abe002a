import { Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { nodeName, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const IotHubMessageSource = Type.Object(
  {
    '@type': nodeType(`${AVA}IotHubMessageSource`),
    hubInputName: value({ kind: 'text', min: 1, max: 50 }, 'The hub input whose messages become events.'),
    name: nodeName,
  },
  {
    title: 'IotHubMessageSource',
    description:
      'Turns messages from the hub, from `POST /inputs/{hubInputName}` or from the WebSocket into events for a gate.',
    additionalProperties: false,
  },
);
