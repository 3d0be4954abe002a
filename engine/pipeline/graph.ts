import type { ResolvedNode, ResolvedPipeline } from '../topology/types.js';

/** The edges of a pipeline, from the inputs that its nodes name. */
export class PipelineGraph {
  readonly #nodes: Map<string, ResolvedNode>;

  constructor(pipeline: ResolvedPipeline) {
    this.#nodes = new Map(pipeline.nodes.map((node) => [node.name, node]));
  }

  /** Nodes of one kind, in the order of the topology. */
  all<K extends ResolvedNode['kind']>(kind: K): Array<Extract<ResolvedNode, { kind: K }>> {
    return [...this.#nodes.values()].filter((node): node is Extract<ResolvedNode, { kind: K }> => node.kind === kind);
  }

  /** Nodes of one kind that take their input directly from `name`. */
  downstream<K extends ResolvedNode['kind']>(name: string, kind: K): Array<Extract<ResolvedNode, { kind: K }>> {
    return this.all(kind).filter((node) => 'inputs' in node && node.inputs.some((input) => input.nodeName === name));
  }
}
