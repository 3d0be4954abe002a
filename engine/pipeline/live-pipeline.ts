/**
 * A live pipeline that runs: the running parts of its nodes, wired as the topology says. It knows no node type by name.
 */
import type { CameraSession } from '../camera/session.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type Scene, together } from '../core/scene.js';
import { subjectOf } from '../events/catalogue.js';
import type { EventPublisher } from '../events/types.js';
import type { EngineMetrics } from '../metrics/metrics.js';
import type { NodeContext, NodeServices } from '../nodes/node-context.js';
import type { RunningNode } from '../nodes/node-type.js';
import type { ResolvedNode, ResolvedPipeline } from '../topology/resolved.js';
import { Wiring } from './wiring.js';

export interface LivePipelineDeps {
  services: NodeServices;
  metrics: EngineMetrics;
  journal: EventPublisher;
  clock: Clock;
  log: Logger;
}

const GROUPS = { source: 'sources', processor: 'processors', sink: 'sinks' } as const;

export class LivePipeline {
  readonly name: string;
  readonly topologyName: string;
  readonly #pipeline: ResolvedPipeline;
  readonly #deps: LivePipelineDeps;
  readonly #log: Logger;
  /** From the sources to the sinks. */
  #nodes: readonly RunningNode[] = [];

  constructor(pipeline: ResolvedPipeline, deps: LivePipelineDeps) {
    this.name = pipeline.name;
    this.topologyName = pipeline.topologyName;
    this.#pipeline = pipeline;
    this.#deps = deps;
    this.#log = deps.log.child({ pipeline: pipeline.name });
  }

  /** The camera that it reads; undefined while it does not run, or if it has no camera. */
  get session(): CameraSession | undefined {
    for (const { session } of this.#nodes) if (session) return session;
    return undefined;
  }

  /** What its nodes know of the camera's scene now. */
  get scene(): Scene {
    return together(this.#nodes.flatMap(({ scene }) => scene ?? []));
  }

  /**
   * Starts every node, sinks first.
   * @throws the error of a node, after everything that had begun is stopped.
   */
  async start(): Promise<void> {
    try {
      this.#nodes = new Wiring(this.#pipeline, (node) => this.#contextOf(node)).nodes;
      for (const node of [...this.#nodes].reverse()) await node.start();
    } catch (error) {
      await this.stop().catch((failure: unknown) => {
        this.#log.error(`after a failed start, a node could not be stopped: ${messageOf(failure)}`);
      });
      throw error;
    }
  }

  /**
   * Stops sources, then processors, then sinks, so that gates close and files are finished. Then releases the camera.
   * If a node fails, the others are stopped all the same.
   * @throws the first failure. The others are logged.
   */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<void> | undefined): Promise<void> => {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    };
    for (const node of this.#nodes) await attempt(() => node.stop());
    for (const node of this.#nodes) await attempt(() => node.release?.());
    this.#nodes = [];
    this.#deps.metrics.removePipeline(this.name);
    const [first, ...others] = failures;
    for (const failure of others) this.#log.error(`a node could not be stopped, either: ${messageOf(failure)}`);
    if (failures.length > 0) throw first;
  }

  #contextOf({ name, definition }: ResolvedNode): NodeContext {
    const { services, metrics, journal, clock } = this.#deps;
    const pipelineMetrics = metrics.pipeline(this.name, this.topologyName);
    const subject = subjectOf(this.name, GROUPS[definition.family], name);
    return {
      node: name,
      pipeline: this.name,
      topology: this.topologyName,
      subject,
      clock,
      log: this.#log,
      journal,
      metrics: pipelineMetrics.node(name),
      pipelineMetrics,
      services,
      publish: ({ eventTime, ...draft }) =>
        journal.publish({ ...draft, subject, eventTime: eventTime ?? clock.utc(), pipeline: this.name }),
    };
  }
}
