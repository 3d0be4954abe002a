import { Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const IotHubMessageSink = Type.Object(
  {
    '@type': nodeType(`${AVA}IotHubMessageSink`),
    hubOutputName: value({ kind: 'text', min: 1, max: 50 }, 'The hub output that events are sent to.'),
    ...nameAndInputs,
  },
  {
    title: 'IotHubMessageSink',
    description: 'Sends the events of the nodes in front of it to a hub output.',
    additionalProperties: false,
  },
);
