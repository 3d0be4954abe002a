import { called, inFront } from '../../topology/graph.js';
import type { Graph, GraphNode } from '../../topology/node-definition.js';
import type { Report } from '../../topology/problem.js';

/** A video cannot be made of events alone. */
export const checkMedia = (sink: GraphNode, graph: Graph, report: Report): void => {
  const { nodes, complete } = inFront(sink, graph);
  if (!complete) return;
  if (nodes.some(({ definition }) => definition?.provides.some(({ stream }) => stream === 'media'))) return;
  report(
    `${sink.pointer}/inputs`,
    `${called(sink)} needs the RtspSource or a SignalGateProcessor as an input, for its media`,
  );
};
