import type { Zone } from '../../../wasm/types.js';
import { type DecodePolicy, parseDecodePolicy } from '../../core/decode-policy.js';
import { type Micros, seconds } from '../../core/time.js';
import type { WhenInsensitive } from '../../core/when-insensitive.js';
import { parsePoints } from '../../topology/polygon.js';
import type { Level } from '../../topology/schema/level.js';
import { micros } from '../../topology/schema/node-parts.js';
import type { MotionDetectionDocument } from './schema.js';

export interface MotionDetectionSettings {
  sensitivity: Level;
  /** Whether events carry the regions that moved. */
  outputMotionRegion: boolean;
  eventAggregationWindow: Micros;
  /** Undefined: the engine's setting. */
  decodePolicy: DecodePolicy | undefined;
  /** Undefined: the engine's setting. */
  whenInsensitive: WhenInsensitive | undefined;
  zones: Zone[];
}

export const motionDetectionSettings = (document: MotionDetectionDocument): MotionDetectionSettings => ({
  sensitivity: document.sensitivity ?? 'medium',
  outputMotionRegion: document.outputMotionRegion !== false,
  eventAggregationWindow: micros(document.eventAggregationWindow, seconds(1)),
  decodePolicy: document.decodePolicy === undefined ? undefined : parseDecodePolicy(document.decodePolicy),
  whenInsensitive: document.whenInsensitive,
  zones: (document.zones ?? []).map(zone),
});

const zone = (document: NonNullable<MotionDetectionDocument['zones']>[number]): Zone => ({
  name: document.name,
  kind: document.kind ?? 'include',
  // The document has been checked, so it is a list of points.
  polygon: parsePoints(document.polygon, 3, 1024) as Zone['polygon'],
  ...(document.sensitivity === undefined ? {} : { sensitivity: document.sensitivity }),
  ...(document.minimumSize === undefined ? {} : { minimumSize: Number(document.minimumSize) }),
});
