import { AVA } from '../../topology/node-definition.js';
import { extensionSettings } from '../extension-settings.js';
import { ANSWER_TIME } from '../inference-client.js';
import { defineNode } from '../node-type.js';
import { HttpExtensionNode } from './node.js';
import { HttpExtension } from './schema.js';

export const httpExtension = defineNode({
  type: `${AVA}HttpExtension`,
  family: 'processor',
  schema: HttpExtension,
  provides: [
    { stream: 'pictures', found: 'objects' },
    { stream: 'events', topic: 'objects' },
  ],
  takes: [{ stream: 'pictures' }],
  settings: extensionSettings,
  endpoint: ({ endpoint }) => endpoint,
  eventDelay: () => ANSWER_TIME.http,
  run: HttpExtensionNode,
});
