import { SluiceError } from '../core/errors.js';
import type { ResolvedPipeline } from '../topology/resolved.js';
import { LivePipeline, type LivePipelineDeps } from './live-pipeline.js';

/** What the control plane needs of the runtime. */
export interface PipelineRunner {
  /** Rejects with a SluiceError if the pipeline cannot be started. Resolves when it is running; media may come later. */
  activate(pipeline: ResolvedPipeline): Promise<void>;
  /** Resolves when every clip is finished and flushed. */
  deactivate(name: string): Promise<void>;
}

/** Settings that apply to pipelines when they are activated. */
export interface RunnerSettings {
  decodePolicy: LivePipelineDeps['services']['decodePolicy'];
  detector: { whenInsensitive: LivePipelineDeps['services']['whenInsensitive'] };
  /** AVA's AllowUnsecuredEndpoints. */
  allowUnsecuredEndpoints: boolean;
}

/** Runs live pipelines by name. The control plane decides which ones run. */
export class LivePipelineRunner implements PipelineRunner {
  #deps: LivePipelineDeps;
  #allowUnsecuredEndpoints: boolean;
  readonly #running = new Map<string, LivePipeline>();

  constructor(deps: LivePipelineDeps, { allowUnsecuredEndpoints }: Pick<RunnerSettings, 'allowUnsecuredEndpoints'>) {
    this.#deps = deps;
    this.#allowUnsecuredEndpoints = allowUnsecuredEndpoints;
  }

  get pipelines(): LivePipeline[] {
    return [...this.#running.values()];
  }

  async activate(pipeline: ResolvedPipeline): Promise<void> {
    if (this.#running.has(pipeline.name)) {
      throw new SluiceError('PipelineAlreadyActive', `live pipeline '${pipeline.name}' is already running`, {
        kind: 'conflict',
        where: { pipeline: pipeline.name },
      });
    }
    this.#refuseUnsecured(pipeline);
    const live = new LivePipeline(pipeline, this.#deps);
    this.#running.set(pipeline.name, live);
    try {
      await live.start();
    } catch (error) {
      this.#running.delete(pipeline.name);
      throw error;
    }
  }

  async deactivate(name: string): Promise<void> {
    const live = this.#running.get(name);
    if (!live) return;
    try {
      await live.stop();
    } finally {
      this.#running.delete(name);
    }
  }

  reconfigure({ decodePolicy, detector, allowUnsecuredEndpoints }: RunnerSettings): void {
    const { whenInsensitive } = detector;
    this.#deps = { ...this.#deps, services: { ...this.#deps.services, decodePolicy, whenInsensitive } };
    this.#allowUnsecuredEndpoints = allowUnsecuredEndpoints;
  }

  async close(): Promise<void> {
    const stopping = await Promise.allSettled([...this.#running.keys()].map((name) => this.deactivate(name)));
    for (const outcome of stopping) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #refuseUnsecured(pipeline: ResolvedPipeline): void {
    if (this.#allowUnsecuredEndpoints) return;
    for (const { name, definition, settings } of pipeline.nodes) {
      if (definition.endpoint?.(settings).secured !== false) continue;
      throw new SluiceError('UnsecuredEndpointNotAllowed', `node '${name}' uses an UnsecuredEndpoint`, {
        kind: 'invalid',
        where: { pipeline: pipeline.name, node: name },
        hint: 'Use a TlsEndpoint, or set allowUnsecuredEndpoints to true.',
      });
    }
  }
}
