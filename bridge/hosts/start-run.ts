import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { RunHandle, RunHandlers } from './host-process.js';
import type { FilterSpec } from './protocol.js';

/**
 * Starts a filter in some host. Undefined when none can be had; then `handlers` are told in a moment, as if the host
 * had been lost.
 */
export type StartRun = (filter: FilterSpec, handlers: RunHandlers, packets: GdpHandlers) => RunHandle | undefined;
