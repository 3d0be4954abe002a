import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { RunHandlers } from './host-process.js';
import type { PooledRun } from './pooled-host.js';
import type { FilterSpec } from './protocol.js';

/** What comes in the lanes of a run; what comes in a lane without any is passed over. */
export interface LaneHandlers {
  seen: GdpHandlers;
  heard?: GdpHandlers;
}

/**
 * Starts a filter in some host. Returns undefined if there is none; `handlers` are then called soon after, as if the host
 * had been lost.
 */
export type StartRun = (
  filter: FilterSpec,
  handlers: RunHandlers,
  packets: LaneHandlers,
  owner?: string,
) => PooledRun | undefined;
