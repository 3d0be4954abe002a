import type { AnyNodeDefinition, NodeFamily } from './node-definition.js';
import { type PipelineTopologySchema, pipelineTopologySchema } from './schema/documents.js';
import { taken } from './streams.js';

/** The node types that topologies may use, and what is derived from all of them. */
export class NodeTable<D extends AnyNodeDefinition = AnyNodeDefinition> {
  readonly types: readonly D[];
  /** Schema of a topology document, a union over the types. */
  readonly topologySchema: PipelineTopologySchema;
  readonly #byType: ReadonlyMap<string, D>;

  /** @throws Error if a type is listed twice. */
  constructor(types: readonly D[]) {
    this.types = types;
    this.#byType = new Map(types.map((definition) => [definition.type, definition]));
    if (this.#byType.size < types.length) throw new Error('a node type is listed twice');
    this.topologySchema = pipelineTopologySchema((family) => this.of(family).map(({ schema }) => schema));
  }

  /** The definition of a canonical `@type`. */
  get(type: string): D | undefined {
    return this.#byType.get(type);
  }

  of(family: NodeFamily): D[] {
    return this.types.filter((definition) => definition.family === family);
  }

  /** The types that may be directly in front of this one. */
  inFrontOf({ takes }: AnyNodeDefinition): D[] {
    return this.types.filter(({ provides }) => provides.some((one) => taken(one, takes) !== undefined));
  }
}
