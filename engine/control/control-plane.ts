import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { KeepAlive } from '../core/keep-alive.js';
import { type Logger, silentLogger } from '../core/log.js';
import type { MethodResult } from '../core/method-result.js';
import type { EventPublisher } from '../events/types.js';
import type { PipelineRunner } from '../pipeline/runner.js';
import type { Database } from '../store/sqlite.js';
import { checkJsonLimits } from '../topology/json-limits.js';
import type { NodeTable } from '../topology/node-table.js';
import { checkApiVersion } from './api-version.js';
import { ControlError, failureResult, invalid } from './errors.js';
import { DEFAULT_PAGE, type Listed, listed, type PageLimits, pageOf } from './paging.js';
import { PipelineService } from './pipeline-service.js';
import { RemoteDeviceAdapterService } from './remote-device-adapter-service.js';
import { SqliteStore } from './sqlite-store.js';
import { isStoredAdapter, isStoredPipeline, isStoredTopology } from './stored-form.js';
import type { StoredAdapter, StoredPipeline, StoredTopology } from './stores.js';
import { TopologyService } from './topology-service.js';

type MethodHandler = (payload: MethodPayload) => Promise<MethodResult> | MethodResult;

/** The payload of a method: an object whose keys are matched without regard to case. */
type MethodPayload = Readonly<Record<string, unknown>>;

export interface ControlPlaneOptions {
  /** With all migrations applied; see openDataStore. */
  db: Database;
  /** The node types that topologies may use. */
  nodeTable: NodeTable;
  runner: PipelineRunner;
  events: EventPublisher;
  clock: Clock;
  log?: Logger;
  /** Held for as long as a live pipeline is not inactive. */
  keepAlive?: KeepAlive;
  /** Called after every change of a resource that is in the database. */
  onStored?: () => void;
  maxTopologies?: number;
  maxPipelines?: number;
  page?: PageLimits;
}

/** AVA's direct methods, by name and as typed methods for programs that embed the engine. */
export class ControlPlane {
  readonly topologies: TopologyService;
  readonly pipelines: PipelineService;
  readonly remoteDeviceAdapters: RemoteDeviceAdapterService;
  /** Names of stored resources that make no sense: the database is damaged. They are as good as absent. */
  readonly unreadable: Readonly<Record<'topologies' | 'pipelines' | 'adapters', readonly string[]>>;
  readonly #methods = new Map<string, MethodHandler>();
  readonly #page: PageLimits;
  readonly #log: Logger;

  constructor(options: ControlPlaneOptions) {
    const { db, nodeTable, runner, events, clock } = options;
    const common = { clock, ...(options.onStored ? { onStored: options.onStored } : {}) };
    const topologies = new SqliteStore<StoredTopology>(db, 'pipeline_topologies', {
      ...common,
      isResource: isStoredTopology,
    });
    const pipelines = new SqliteStore<StoredPipeline>(db, 'live_pipelines', {
      ...common,
      isResource: isStoredPipeline,
    });
    const adapters = new SqliteStore<StoredAdapter>(db, 'remote_device_adapters', {
      ...common,
      isResource: isStoredAdapter,
    });
    this.unreadable = {
      topologies: topologies.unreadable,
      pipelines: pipelines.unreadable,
      adapters: adapters.unreadable,
    };
    this.#page = options.page ?? DEFAULT_PAGE;
    this.#log = options.log ?? silentLogger();
    this.pipelines = new PipelineService({
      nodeTable,
      pipelines,
      runner,
      events,
      clock,
      log: this.#log,
      topologyOf: (name) => topologies.get(name)?.topology,
      ...(options.keepAlive ? { keepAlive: options.keepAlive } : {}),
      ...(options.maxPipelines === undefined ? {} : { maxPipelines: options.maxPipelines }),
    });
    this.topologies = new TopologyService({
      nodeTable,
      topologies,
      pipelines,
      clock,
      isRunning: (name) => this.pipelines.state(name) !== 'inactive',
      ...(options.maxTopologies === undefined ? {} : { maxTopologies: options.maxTopologies }),
    });
    this.remoteDeviceAdapters = new RemoteDeviceAdapterService(adapters, clock);
    this.#registerAll();
  }

  /** Method names are matched without regard to case. Replaces a method of the same name. */
  registerMethod(name: string, handler: MethodHandler): void {
    this.#methods.set(name.toLowerCase(), handler);
  }

  /** Runs a direct method. Never rejects: failures are results, in AVA's form. */
  async invoke(method: string, payload: unknown): Promise<MethodResult> {
    try {
      const handler = this.#methods.get(String(method).toLowerCase());
      if (handler === undefined) {
        throw new ControlError(501, 'MethodNotImplemented', `there is no method '${String(method).slice(0, 100)}'`);
      }
      return await handler(checkPayload(payload));
    } catch (error) {
      const result = failureResult(error);
      if (result.status === 500) this.#log.error({ method }, `method failed: ${messageOf(error)}`);
      return result;
    }
  }

  /** Activates the pipelines that were active when the engine last ran. Resolves when all have been tried. */
  async start({ resume }: { resume: boolean }): Promise<void> {
    if (resume) await this.pipelines.resume();
  }

  /** Stops every pipeline; they resume at the next start. */
  close(): Promise<void> {
    return this.pipelines.close();
  }

  /** What cannot be stored at the moment; undefined if everything is stored. */
  get failure(): string | undefined {
    const { unstored, failure } = this.pipelines;
    return (
      failure && `whether to run ${unstored.slice(0, 5).join(', ')} is not stored (${unstored.length}): ${failure}`
    );
  }

  #registerAll(): void {
    const { topologies, pipelines, remoteDeviceAdapters } = this;
    const list = (all: () => Listed<unknown>[]): MethodHandler => {
      return (payload) => pageOf(all(), field(payload, '@continuationToken'), this.#page);
    };
    this.registerMethod('pipelineTopologySet', (payload) => setResult(topologies.set(payload)));
    this.registerMethod('pipelineTopologyGet', (payload) => ok(topologies.get(nameIn(payload))));
    this.registerMethod(
      'pipelineTopologyList',
      list(() => topologies.list().map(listed)),
    );
    this.registerMethod('pipelineTopologyDelete', (payload) => deleteResult(topologies.delete(nameIn(payload))));
    this.registerMethod('livePipelineSet', (payload) => setResult(pipelines.set(payload)));
    this.registerMethod('livePipelineGet', (payload) => ok(pipelines.get(nameIn(payload))));
    this.registerMethod(
      'livePipelineList',
      list(() => pipelines.listed()),
    );
    this.registerMethod('livePipelineDelete', (payload) => deleteResult(pipelines.delete(nameIn(payload))));
    this.registerMethod('livePipelineActivate', async (payload) => ok(await pipelines.activate(nameIn(payload))));
    this.registerMethod('livePipelineDeactivate', async (payload) => ok(await pipelines.deactivate(nameIn(payload))));
    this.registerMethod('remoteDeviceAdapterSet', (payload) => setResult(remoteDeviceAdapters.set(payload)));
    this.registerMethod('remoteDeviceAdapterGet', (payload) => ok(remoteDeviceAdapters.get(nameIn(payload))));
    this.registerMethod(
      'remoteDeviceAdapterList',
      list(() => remoteDeviceAdapters.list().map(listed)),
    );
    this.registerMethod('remoteDeviceAdapterDelete', (payload) =>
      deleteResult(remoteDeviceAdapters.delete(nameIn(payload))),
    );
  }
}

const ok = (payload: unknown): MethodResult => ({ status: 200, payload: payload ?? null });

const setResult = ({ created, resource }: { created: boolean; resource: unknown }): MethodResult => ({
  status: created ? 201 : 200,
  payload: resource,
});

const deleteResult = (deleted: boolean): MethodResult => ({ status: deleted ? 200 : 204, payload: null });

const checkPayload = (payload: unknown): MethodPayload => {
  const given = payload ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ControlError(
      400,
      'InvalidPayload',
      `the payload must be an object, not ${Array.isArray(given) ? 'an array' : typeof given}`,
    );
  }
  const tooLarge = checkJsonLimits(given);
  if (tooLarge) throw invalid('InvalidPayload', [tooLarge]);
  checkApiVersion(field(given as MethodPayload, '@apiVersion'));
  return given as MethodPayload;
};

/** A property of the payload, whatever the case of its key. */
const field = (payload: MethodPayload, name: string): unknown => {
  const key = Object.keys(payload).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : payload[key];
};

/** The name of the resource that a method is about. @throws ControlError 400. */
const nameIn = (payload: MethodPayload): string => {
  const name = field(payload, 'name');
  if (typeof name === 'string' && name !== '') return name;
  const message = name === undefined ? "'name' is missing" : "'name' must be a string";
  throw invalid('InvalidPayload', [{ pointer: name === undefined ? '' : '/name', message, code: 'InvalidPayload' }]);
};
