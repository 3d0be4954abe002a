import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { RunHandle, RunHandlers } from './host-process.js';
import type { FilterSpec } from './protocol.js';

/**
 * Starts a filter in some host. Returns undefined if there is none; `handlers` are then called soon after, as if the host
 * had been lost.
 */
export type StartRun = (
  filter: FilterSpec,
  handlers: RunHandlers,
  packets: GdpHandlers,
  owner?: string,
) => RunHandle | undefined;
