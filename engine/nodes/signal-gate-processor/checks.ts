import { parseDuration } from '../../core/duration.js';
import { shown } from '../../core/shown.js';
import { called, inFront } from '../../topology/graph.js';
import type { DocumentCheck, Graph, GraphNode } from '../../topology/node-definition.js';
import type { Report } from '../../topology/problem.js';
import type { SignalGateDocument } from './schema.js';

/** The maximum activation time must not be less than the minimum. */
export const checkTimes = (gate: Partial<SignalGateDocument>, { fill, places, report }: DocumentCheck): void => {
  const filled = (text: string | undefined): string | undefined => (text === undefined ? undefined : fill(text));
  const [minimum, maximum] = [filled(gate.minimumActivationTime), filled(gate.maximumActivationTime)];
  const [least, most] = [minimum, maximum].map((text) => (text === undefined ? undefined : parseDuration(text)));
  if (least === undefined || most === undefined || least <= most) return;
  report(
    places.of(gate, 'maximumActivationTime'),
    `${shown(maximum)} must not be less than the minimumActivationTime, ${shown(minimum)}`,
  );
};

/** A gate lets media through when events arrive, so it needs both, and a node behind it. */
export const checkNeighbours = (gate: GraphNode, graph: Graph, report: Report): void => {
  const { nodes, complete } = inFront(gate, graph);
  const place = `${gate.pointer}/inputs`;
  const provides = (stream: string): boolean =>
    nodes.some(({ definition }) => definition?.provides.some((one) => one.stream === stream));
  const fromCamera = nodes.some(({ definition }) =>
    definition?.provides.some((one) => one.stream === 'media' && one.origin === 'camera'),
  );
  if (complete && !fromCamera) report(place, `${called(gate)} needs the RtspSource as an input, for its media`);
  if (complete && !provides('events')) {
    report(place, `${called(gate)} needs an input that brings events, such as a MotionDetectionProcessor`);
  }
  if (!graph.nodes.some((node) => node.inputs.some((input) => input.nodeName === gate.name))) {
    report(gate.pointer, `${called(gate)} must be followed by a FileSink or VideoSink`);
  }
};
