import type { AnyNodeType } from '../../engine/nodes/node-type.js';
import { NODE_TYPES, nodeTable } from '../../engine/nodes/table.js';
import { LivePipeline, type LivePipelineDeps } from '../../engine/pipeline/live-pipeline.js';
import { LivePipelineRunner } from '../../engine/pipeline/runner.js';
import { NodeTable } from '../../engine/topology/node-table.js';
import { resolvePipeline } from '../../engine/topology/resolve.js';
import type { ResolvedPipeline } from '../../engine/topology/resolved.js';
import { validateTopology } from '../../engine/topology/validate.js';
import type { Verdict } from '../../wasm/types.js';
import { latest } from './fake-bridge.js';
import { settle } from './fake-clock.js';
import type { FakeMotionCamera } from './fake-motion-pool.js';
import { NodeRig, type NodeRigOptions } from './node-rig.js';
import type { Json } from './topologies.js';
import type { H264Options } from './units.js';

export interface PipelineRigOptions extends NodeRigOptions {
  /** Types besides the engine's own. */
  nodeTypes?: readonly AnyNodeType[];
}

export interface PipelineOptions {
  /** Default: p1. */
  name?: string;
  /** Besides `rtspUrl`, which is `rtsp://camera/1` unless it is given. */
  parameters?: Readonly<Record<string, string>>;
}

/** Runs whole live pipelines on the parts of a `NodeRig`. */
export class PipelineRig extends NodeRig {
  readonly table: NodeTable;
  readonly deps: LivePipelineDeps;
  readonly runner: LivePipelineRunner;
  /** Timers that do not belong to pipelines. */
  readonly #timers = this.clock.pendingTimers;

  constructor({ nodeTypes, ...options }: PipelineRigOptions = {}) {
    super(options);
    this.table = nodeTypes ? new NodeTable([...NODE_TYPES, ...nodeTypes]) : nodeTable;
    const { services, metrics, journal, clock, log } = this;
    this.deps = { services, metrics, journal, clock, log };
    this.runner = new LivePipelineRunner(this.deps, { allowUnsecuredEndpoints: true });
  }

  /** @throws Error that names every problem of the document. */
  resolved(document: Json, { name = 'p1', parameters = {} }: PipelineOptions = {}): ResolvedPipeline {
    const { topology, problems } = validateTopology(this.table, document);
    if (!topology) throw new Error(JSON.stringify(problems));
    const values = { rtspUrl: 'rtsp://camera/1', ...parameters };
    const declared = new Set((topology.properties.parameters ?? []).map((parameter) => parameter.name));
    const given = Object.entries(values).flatMap(([key, value]) => (declared.has(key) ? { name: key, value } : []));
    const resolution = resolvePipeline(this.table, topology, { name, parameters: given });
    if (!resolution.pipeline) throw new Error(JSON.stringify(resolution.problems));
    return resolution.pipeline;
  }

  pipeline(document: Json, options?: PipelineOptions): LivePipeline {
    return new LivePipeline(this.resolved(document, options), this.deps);
  }

  activate(document: Json, options?: PipelineOptions): Promise<void> {
    return this.runner.activate(this.resolved(document, options));
  }

  /** As `activate`, and resolves when the pipeline's camera is connected. */
  async running(document: Json, options?: PipelineOptions): Promise<void> {
    await this.activate(document, options);
    await this.connected();
  }

  get detector(): FakeMotionCamera {
    return latest(this.motion.cameras);
  }

  /** The decoder gives a picture of the newest unit, and the detector finds this in it. */
  judge(verdict: Partial<Verdict> = {}): void {
    this.decoder.picture();
    this.detector.verdict(latest(this.decoder.fed).pts ?? 0, verdict);
  }

  /** The camera sends so many units, and the detector finds nothing in their pictures. */
  async quiet(count: number, options?: H264Options): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      await this.stream(1, options);
      this.judge();
    }
  }

  /** What of a pipeline that is over is still there. Empty if all is well. */
  async leftovers(name = 'p1'): Promise<Record<string, unknown>> {
    await settle();
    const left = {
      pipelines: this.runner.pipelines.length,
      sessions: this.cameras.sessions.length,
      ingests: this.bridge.ingests.filter(({ over }) => !over).length,
      decoders: this.bridge.decodes.filter(({ over }) => !over).length,
      muxes: this.bridge.muxes.filter(({ finished }) => !finished).length,
      detectors: this.motion.cameras.filter(({ closed }) => !closed).length,
      timers: this.clock.pendingTimers - this.#timers,
      series: (await this.seriesOf(name)).length,
    };
    return Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
  }
}
