import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { NamedLine } from '../../topology/schema/named-line.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';

export const LineCrossingProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}LineCrossingProcessor`),
    lines: Type.Array(NamedLine, { minItems: 1, description: 'The lines that are watched. Names must be unique.' }),
    ...nameAndInputs,
  },
  {
    title: 'LineCrossingProcessor',
    description:
      'Reports tracked objects that cross a line, with direction and totals. The point that counts is the middle of the ' +
      "box's lower edge. `clockwise` is from left to right for somebody at the line's first point who looks to the second.",
    additionalProperties: false,
  },
);

export type LineCrossingDocument = Static<typeof LineCrossingProcessor>;
