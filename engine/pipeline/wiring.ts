import type { TrackKind } from '../../bridge/types.js';
import type { Micros } from '../core/time.js';
import type { EventIntake, MediaPort, NodeLinks } from '../nodes/links.js';
import type { NodeContext } from '../nodes/node-context.js';
import { type RunningNode, runningPartOf } from '../nodes/node-type.js';
import type { ResolvedNode, ResolvedPipeline } from '../topology/resolved.js';
import { carried, type Provided } from '../topology/streams.js';
import { Outlet } from './event-outlet.js';
import { NodeGuard } from './node-guard.js';

/** What connects two nodes, with the streams that flow there: one edge, however many inputs name the node in front. */
interface Edge {
  from: ResolvedNode;
  to: ResolvedNode;
  streams: readonly Provided[];
}

/**
 * Builds the running parts of a pipeline's nodes and links them as the topology says. It knows no type: what flows along
 * an edge follows from what the node in front provides, the selectors of the input, and what the node behind takes.
 */
export class Wiring {
  readonly #nodes = new Map<string, RunningNode>();
  readonly #guards = new Map<string, NodeGuard>();
  readonly #edges: readonly Edge[];
  readonly #delays = new Map<ResolvedNode, Micros>();

  constructor({ nodes }: ResolvedPipeline, contextOf: (node: ResolvedNode) => NodeContext) {
    const byName = new Map(nodes.map((node) => [node.name, node]));
    this.#edges = nodes.flatMap((to) => edgesTo(to, byName));
    for (const node of nodes) {
      const Running = runningPartOf(node.definition);
      const guard = new NodeGuard(contextOf(node));
      this.#guards.set(node.name, guard);
      const { context } = guard;
      this.#nodes.set(node.name, new Running(node.settings, context, this.#linksOf(node, context, guard)));
    }
  }

  /** From the sources to the sinks. */
  get nodes(): RunningNode[] {
    return [...this.#nodes.values()];
  }

  #linksOf(node: ResolvedNode, context: NodeContext, guard: NodeGuard): NodeLinks {
    const inFront = this.#edges.filter(({ to }) => to === node);
    const behind = this.#edges.filter(({ from, streams }) => from === node && has(streams, 'events'));
    const running = ({ name }: ResolvedNode): RunningNode => this.#nodes.get(name)!;
    const intakeOf = (to: ResolvedNode): EventIntake[] => {
      const { events } = running(to);
      return events ? [this.#guards.get(to.name)!.intake(events)] : [];
    };
    return {
      get media() {
        const ports = inFront.flatMap(({ from, streams }) => narrowed(running(from).media, streams) ?? []);
        return ports.map((port) => guard.media(port));
      },
      get pictures() {
        const bringing = inFront.filter(({ streams }) => has(streams, 'pictures'));
        return bringing.flatMap(({ from }) => running(from).pictures ?? []).map((port) => guard.pictures(port));
      },
      events: new Outlet(context, () => behind.flatMap(({ to }) => intakeOf(to))),
      eventDelay: this.#delayBefore(node),
      eventLag: () => this.#lagBefore(node),
    };
  }

  /** The most that any of the nodes before a node is behind. */
  #lagBefore(node: ResolvedNode): Micros {
    let most: Micros = 0;
    for (const { from, to } of this.#edges) {
      if (to === node) most = Math.max(most, this.#nodes.get(from.name)?.eventLag?.() ?? 0, this.#lagBefore(from));
    }
    return most;
  }

  /** How long the nodes before a node delay its events deliberately, in µs. Those have been asked before. */
  #delayBefore(node: ResolvedNode): Micros {
    let longest: Micros = 0;
    for (const { from, to } of this.#edges) {
      if (to !== node) continue;
      const own = from.definition.eventDelay?.(from.settings) ?? 0;
      longest = Math.max(longest, (this.#delays.get(from) ?? 0) + own);
    }
    this.#delays.set(node, longest);
    return longest;
  }
}

const has = (streams: readonly Provided[], stream: Provided['stream']): boolean =>
  streams.some((one) => one.stream === stream);

const edgesTo = (to: ResolvedNode, byName: ReadonlyMap<string, ResolvedNode>): Edge[] => {
  const edges = new Map<ResolvedNode, Edge>();
  for (const { nodeName, outputSelectors } of to.inputs) {
    const from = byName.get(nodeName);
    if (!from) continue;
    const streams = carried(from.definition.provides, outputSelectors, to.definition.takes);
    edges.set(from, { from, to, streams: [...(edges.get(from)?.streams ?? []), ...streams] });
  }
  return [...edges.values()];
};

/** A port, limited to the tracks that flow along an edge; undefined if there are none. */
const narrowed = (port: MediaPort | undefined, streams: readonly Provided[]): MediaPort | undefined => {
  const tracks = new Set(streams.flatMap((one) => (one.stream === 'media' ? one.tracks : [])));
  if (!port || tracks.size === 0) return undefined;
  return {
    ...(port.gated ? { gated: true } : {}),
    get tracks() {
      return new Set([...port.tracks].filter((track: TrackKind) => tracks.has(track)));
    },
    get session() {
      return port.session;
    },
    attach: (reader) => port.attach(reader),
  };
};
