import { SluiceError } from '../core/errors.js';
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

/** The nodes that this version cannot run. Nothing else decides that. */
export const notRunnable = <N extends { definition: AnyNodeDefinition }>(nodes: readonly N[]): N[] =>
  nodes.filter(({ definition }) => !definition.runnable);

/** @throws SluiceError `NodeNotSupported` that names every node that cannot run. */
export const requireRunnable = (pipeline: ResolvedPipeline): void => {
  const missing = notRunnable(pipeline.nodes).map(({ name, definition }) => `'${name}' (${definition.type})`);
  if (missing.length === 0) return;
  throw new SluiceError('NodeNotSupported', `this version cannot run the nodes ${missing.join(', ')}`, {
    kind: 'unsupported',
    where: { pipeline: pipeline.name },
    hint: 'The topology is valid; docs/ref/nodes.md says which nodes can run.',
  });
};
