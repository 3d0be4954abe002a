import { Type } from 'typebox';
import { AVA } from '../node-definition.js';
import { discriminated } from './endpoints.js';
import { nodeType } from './node-parts.js';
import { value } from './value-rule.js';

const NamedLineString = Type.Object(
  {
    '@type': nodeType(`${AVA}NamedLineString`),
    line: value(
      { kind: 'line' },
      'Two ends, `[[x1,y1],[x2,y2]]`, as fractions of the width and height from the top left.',
    ),
    name: value({ kind: 'text', min: 1, max: 256 }, 'Name of the line in events.'),
  },
  { title: 'NamedLineString', description: 'A line across the picture.', additionalProperties: false },
);

export const NamedLine = Type.Union([NamedLineString], discriminated);
