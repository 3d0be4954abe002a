import type { Level } from '../../topology/schema/level.js';
import type { ObjectTrackingDocument } from './schema.js';

export interface ObjectTrackingSettings {
  accuracy: Level;
}

export const objectTrackingSettings = ({ accuracy }: ObjectTrackingDocument): ObjectTrackingSettings => ({
  accuracy: accuracy ?? 'medium',
});
