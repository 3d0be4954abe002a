import { type Graph, type GraphInput, type GraphNode, type NodeDocument, shortType } from './node-definition.js';
import type { NodeTable } from './node-table.js';
import { Places } from './places.js';
import { carried, type LooseSelector, type Provided } from './streams.js';

type Loose = Record<string, unknown>;

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asObject = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const asName = (value: unknown): string => (typeof value === 'string' ? value : '');

const inputsOf = (document: Loose, places: Places): GraphInput[] =>
  asList(document['inputs']).map((input) => ({
    pointer: places.of(asObject(input)),
    nodeName: asName(asObject(input)['nodeName']),
    selectors: asList(asObject(input)['outputSelectors']).map((selector) => asObject(selector) as LooseSelector),
  }));

/** Reads the graph from canonical properties. Values may be missing where problems were found. */
export const graphOf = (table: NodeTable, properties: unknown, places = new Places()): Graph => {
  const nodes: GraphNode[] = [];
  for (const list of ['sources', 'processors', 'sinks'] as const) {
    for (const item of asList(asObject(properties)[list])) {
      const document = asObject(item);
      nodes.push({
        name: asName(document['name']),
        pointer: places.of(document),
        definition: table.get(asName(document['@type'])),
        document: document as Partial<NodeDocument>,
        inputs: inputsOf(document, places),
      });
    }
  }
  const byName = new Map<string, GraphNode>();
  for (const node of nodes) if (node.name !== '' && !byName.has(node.name)) byName.set(node.name, node);
  return { nodes, byName };
};

/** The nodes, sorted so that each follows its inputs. `rest`: nodes on or behind a cycle, which cannot be sorted. */
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

export const typeName = (node: GraphNode): string => shortType(node.definition?.type ?? '');

/** How messages name a node. */
export const called = (node: GraphNode): string => `'${node.name}' (${typeName(node)})`;

/**
 * The nodes directly in front of a node. `complete` is false if an input comes from no node, or from one of an unknown
 * type. That is reported elsewhere, and the missing node may be the one that a check asks for.
 */
export const inFront = (node: GraphNode, graph: Graph): { nodes: GraphNode[]; complete: boolean } => {
  const found = node.inputs.map((input) => graph.byName.get(input.nodeName));
  const nodes = found.filter((one): one is GraphNode => one?.definition !== undefined);
  return { nodes, complete: nodes.length === found.length };
};

/** What a node provides to the nodes behind it. A node that forwards media provides only the tracks that reach it. */
const providedBy = (node: GraphNode, graph: Graph, behind: ReadonlySet<GraphNode> = new Set()): readonly Provided[] => {
  const { definition } = node;
  if (!definition?.forwardsMedia) return definition?.provides ?? [];
  // A graph with a cycle is refused elsewhere. Here the recursion must end.
  if (behind.has(node)) return [];
  const taken = node.inputs.flatMap((input) => passing(node, input, graph, new Set([...behind, node])));
  const tracks = new Set(taken.flatMap((one) => (one.stream === 'media' ? one.tracks : [])));
  return definition.provides.flatMap((one) => {
    if (one.stream !== 'media') return one;
    const left = one.tracks.filter((track) => tracks.has(track));
    return left.length > 0 ? { ...one, tracks: left } : [];
  });
};

/** The streams that reach a node through an input: those that the selectors let through and the node takes. */
export const passing = (
  node: GraphNode,
  input: GraphInput,
  graph: Graph,
  behind?: ReadonlySet<GraphNode>,
): Provided[] => {
  const upstream = graph.byName.get(input.nodeName);
  if (!upstream || !node.definition) return [];
  return carried(providedBy(upstream, graph, behind), input.selectors, node.definition.takes);
};
