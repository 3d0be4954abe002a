import type { CameraSession } from '../camera/session.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import type { EventPublisher } from '../events/types.js';
import type { GateSignal } from '../gate/types.js';
import type { PipelineMetrics } from '../metrics/metrics.js';

/** What every running node of a live pipeline can reach. */
export interface NodeContext {
  pipeline: string;
  topology: string;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
  session: CameraSession;
  metrics: PipelineMetrics;
  /** For motion processors that name none. */
  defaultDecodePolicy: string;
}

/** Where a node's signals go: the gates that it feeds. */
export type SignalTarget = (signal: GateSignal) => void;

/** A node that runs. Started in the order of the graph, stopped in the same order: sources fall silent first. */
export interface RunningNode {
  readonly name: string;
  start(): void;
  /** Resolves when everything that the node began is finished. */
  stop(): Promise<void>;
}

/** Publishes one event through every hub output that a node feeds, or once without; gives the first one's id. */
export function publishThrough(
  context: NodeContext,
  outputs: readonly string[],
  draft: {
    eventType: string;
    subject: string;
    eventTime: UtcMicros;
    data: Record<string, unknown>;
    correlationId?: string;
  },
): string {
  const [first, ...others] = outputs;
  const base = { ...draft, pipeline: context.pipeline };
  const id = context.events.publish(first === undefined ? base : { ...base, output: first });
  for (const output of others) context.events.publish({ ...base, output });
  return id;
}
