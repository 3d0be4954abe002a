import { AVA } from '../../topology/node-definition.js';
import { ANSWER_TIME, protocolOf } from '../inference-client.js';
import { defineNode } from '../node-type.js';
import { checkOperation } from './checks.js';
import { CognitiveServicesVisionNode } from './node.js';
import { CognitiveServicesVisionProcessor } from './schema.js';
import { cognitiveServicesVisionSettings } from './settings.js';

export const cognitiveServicesVisionProcessor = defineNode({
  type: `${AVA}CognitiveServicesVisionProcessor`,
  family: 'processor',
  schema: CognitiveServicesVisionProcessor,
  provides: [
    { stream: 'pictures', found: 'people' },
    { stream: 'events', topic: 'people' },
  ],
  takes: [{ stream: 'pictures' }],
  checkDocument: checkOperation,
  settings: cognitiveServicesVisionSettings,
  endpoint: ({ extension }) => extension.endpoint,
  eventDelay: ({ extension }) => ANSWER_TIME[protocolOf(extension.endpoint)],
  run: CognitiveServicesVisionNode,
});
