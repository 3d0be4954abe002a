import type { Topology } from '../topology/schema/documents.js';
import type { Listed } from './paging.js';
import { type Names, readBack, secretsOf } from './pipeline-resource.js';
import type { PipelineResource, PipelineState } from './resources.js';
import type { StoredPipeline } from './stores.js';

/**
 * Live pipelines as items of lists. Each keeps its JSON until something in it changes, because long lists are requested
 * far more often than a pipeline changes.
 */
export class PipelineList {
  /** By the stored pipeline, which is replaced when it changes. */
  readonly #items = new WeakMap<StoredPipeline, ListedPipeline>();

  item(stored: StoredPipeline, topology: Topology | undefined, state: PipelineState): Listed<PipelineResource> {
    const known = this.#items.get(stored);
    if (known?.holds(topology, state)) return known;
    const item = new ListedPipeline(stored, topology, state);
    this.#items.set(stored, item);
    return item;
  }
}

class ListedPipeline implements Listed<PipelineResource> {
  readonly #stored: StoredPipeline;
  readonly #state: PipelineState;
  #topology: Topology | undefined;
  #json: Buffer | undefined;

  constructor(stored: StoredPipeline, topology: Topology | undefined, state: PipelineState) {
    this.#stored = stored;
    this.#topology = topology;
    this.#state = state;
  }

  get name(): string {
    return this.#stored.name;
  }

  get json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(this.read()));
    return this.#json;
  }

  read(): PipelineResource {
    return readBack(this.#stored, this.#topology, this.#state);
  }

  /** Whether it would read the same now. All that shows of the topology is which parameters are secret. */
  holds(topology: Topology | undefined, state: PipelineState): boolean {
    if (state !== this.#state) return false;
    if (topology === this.#topology) return true;
    if (!sameNames(secretsOf(topology), secretsOf(this.#topology))) return false;
    this.#topology = topology;
    return true;
  }
}

const sameNames = (some: Names, others: Names): boolean => {
  if (some.size !== others.size) return false;
  for (const name of some) if (!others.has(name)) return false;
  return true;
};
