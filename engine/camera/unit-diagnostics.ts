import { channel } from 'node:diagnostics_channel';
import type { UtcMicros } from '../core/time.js';

/**
 * Message on Node's diagnostics channel `sluice:unit`, sent for every access unit when it enters the ring. For
 * measurements.
 */
export interface UnitDiagnostics {
  /** The camera's address without credentials. */
  camera: string;
  /** The time that events about the unit's picture carry. */
  utc: UtcMicros;
}

const unitChannel = channel('sluice:unit');

/** Whether anybody measures. */
export const unitsAreWatched = (): boolean => unitChannel.hasSubscribers;

export const tellUnit = (told: UnitDiagnostics): void => unitChannel.publish(told);
