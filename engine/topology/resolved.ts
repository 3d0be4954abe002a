import type { AnyNodeDefinition } from './node-definition.js';
import type { OutputSelector } from './streams.js';

export interface NodeInput {
  nodeName: string;
  outputSelectors: OutputSelector[];
}

/** A node with every parameter filled in. */
export interface ResolvedNode {
  name: string;
  definition: AnyNodeDefinition;
  inputs: NodeInput[];
  /** What the definition's `settings` returned. It contains secrets: never log, publish or store it. */
  settings: unknown;
}

/** A topology with a live pipeline's parameters filled in: what the runtime builds. */
export interface ResolvedPipeline {
  name: string;
  topologyName: string;
  /** Sources, then processors, then sinks. Each node follows the nodes of its inputs. */
  nodes: ResolvedNode[];
}
