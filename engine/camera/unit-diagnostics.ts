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

/** For whoever measures, if anybody does. */
export const tellUnit = (camera: string, utc: () => UtcMicros): void => {
  if (!unitChannel.hasSubscribers) return;
  const told: UnitDiagnostics = { camera, utc: utc() };
  unitChannel.publish(told);
};
