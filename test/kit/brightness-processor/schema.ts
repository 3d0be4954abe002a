import { type Static, Type } from 'typebox';
import { nameAndInputs, nodeType } from '../../../engine/topology/schema/node-parts.js';
import { value } from '../../../engine/topology/schema/value-rule.js';

export const BRIGHTNESS_TYPE = '#Example.BrightnessProcessor';

export const BrightnessProcessor = Type.Object(
  {
    '@type': nodeType(BRIGHTNESS_TYPE),
    threshold: Type.Optional(
      value(
        { kind: 'number', min: 0, max: 1, default: '0.5' },
        'Mean brightness from which a picture counts as bright.',
      ),
    ),
    ...nameAndInputs,
  },
  {
    title: 'BrightnessProcessor',
    description: 'Tells when the picture turns bright or dark.',
    additionalProperties: false,
  },
);

export type BrightnessDocument = Static<typeof BrightnessProcessor>;
