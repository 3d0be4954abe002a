import { shown } from '../core/shown.js';
import { called, inFront, inOrder, passing, typeName } from './graph.js';
import { type Graph, type GraphNode, shortType } from './node-definition.js';
import type { NodeTable } from './node-table.js';
import type { Report } from './problem.js';
import { taken } from './streams.js';
import { listed, meant } from './suggest.js';

/** Checks how nodes are named and connected. */
export const checkConnections = (table: NodeTable, graph: Graph, report: Report): void => {
  checkNames(graph, report);
  checkCounts(table, graph, report);
  checkReferences(graph, report);
  checkCycles(graph, report);
  checkEdges(table, graph, report);
  for (const node of graph.nodes) node.definition?.checkGraph?.(node, graph, report);
  checkPartitions(graph, report);
};

const checkNames = (graph: Graph, report: Report): void => {
  for (const node of graph.nodes) {
    const first = graph.byName.get(node.name);
    if (first !== undefined && first !== node) {
      report(
        `${node.pointer}/name`,
        `${shown(node.name)} is already the name of ${first.pointer}; node names must be unique`,
      );
    }
  }
};

const checkCounts = (table: NodeTable, graph: Graph, report: Report): void => {
  for (const single of table.types) {
    if (!single.single) continue;
    const found = graph.nodes.filter((node) => node.definition === single);
    const type = shortType(single.type);
    for (const extra of found.slice(1)) {
      report(
        extra.pointer,
        `${called(extra)} is one ${type} too many; a topology has at most one, here '${found[0]!.name}'`,
      );
    }
  }
};

const checkReferences = (graph: Graph, report: Report): void => {
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input.nodeName === '' || graph.byName.has(input.nodeName)) continue;
      const names = [...graph.byName.keys()];
      report(
        `${input.pointer}/nodeName`,
        `there is no node ${shown(input.nodeName)}${meant(input.nodeName, names)}; nodes are ${listed(names)}`,
      );
    }
  }
};

const checkCycles = (graph: Graph, report: Report): void => {
  const left = new Set(inOrder(graph).rest.map((node) => node.name));
  while (left.size > 0) {
    // Each node that is left has an input from another one that is left, so following inputs backwards leads into a
    // cycle.
    const path: string[] = [];
    let name = [...left][0]!;
    while (!path.includes(name)) {
      path.push(name);
      const next = graph.byName.get(name)?.inputs.find((input) => left.has(input.nodeName));
      if (next === undefined) break;
      name = next.nodeName;
    }
    const loop = path.slice(path.indexOf(name)).reverse();
    const node = graph.byName.get(loop[0]!);
    const feedsItself =
      path.includes(name) && graph.byName.get(path.at(-1)!)?.inputs.some((input) => input.nodeName === name);
    if (node && feedsItself)
      report(node.pointer, `nodes ${[...loop, loop[0]!].map((one) => `'${one}'`).join(' → ')} form a cycle`);
    for (const one of path) left.delete(one);
  }
};

const checkEdges = (table: NodeTable, graph: Graph, report: Report): void => {
  for (const node of graph.nodes) {
    const { definition } = node;
    if (definition === undefined || definition.family === 'source') continue;
    for (const input of node.inputs) {
      const upstream = graph.byName.get(input.nodeName);
      if (upstream?.definition === undefined) continue;
      if (!upstream.definition.provides.some((one) => taken(one, definition.takes))) {
        const allowed = table.inFrontOf(definition).map(({ type }) => shortType(type));
        report(
          input.pointer,
          `${called(node)} cannot be directly behind ${called(upstream)}; a ${typeName(node)} takes input from ${allowed.join(', ')}`,
        );
      } else if (passing(node, input, graph).length === 0) {
        report(input.pointer, `There are no matching media types between nodes '${upstream.name}' and '${node.name}'`);
      }
    }
  }
};

const checkPartitions = (graph: Graph, report: Report): void => {
  const part = new Map<GraphNode, number>(graph.nodes.map((node, index) => [node, index]));
  const join = (a: GraphNode, b: GraphNode): void => {
    const [from, to] = [part.get(b)!, part.get(a)!];
    for (const [node, id] of part) if (id === from) part.set(node, to);
  };
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      const upstream = graph.byName.get(input.nodeName);
      if (upstream) join(upstream, node);
    }
  }
  // A node of an unknown type, or with an input from no node, has been reported. It may be what connects the parts.
  const broken = graph.nodes.some((node) => node.definition === undefined || !inFront(node, graph).complete);
  const main = part.get(graph.nodes[0]!);
  if (broken || main === undefined) return;
  const reported = new Set<number>();
  for (const [node, id] of part) {
    if (id === main || reported.has(id)) continue;
    reported.add(id);
    report(
      node.pointer,
      `the graph has parts that are not connected: ${called(node)} has no connection with '${graph.nodes[0]!.name}'`,
    );
  }
};
