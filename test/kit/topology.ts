import { nodeTable } from '../../engine/nodes/table.js';
import * as resolving from '../../engine/topology/resolve.js';
import type { Topology } from '../../engine/topology/schema/documents.js';
import * as validating from '../../engine/topology/validate.js';

/** With the engine's own node types. */
export const validateTopology = (json: unknown): validating.ValidatedTopology =>
  validating.validateTopology(nodeTable, json);

/** With the engine's own node types. */
export const resolvePipeline = (topology: Topology, live: resolving.PipelineParameters): resolving.Resolution =>
  resolving.resolvePipeline(nodeTable, topology, live);
