import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { type Level, level } from '../../topology/schema/level.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const ObjectTrackingProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}ObjectTrackingProcessor`),
    accuracy: Type.Optional(value<Level>(level, 'Higher accuracy takes more CPU time.')),
    ...nameAndInputs,
  },
  {
    title: 'ObjectTrackingProcessor',
    description: 'Tracks the objects that an extension has found, between its results.',
    additionalProperties: false,
  },
);

export type ObjectTrackingDocument = Static<typeof ObjectTrackingProcessor>;
