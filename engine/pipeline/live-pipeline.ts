/**
 * A live pipeline that runs: its nodes, wired as the topology says.
 *
 *   RtspSource ─ session ─┬─ MotionDetectionProcessor ─ signals ─► SignalGateProcessor ─ open/close ─► FileSink
 *   IotHubMessageSource ──┴──────────────── signals ──────────────►
 */
import type { CameraRegistry, SessionLease } from '../camera/registry.js';
import type { Clock } from '../core/clock.js';
import { SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type Micros, seconds } from '../core/time.js';
import { SluiceEvent, subjectOf } from '../events/catalogue.js';
import type { EventPublisher } from '../events/types.js';
import type { EngineMetrics } from '../metrics/metrics.js';
import { FileSink, type FileSinkDeps } from '../nodes/file-sink/node.js';
import { IotHubMessageSource } from '../nodes/iot-hub-message-source/node.js';
import type { MessageInputs } from '../nodes/message-inputs.js';
import { MotionDetectionProcessor } from '../nodes/motion-detection-processor/node.js';
import type { NodeContext, RunningNode, SignalTarget } from '../nodes/node-context.js';
import { OnvifEventSourceRunner } from '../nodes/onvif-event-source/node.js';
import { RtspSource } from '../nodes/rtsp-source/node.js';
import { SignalGateProcessor } from '../nodes/signal-gate-processor/node.js';
import type { ResolvedPipeline } from '../topology/types.js';
import { PipelineGraph } from './graph.js';

/** From a picture to its verdict, with room for a busy machine. */
const DETECTION_DELAY = seconds(1.5);

export interface LivePipelineDeps extends FileSinkDeps {
  cameras: CameraRegistry;
  inputs: MessageInputs;
  metrics: EngineMetrics;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
  defaultDecodePolicy: string;
  /** AVA's AllowUnsecuredEndpoints. */
  allowUnsecuredEndpoints: boolean;
}

export class LivePipeline {
  readonly name: string;
  readonly topologyName: string;
  readonly #lease: SessionLease;
  readonly #metrics: EngineMetrics;
  /** Downstream first, so that nobody signals to a node that has not started. */
  readonly #nodes: RunningNode[] = [];

  /** @throws SluiceError if a node cannot be built. Nothing runs then. */
  constructor(pipeline: ResolvedPipeline, deps: LivePipelineDeps) {
    this.name = pipeline.name;
    this.topologyName = pipeline.topologyName;
    this.#metrics = deps.metrics;
    const graph = new PipelineGraph(pipeline);
    const [source] = graph.all('rtspSource');
    const unsupported = graph.all('unsupported').map((node) => `${node.name} (${node.type})`);
    if (unsupported.length > 0 || !source) {
      throw new SluiceError(
        'NodeNotSupported',
        source ? `these nodes cannot run yet: ${unsupported.join(', ')}` : 'the pipeline has no RtspSource',
        { kind: 'unsupported', where: { pipeline: pipeline.name } },
      );
    }
    this.#lease = deps.cameras.lease(source);
    const context: NodeContext = {
      pipeline: pipeline.name,
      topology: pipeline.topologyName,
      events: deps.events,
      clock: deps.clock,
      log: deps.log.child({ pipeline: pipeline.name }),
      session: this.#lease.session,
      metrics: deps.metrics.pipeline(pipeline.name, pipeline.topologyName),
      defaultDecodePolicy: deps.defaultDecodePolicy,
    };
    try {
      this.#build(graph, context, deps);
    } catch (error) {
      deps.metrics.removePipeline(this.name);
      void this.#lease.release();
      throw error;
    }
  }

  get session() {
    return this.#lease.session;
  }

  start(): void {
    for (const node of this.#nodes) node.start();
  }

  /** Sources and processors fall silent, gates close, files are finished; then the camera is let go. */
  async stop(): Promise<void> {
    for (const node of [...this.#nodes].reverse()) await node.stop();
    this.#metrics.removePipeline(this.name);
    await this.#lease.release();
  }

  #build(graph: PipelineGraph, context: NodeContext, deps: LivePipelineDeps): void {
    const gates = new Map<string, SignalGateProcessor>();
    for (const gate of graph.all('signalGate')) {
      const sinks = graph.downstream(gate.name, 'fileSink').map((node) => new FileSink(node, context, deps));
      const ignored = (why: string, signalId: string) =>
        context.events.publish({
          eventType: SluiceEvent.SignalIgnored,
          subject: subjectOf(context.pipeline, 'processors', gate.name),
          eventTime: deps.clock.utc(),
          correlationId: signalId,
          pipeline: context.pipeline,
          data: { reason: why },
        });
      const running = new SignalGateProcessor(gate, eventDelay(graph), context.session, deps.clock, sinks, {
        lateSignal: (signal) => ignored('late', signal.id),
        skipped: (action) => ignored(action.reason, action.signalId),
      });
      gates.set(gate.name, running);
      this.#nodes.push(...sinks, running);
    }
    const targetsOf = (name: string): SignalTarget[] =>
      graph.downstream(name, 'signalGate').map((node) => (signal) => gates.get(node.name)?.signal(signal));
    const outputsOf = (name: string) => graph.downstream(name, 'iotHubMessageSink').map((node) => node.hubOutputName);

    for (const node of graph.all('motionDetection')) {
      this.#nodes.push(new MotionDetectionProcessor(node, context, targetsOf(node.name), outputsOf(node.name)));
    }
    for (const node of graph.all('iotHubMessageSource')) {
      this.#nodes.push(new IotHubMessageSource(node, context, deps.inputs, targetsOf(node.name)));
    }
    for (const node of graph.all('onvifEventSource')) {
      this.#nodes.push(new OnvifEventSourceRunner(node, context, targetsOf(node.name), outputsOf(node.name)));
    }
    for (const node of graph.all('rtspSource')) this.#nodes.push(new RtspSource(node, context));
  }
}

/** Decoding and detection, and the time for which a motion processor holds an event back to gather more. */
const eventDelay = (graph: PipelineGraph): Micros =>
  DETECTION_DELAY + Math.max(0, ...graph.all('motionDetection').map((node) => node.eventAggregationWindow));
