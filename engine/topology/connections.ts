import { type Graph, type GraphInput, type GraphNode, inOrder } from './graph.js';
import { shown } from './json-pointer.js';
import { MEDIA_TYPE_OF, type Stream, shortType } from './node-registry.js';
import { listed, meant } from './suggest.js';

type Report = (pointer: string, message: string) => void;

const typeName = (node: GraphNode): string => shortType(node.type?.type ?? '');
const called = (node: GraphNode): string => `'${node.name}' (${typeName(node)})`;

/** Everything that can be wrong with how nodes hang together. */
export const checkConnections = (graph: Graph, report: Report): void => {
  checkNames(graph, report);
  checkCounts(graph, report);
  checkReferences(graph, report);
  checkCycles(graph, report);
  checkEdges(graph, report);
  for (const node of graph.nodes) {
    if (typeName(node) === 'SignalGateProcessor') checkGate(graph, node, report);
    if (typeName(node) === 'VideoSink') checkVideoSink(graph, node, report);
    if (typeName(node) === 'ObjectTrackingProcessor') checkTracker(graph, node, report);
  }
  checkPartitions(graph, report);
};

const checkNames = (graph: Graph, report: Report): void => {
  for (const node of graph.nodes) {
    const first = graph.byName.get(node.name);
    if (first !== undefined && first !== node) {
      report(
        `${node.pointer}/name`,
        `${shown(node.name)} is the name of ${first.pointer} already; node names are unique`,
      );
    }
  }
};

const checkCounts = (graph: Graph, report: Report): void => {
  for (const single of ['RtspSource', 'FileSink']) {
    const found = graph.nodes.filter((node) => typeName(node) === single);
    for (const extra of found.slice(1)) {
      report(
        extra.pointer,
        `${called(extra)} is one ${single} too many; a topology has at most one, here '${found[0]!.name}'`,
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
    // Going backwards from any node that is left must come round, because each of them waits for another.
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

/** What a node gives to those behind it: a gate passes on what it takes from the camera. */
const provided = (graph: Graph, node: GraphNode): readonly Stream[] => {
  if (node.type === undefined || typeName(node) !== 'SignalGateProcessor') return node.type?.provides ?? [];
  const streams = new Set<Stream>();
  for (const input of node.inputs) {
    const upstream = graph.byName.get(input.nodeName);
    if (upstream === undefined || typeName(upstream) !== 'RtspSource') continue;
    for (const stream of selected(upstream.type?.provides ?? [], input)) streams.add(stream);
  }
  return node.type.provides.filter((stream) => streams.has(stream));
};

const selected = (streams: readonly Stream[], input: GraphInput): Stream[] =>
  streams.filter((stream) =>
    input.selectors.every((selector) => {
      if (selector.operator === 'is') return MEDIA_TYPE_OF[stream] === selector.value;
      return selector.operator !== 'isNot' || MEDIA_TYPE_OF[stream] !== selector.value;
    }),
  );

/** The streams that pass along an input; undefined if the two nodes cannot be connected at all or are not known. */
const passing = (graph: Graph, node: GraphNode, input: GraphInput): Stream[] | undefined => {
  const upstream = graph.byName.get(input.nodeName);
  if (upstream?.type === undefined) return undefined;
  const taken = node.type?.takes[typeName(upstream)];
  return taken && selected(provided(graph, upstream), input).filter((stream) => taken.includes(stream));
};

const checkEdges = (graph: Graph, report: Report): void => {
  for (const node of graph.nodes) {
    if (node.type === undefined || node.type.family === 'source') continue;
    for (const input of node.inputs) {
      const upstream = graph.byName.get(input.nodeName);
      if (upstream?.type === undefined) continue;
      const streams = passing(graph, node, input);
      if (streams === undefined) {
        const allowed = Object.keys(node.type.takes).join(', ');
        report(
          input.pointer,
          `${called(node)} cannot be directly behind ${called(upstream)}; a ${typeName(node)} takes input from ${allowed}`,
        );
      } else if (streams.length === 0) {
        report(input.pointer, `There are no matching media types between nodes '${upstream.name}' and '${node.name}'`);
      }
    }
  }
};

const upstreamTypes = (graph: Graph, node: GraphNode): string[] =>
  node.inputs.flatMap((input) => {
    const upstream = graph.byName.get(input.nodeName);
    // An input whose node is missing or unknown has been reported; it may have been the one that is asked for.
    return [upstream?.type === undefined ? 'unknown' : typeName(upstream)];
  });

const checkGate = (graph: Graph, gate: GraphNode, report: Report): void => {
  const types = upstreamTypes(graph, gate);
  const place = `${gate.pointer}/inputs`;
  if (!types.includes('unknown')) {
    if (!types.includes('RtspSource')) report(place, `${called(gate)} needs the RtspSource as an input, for its media`);
    if (types.every((type) => type === 'RtspSource' || type === 'SignalGateProcessor')) {
      report(place, `${called(gate)} needs an input that brings events, such as a MotionDetectionProcessor`);
    }
  }
  if (!graph.nodes.some((node) => node.inputs.some((input) => input.nodeName === gate.name))) {
    report(gate.pointer, `${called(gate)} must be followed by a FileSink or VideoSink`);
  }
};

const checkVideoSink = (graph: Graph, sink: GraphNode, report: Report): void => {
  const types = upstreamTypes(graph, sink);
  if (types.some((type) => ['RtspSource', 'SignalGateProcessor', 'unknown'].includes(type))) return;
  report(
    `${sink.pointer}/inputs`,
    `${called(sink)} needs the RtspSource or a SignalGateProcessor as an input, for its media`,
  );
};

const checkTracker = (graph: Graph, tracker: GraphNode, report: Report): void => {
  const seen = new Set<string>();
  const pending = tracker.inputs.map((input) => input.nodeName);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = seen.has(name) ? undefined : graph.byName.get(name);
    seen.add(name);
    if (node === undefined) continue;
    // Directly behind it is an edge that is not allowed, which has been reported.
    const direct = tracker.inputs.some((input) => input.nodeName === name);
    if (typeName(node) === 'CognitiveServicesVisionProcessor' && !direct) {
      report(tracker.pointer, `${called(tracker)} cannot be behind ${called(node)}`);
    }
    pending.push(...node.inputs.map((input) => input.nodeName));
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
  // A node of an unknown type, or with an input that leads nowhere, has been reported; it may belong to any part.
  const broken = graph.nodes.some(
    (node) => node.type === undefined || node.inputs.some((input) => !graph.byName.has(input.nodeName)),
  );
  const main = part.get(graph.nodes[0]!);
  if (broken || main === undefined) return;
  const reported = new Set<number>();
  for (const [node, id] of part) {
    if (id === main || reported.has(id)) continue;
    reported.add(id);
    report(node.pointer, `the graph falls apart: ${called(node)} is not connected with '${graph.nodes[0]!.name}'`);
  }
};
