import type { Bridge } from '../../bridge/types.js';
import type { MotionPool, TrackerPool } from '../../wasm/types.js';
import type { Archive } from '../archive/archive.js';
import type { CameraRegistry } from '../camera/registry.js';
import type { Clock } from '../core/clock.js';
import type { DecodePolicy } from '../core/decode-policy.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import type { WhenInsensitive } from '../core/when-insensitive.js';
import type { EventData } from '../events/definitions/index.js';
import type { EventPublisher } from '../events/types.js';
import type { EngineMetrics, NodeMetrics, PipelineMetrics } from '../metrics/metrics.js';
import type { MotionHistory } from '../motion-history/motion-history.js';
import type { Muxer } from '../mux/types.js';
import type { ClipShelf } from '../recording/clip-shelf.js';
import type { MessageInputs } from './message-inputs.js';

/** The parts of the engine that nodes use. */
export interface NodeServices {
  cameras: Pick<CameraRegistry, 'lease'>;
  bridge: Pick<Bridge, 'still'>;
  muxes: Muxer;
  motion: Pick<MotionPool, 'attach'>;
  tracker: TrackerPool;
  shelf: ClipShelf;
  archive: Pick<Archive, 'media' | 'shelf' | 'book' | 'write' | 'previews' | 'previewEvery'>;
  history: Pick<MotionHistory, 'add'>;
  inputs: MessageInputs;
  timings: Pick<EngineMetrics, 'detectSeconds' | 'inferenceSeconds' | 'trackSeconds'>;
  /** For nodes whose settings have no policy. */
  decodePolicy: DecodePolicy;
  /** Likewise. */
  whenInsensitive: WhenInsensitive;
}

/** An event of a node, without the fields that are the same for all of its events. */
export interface NodeEventDraft<Type extends string = string> {
  eventType: Type;
  data: EventData<Type>;
  /** Default: now. */
  eventTime?: UtcMicros;
  correlationId?: string;
  /** The hub output through which it is sent. */
  output?: string;
}

/** What a running node can reach besides its neighbours. */
export interface NodeContext {
  /** The node's name in the topology. */
  readonly node: string;
  readonly pipeline: string;
  readonly topology: string;
  /** The subject of the node's events. */
  readonly subject: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: EventPublisher;
  readonly metrics: NodeMetrics;
  readonly pipelineMetrics: PipelineMetrics;
  readonly services: NodeServices;
  /** Publishes an event of the node and returns its id. */
  publish<Type extends string>(draft: NodeEventDraft<Type>): string;
}
