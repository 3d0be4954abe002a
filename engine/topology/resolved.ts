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
  /** What the definition made of the document. Holds secrets: never log, publish or store it. */
  settings: unknown;
}

/** A topology with a live pipeline's parameters filled in: what the runtime builds. */
export interface ResolvedPipeline {
  name: string;
  topologyName: string;
  /** Sources, then processors, then sinks; each node follows those that it takes its inputs from. */
  nodes: ResolvedNode[];
}

/** The one answer to the question whether this version can run nodes: those that it cannot. */
export const notRunnable = <N extends { definition: AnyNodeDefinition }>(nodes: readonly N[]): N[] =>
  nodes.filter(({ definition }) => !definition.runnable);

/** @throws SluiceError `NodeNotSupported` that names every node that cannot run. */
export const requireRunnable = (pipeline: ResolvedPipeline): void => {
  const missing = notRunnable(pipeline.nodes).map(({ name, definition }) => `'${name}' (${definition.type})`);
  if (missing.length === 0) return;
  throw new SluiceError('NodeNotSupported', `this version cannot run the nodes ${missing.join(', ')}`, {
    kind: 'unsupported',
    where: { pipeline: pipeline.name },
    hint: 'The topology is valid; docs/ref/nodes.md tells which nodes run.',
  });
};
