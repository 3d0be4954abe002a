import { Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { NamedLine } from '../../topology/schema/named-line.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';

export const LineCrossingProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}LineCrossingProcessor`),
    lines: Type.Array(NamedLine, { minItems: 1, description: 'The lines that are watched.' }),
    ...nameAndInputs,
  },
  {
    title: 'LineCrossingProcessor',
    description: 'Reports tracked objects that cross a line, with direction and totals.',
    additionalProperties: false,
  },
);
