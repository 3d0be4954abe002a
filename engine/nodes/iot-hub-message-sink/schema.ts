import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const IotHubMessageSink = Type.Object(
  {
    '@type': nodeType(`${AVA}IotHubMessageSink`),
    hubOutputName: value({ kind: 'text', min: 1, max: 50 }, 'Output of the hub that the events go to.'),
    ...nameAndInputs,
  },
  { title: 'IotHubMessageSink', description: 'Publishes the events of a processor.', additionalProperties: false },
);

export type IotHubMessageSinkDocument = Static<typeof IotHubMessageSink>;
