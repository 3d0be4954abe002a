import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { KeepAlive } from '../core/keep-alive.js';
import { type Logger, silentLogger } from '../core/log.js';
import { AvaEvent } from '../events/catalogue.js';
import type { EventPublisher } from '../events/types.js';
import type { PipelineRunner } from '../pipeline/runner.js';
import type { NodeTable } from '../topology/node-table.js';
import { resolvePipeline } from '../topology/resolve.js';
import type { ResolvedPipeline } from '../topology/resolved.js';
import type { Topology } from '../topology/schema/documents.js';
import { ControlError, invalid, notFound } from './errors.js';
import type { Listed } from './paging.js';
import { PipelineList } from './pipeline-list.js';
import { parseLivePipeline } from './pipeline-request.js';
import { essence, keepSecrets, readBack, toStored } from './pipeline-resource.js';
import { PipelineStates } from './pipeline-states.js';
import { type PipelineUses, usesOf } from './pipeline-uses.js';
import type { PipelineResource, PipelineState } from './resources.js';
import type { PipelineStore, StoredPipeline } from './stores.js';
import { systemDataNow } from './system-data.js';

interface PipelineServiceOptions {
  nodeTable: NodeTable;
  pipelines: PipelineStore;
  /** Secrets included. */
  topologyOf: (name: string) => Topology | undefined;
  runner: PipelineRunner;
  events: EventPublisher;
  clock: Clock;
  log?: Logger;
  keepAlive?: KeepAlive;
  maxPipelines?: number;
}

/** AVA's limit. */
const MAX_PIPELINES = 1000;
/** How many pipelines start at once after a restart. */
const RESUME_AT_ONCE = 8;

/** Live pipelines: set, get, list, delete, activate, deactivate, with AVA's rules. Every method throws SluiceError. */
export class PipelineService {
  readonly #nodeTable: NodeTable;
  readonly #pipelines: PipelineStore;
  readonly #topologyOf: (name: string) => Topology | undefined;
  readonly #states: PipelineStates;
  readonly #list = new PipelineList();
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #max: number;
  #closed = false;

  constructor(options: PipelineServiceOptions) {
    this.#nodeTable = options.nodeTable;
    this.#pipelines = options.pipelines;
    this.#topologyOf = options.topologyOf;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLogger();
    const { runner, events, keepAlive = new KeepAlive() } = options;
    this.#states = new PipelineStates({ runner, events, keepAlive, clock: this.#clock, log: this.#log });
    this.#max = options.maxPipelines ?? MAX_PIPELINES;
  }

  /**
   * Creates a live pipeline, or replaces one that is inactive. A secret that is set without a value keeps its value, so
   * that what was read can be set again.
   * @throws ControlError 400 `PipelineValidationError` with every problem; 409 `OperationNotAllowedInState`,
   *   `ResourceValidationError` (there is no such topology), `ResourceLimitReached`.
   */
  set(json: unknown): { created: boolean; resource: PipelineResource } {
    const request = parseLivePipeline(json);
    const before = this.#pipelines.get(request.name);
    const topology = this.#topologyOf(request.topologyName);
    if (topology === undefined) {
      throw new ControlError(
        409,
        'ResourceValidationError',
        `there is no pipeline topology '${request.topologyName}'`,
        {
          where: { pipeline: request.name, pointer: '/properties/topologyName' },
          hint: 'Set the topology first.',
        },
      );
    }
    keepSecrets(request, topology, before);
    const { problems } = resolvePipeline(this.#nodeTable, topology, request);
    if (problems.length > 0) throw invalid('PipelineValidationError', problems, { pipeline: request.name });
    if (before === undefined && this.#pipelines.size >= this.#max) {
      throw new ControlError(409, 'ResourceLimitReached', `there are ${this.#max} live pipelines, which is the limit`);
    }
    const stored = toStored(request, topology, before, systemDataNow(before, this.#clock));
    if (before && this.state(request.name) !== 'inactive' && essence(before) !== essence(stored)) {
      throw this.#notAllowed(request.name, 'inactive', 'While it runs, only its description can be changed.');
    }
    this.#pipelines.put(stored);
    return { created: before === undefined, resource: this.#readBack(stored) };
  }

  /** @throws ControlError 404. */
  get(name: string): PipelineResource {
    return this.#readBack(this.#stored(name));
  }

  /** By name. */
  list(): PipelineResource[] {
    return this.#pipelines.list().map((stored) => this.#readBack(stored));
  }

  /** As `list`, with the JSON ready to be sent. */
  listed(): Listed<PipelineResource>[] {
    return this.#pipelines
      .list()
      .map((stored) => this.#list.item(stored, this.#topologyOf(stored.topologyName), this.state(stored.name)));
  }

  /** False if there is none. @throws ControlError 409 `OperationNotAllowedInState` unless it is inactive. */
  delete(name: string): boolean {
    if (this.state(name) !== 'inactive') throw this.#notAllowed(name, 'inactive');
    return this.#pipelines.delete(name);
  }

  /** What a live pipeline that is set like this would use; undefined if it would be refused. */
  usesOfDocument(json: unknown): PipelineUses | undefined {
    try {
      const request = parseLivePipeline(json);
      const topology = this.#topologyOf(request.topologyName);
      if (topology === undefined) return undefined;
      keepSecrets(request, topology, this.#pipelines.get(request.name));
      const { pipeline } = resolvePipeline(this.#nodeTable, topology, request);
      return pipeline && usesOf(pipeline);
    } catch {
      return undefined;
    }
  }

  /** What each live pipeline uses, by its name. Those that cannot be resolved are left out. */
  uses(): Map<string, PipelineUses> {
    return new Map(
      this.#pipelines.list().flatMap((stored) => {
        const topology = this.#topologyOf(stored.topologyName);
        const pipeline = topology && resolvePipeline(this.#nodeTable, topology, stored).pipeline;
        return pipeline ? [[stored.name, usesOf(pipeline)] as const] : [];
      }),
    );
  }

  state(name: string): PipelineState {
    return this.#states.of(name);
  }

  /**
   * Resolves when the pipeline is active; at once if it already is.
   * @throws ControlError 404; 409 `OperationNotAllowedInState` while deactivating; whatever the runtime throws.
   */
  async activate(name: string): Promise<void> {
    const stored = this.#stored(name);
    const state = this.state(name);
    if (state === 'active') return;
    if (state === 'activating') return this.#states.transition(name);
    if (state === 'deactivating') throw this.#notAllowed(name, 'inactive, activating, active');
    if (this.#closed) {
      throw new SluiceError('EngineClosing', 'the engine is closing', {
        kind: 'unavailable',
        where: { pipeline: name },
      });
    }
    const resolved = this.#resolve(stored);
    if (!stored.desiredActive) this.#pipelines.put({ ...stored, desiredActive: true });
    await this.#states.start(resolved, () => this.#refused(name));
  }

  /**
   * Resolves when the pipeline is inactive and its clips are finished; at once if it already is.
   * @throws ControlError 404; 409 `OperationNotAllowedInState` while activating; whatever the runtime throws.
   */
  async deactivate(name: string): Promise<void> {
    const stored = this.#stored(name);
    const state = this.state(name);
    if (state === 'inactive') {
      // It may be one that could not be resumed; it shall not be tried again.
      if (stored.desiredActive) this.#want(stored, false);
      return;
    }
    if (state === 'deactivating') return this.#states.transition(name);
    if (state === 'activating') throw this.#notAllowed(name, 'inactive, active, deactivating');
    this.#want(stored, false);
    await this.#states.stop(name);
  }

  /** Activates the pipelines that were active when the engine last ran. Resolves when all were tried; logs failures. */
  async resume(): Promise<void> {
    const names = this.#pipelines.list().flatMap(({ name, desiredActive }) => (desiredActive ? [name] : []));
    const work = names[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const name of work) {
        await this.activate(name).catch((error: unknown) => {
          // It is still to be active, so that the next start tries again.
          const stored = this.#pipelines.get(name);
          if (stored && !this.#closed) this.#want(stored, true);
          this.#log.error({ pipeline: name }, `cannot resume: ${messageOf(error)}`);
        });
      }
    };
    await Promise.all(Array.from({ length: RESUME_AT_ONCE }, worker));
  }

  /** Stops every pipeline and waits until its clips are finished. They resume at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#states.stopAll();
    this.#pipelines.close();
    for (const name of this.unstored) {
      const next = this.#pipelines.get(name)?.desiredActive ? 'not run' : 'run again';
      const why = this.#pipelines.failure;
      this.#log.error(
        { pipeline: name },
        `it will ${next} at the next start, because its desired state could not be stored: ${why}`,
      );
    }
  }

  /** Pipelines whose desired state could not be stored yet. */
  get unstored(): readonly string[] {
    return this.#pipelines.unstored;
  }

  /** Why it could not be stored; undefined if everything is stored. */
  get failure(): string | undefined {
    return this.#pipelines.failure;
  }

  /** Sets the desired state, even if it cannot be stored: a full disk must not keep a recording from being stopped. */
  #want(stored: StoredPipeline, desiredActive: boolean): void {
    const { name } = stored;
    this.#pipelines.putAnyway({ ...stored, desiredActive });
    if (!this.#pipelines.unstored.includes(name)) return;
    const wanted = desiredActive ? 'active' : 'inactive';
    const message = `its desired state, ${wanted}, cannot be stored yet and is tried again: ${this.#pipelines.failure}`;
    this.#log.error({ pipeline: name }, message);
    this.#states.tell(name, AvaEvent.StorageError, { code: 'ResourceNotStored', message });
  }

  #stored(name: string): StoredPipeline {
    const stored = this.#pipelines.get(name);
    if (stored === undefined) throw notFound('live pipeline', name);
    return stored;
  }

  #resolve(stored: StoredPipeline): ResolvedPipeline {
    const where = { pipeline: stored.name };
    const topology = this.#topologyOf(stored.topologyName);
    if (topology === undefined) {
      throw new ControlError(409, 'ResourceValidationError', `there is no pipeline topology '${stored.topologyName}'`, {
        where,
      });
    }
    const { pipeline, problems } = resolvePipeline(this.#nodeTable, topology, stored);
    if (pipeline === undefined) throw invalid('PipelineValidationError', problems, where);
    return pipeline;
  }

  /** A pipeline that cannot start is not to be active, unless it failed because the engine is closing. */
  #refused(name: string): void {
    const stored = this.#pipelines.get(name);
    if (stored && !this.#closed) this.#want(stored, false);
  }

  #notAllowed(name: string, allowed: string, why = ''): ControlError {
    const state = this.state(name);
    const message = `The requested operation is not allowed in the ${state} state. Allowed states are: ${allowed}.`;
    return new ControlError(409, 'OperationNotAllowedInState', why === '' ? message : `${message} ${why}`, {
      where: { pipeline: name },
    });
  }

  #readBack(stored: StoredPipeline): PipelineResource {
    return readBack(stored, this.#topologyOf(stored.topologyName), this.state(stored.name));
  }
}
