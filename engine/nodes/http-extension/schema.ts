import { Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { extensionProperties } from '../../topology/schema/extension-parts.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';

export const HttpExtension = Type.Object(
  { '@type': nodeType(`${AVA}HttpExtension`), ...extensionProperties, ...nameAndInputs },
  {
    title: 'HttpExtension',
    description: 'Sends frames to an HTTP server and passes on what it infers.',
    additionalProperties: false,
  },
);
