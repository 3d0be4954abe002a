import { AVA } from '../../topology/node-definition.js';
import { defineNode, NO_SETTINGS } from '../node-type.js';
import { CognitiveServicesVisionProcessor } from './schema.js';

export const cognitiveServicesVisionProcessor = defineNode({
  type: `${AVA}CognitiveServicesVisionProcessor`,
  family: 'processor',
  schema: CognitiveServicesVisionProcessor,
  provides: [
    { stream: 'pictures', found: 'people' },
    { stream: 'events', topic: 'people' },
  ],
  takes: [{ stream: 'pictures' }],
  settings: () => NO_SETTINGS,
});
