import { SluiceError } from '../core/errors.js';
import type { PipelineRunner, ResolvedPipeline } from '../topology/types.js';
import { LivePipeline, type LivePipelineDeps } from './live-pipeline.js';

/** Runs live pipelines by name. The control plane decides which; this one only makes it so. */
export class LivePipelineRunner implements PipelineRunner {
  #deps: LivePipelineDeps;
  readonly #running = new Map<string, LivePipeline>();

  constructor(deps: LivePipelineDeps) {
    this.#deps = deps;
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
    live.start();
  }

  async deactivate(name: string): Promise<void> {
    const live = this.#running.get(name);
    if (!live) return;
    await live.stop();
    this.#running.delete(name);
  }

  /** Settings that pipelines take when they are activated. */
  reconfigure(settings: Pick<LivePipelineDeps, 'defaultDecodePolicy' | 'allowUnsecuredEndpoints'>): void {
    this.#deps = { ...this.#deps, ...settings };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.deactivate(name)));
  }

  #refuseUnsecured(pipeline: ResolvedPipeline): void {
    if (this.#deps.allowUnsecuredEndpoints) return;
    for (const node of pipeline.nodes) {
      if ('endpoint' in node && !node.endpoint.secured) {
        throw new SluiceError('UnsecuredEndpointNotAllowed', `node '${node.name}' uses an UnsecuredEndpoint`, {
          kind: 'invalid',
          where: { pipeline: pipeline.name, node: node.name },
          hint: 'Use a TlsEndpoint, or set allowUnsecuredEndpoints to true.',
        });
      }
    }
  }
}
