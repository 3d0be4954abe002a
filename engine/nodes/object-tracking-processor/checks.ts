import { called } from '../../topology/graph.js';
import type { Graph, GraphNode } from '../../topology/node-definition.js';
import type { Report } from '../../topology/problem.js';

const findsPeople = ({ definition }: GraphNode): boolean =>
  definition?.provides.some((one) => one.stream === 'pictures' && one.found === 'people') ?? false;

/** Spatial analysis tracks people itself, so AVA allows no tracker anywhere behind it. */
export const checkNotBehindPeople = (tracker: GraphNode, graph: Graph, report: Report): void => {
  const seen = new Set<string>();
  const pending = tracker.inputs.map((input) => input.nodeName);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = seen.has(name) ? undefined : graph.byName.get(name);
    seen.add(name);
    if (node === undefined) continue;
    // If the tracker is directly behind the node, that edge is not allowed and has been reported.
    const direct = tracker.inputs.some((input) => input.nodeName === name);
    if (findsPeople(node) && !direct) report(tracker.pointer, `${called(tracker)} cannot be behind ${called(node)}`);
    pending.push(...node.inputs.map((input) => input.nodeName));
  }
};
