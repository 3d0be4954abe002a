import type { Focus, Point } from './geometry.js';
import type { CameraModel } from './ground.js';
import type { Line } from './line-passage.js';

interface Watch {
  readonly focus: Focus;
  /** How far a person must be beyond the border, in pixels of the pictures that are analysed. */
  readonly threshold: number;
  /** Every how many of its events is published. */
  readonly every: number;
}

interface ZoneWatch extends Watch {
  readonly name: string;
  readonly polygon: readonly Point[];
}

/** `event`: when something has changed. `interval`: every `every` seconds. */
export type Trigger = 'event' | 'interval';

export interface LineWatch extends Watch {
  readonly kind: 'line';
  readonly line: Line;
}

export interface CountWatch extends ZoneWatch {
  readonly kind: 'count';
  readonly trigger: Trigger;
}

export interface StayWatch extends ZoneWatch {
  readonly kind: 'crossing' | 'dwell';
}

export interface DistanceWatch extends ZoneWatch {
  readonly kind: 'distance';
  readonly trigger: Trigger;
  /** In feet. */
  readonly minimum: number;
  /** In feet; may be infinite. */
  readonly maximum: number;
}

/** One event of one zone or line. */
export type WatchSettings = LineWatch | CountWatch | StayWatch | DistanceWatch;

export interface SpatialSettings {
  readonly watches: readonly WatchSettings[];
  /** How the camera sees the ground, if the document says so. */
  readonly camera?: CameraModel | undefined;
  /** Properties that have no effect. */
  readonly ignored?: readonly string[];
}
