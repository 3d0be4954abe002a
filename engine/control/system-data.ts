import type { Clock } from '../core/clock.js';
import { toIso } from '../core/time.js';
import type { SystemData } from './resources.js';

/** Of a resource that is stored now, in place of `before` if there was one. */
export const systemDataNow = (before: { systemData: SystemData } | undefined, clock: Clock): SystemData => {
  const now = toIso(clock.utc());
  return { createdAt: before?.systemData.createdAt ?? now, lastModifiedAt: now };
};
