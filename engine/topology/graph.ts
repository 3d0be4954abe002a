import { type NodeType, nodeTypeOf } from './node-registry.js';
import { Places } from './places.js';
import type { NodeDocument } from './schema/documents.js';

/** A node of a topology together with its place in the document. */
export interface GraphNode {
  name: string;
  pointer: string;
  /** Undefined for a node whose type is not known: it may be referred to, and nothing else is asked of it. */
  type: NodeType | undefined;
  document: Partial<NodeDocument>;
  inputs: GraphInput[];
}

export interface GraphInput {
  pointer: string;
  nodeName: string;
  selectors: Array<{ operator?: string; value?: string }>;
}

export interface Graph {
  nodes: GraphNode[];
  byName: Map<string, GraphNode>;
}

type Loose = Record<string, unknown>;

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asObject = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const asName = (value: unknown): string => (typeof value === 'string' ? value : '');

const inputsOf = (document: Loose, places: Places): GraphInput[] =>
  asList(document['inputs']).map((input) => ({
    pointer: places.of(asObject(input)),
    nodeName: asName(asObject(input)['nodeName']),
    selectors: asList(asObject(input)['outputSelectors']).map(
      (selector) => asObject(selector) as GraphInput['selectors'][0],
    ),
  }));

/** Reads the graph out of canonical properties, which may have holes where problems were found. */
export const graphOf = (properties: unknown, places = new Places()): Graph => {
  const nodes: GraphNode[] = [];
  for (const list of ['sources', 'processors', 'sinks'] as const) {
    for (const item of asList(asObject(properties)[list])) {
      const document = asObject(item);
      nodes.push({
        name: asName(document['name']),
        pointer: places.of(document),
        type: nodeTypeOf(asName(document['@type'])),
        document: document as Partial<NodeDocument>,
        inputs: inputsOf(document, places),
      });
    }
  }
  const byName = new Map<string, GraphNode>();
  for (const node of nodes) if (node.name !== '' && !byName.has(node.name)) byName.set(node.name, node);
  return { nodes, byName };
};

/** Nodes in an order in which each follows its inputs, and what is left over: nodes on or behind a cycle. */
export const inOrder = (graph: Graph): { ordered: GraphNode[]; rest: GraphNode[] } => {
  const ordered: GraphNode[] = [];
  const done = new Set<string>();
  let rest = graph.nodes;
  for (;;) {
    const ready = rest.filter((node) =>
      node.inputs.every((input) => done.has(input.nodeName) || !graph.byName.has(input.nodeName)),
    );
    if (ready.length === 0) return { ordered, rest };
    for (const node of ready) {
      ordered.push(node);
      done.add(node.name);
    }
    rest = rest.filter((node) => !ready.includes(node));
  }
};
