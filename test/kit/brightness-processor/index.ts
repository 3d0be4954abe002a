import { defineNode } from '../../../engine/nodes/node-type.js';
import { BrightnessNode } from './node.js';
import { BRIGHTNESS_TYPE, type BrightnessDocument, BrightnessProcessor } from './schema.js';
import { type BrightnessSettings, brightnessSettings } from './settings.js';

/** A node type that the engine has never heard of: CONTRIBUTING.md tells how it came to be. */
export const brightnessProcessor = defineNode<BrightnessDocument, BrightnessSettings>({
  type: BRIGHTNESS_TYPE,
  family: 'processor',
  schema: BrightnessProcessor,
  provides: [{ stream: 'events', topic: 'objects' }],
  takes: [{ stream: 'pictures' }, { stream: 'events', topics: ['messages'] }],
  settings: brightnessSettings,
  run: BrightnessNode,
});
