import type { Clock } from '../core/clock.js';
import type { Sense } from '../core/scene.js';
import type { NodeTable } from '../topology/node-table.js';
import { resolvePipeline } from '../topology/resolve.js';
import type { Topology } from '../topology/schema/documents.js';
import { validateTopology } from '../topology/validate.js';
import { ControlError, invalid, notFound } from './errors.js';
import type { SystemData } from './resources.js';
import type { PipelineStore, StoredPipeline, StoredTopology, TopologyStore } from './stores.js';
import { systemDataNow } from './system-data.js';

/** A topology as it is returned: without the defaults of secrets. */
export interface TopologyResource extends Topology {
  systemData: SystemData;
}

interface TopologyServiceOptions {
  nodeTable: NodeTable;
  topologies: TopologyStore;
  pipelines: PipelineStore;
  /** Whether a live pipeline is anything but inactive. */
  isRunning: (name: string) => boolean;
  clock: Clock;
  maxTopologies?: number;
}

/** AVA's limit. */
const MAX_TOPOLOGIES = 50;

/** Topologies: set, get, list, delete, with AVA's rules for those in use. Every method throws SluiceError. */
export class TopologyService {
  readonly #nodeTable: NodeTable;
  readonly #topologies: TopologyStore;
  readonly #pipelines: PipelineStore;
  readonly #isRunning: (name: string) => boolean;
  readonly #clock: Clock;
  readonly #max: number;

  constructor(options: TopologyServiceOptions) {
    this.#nodeTable = options.nodeTable;
    this.#topologies = options.topologies;
    this.#pipelines = options.pipelines;
    this.#isRunning = options.isRunning;
    this.#clock = options.clock;
    this.#max = options.maxTopologies ?? MAX_TOPOLOGIES;
  }

  /**
   * Creates or replaces a topology.
   * @throws ControlError 400 `PipelineValidationError` with every problem; 409 `PipelineTopologyInUse` if live pipelines
   *   do not allow the change; 409 `ResourceLimitReached`.
   */
  set(json: unknown): { created: boolean; resource: TopologyResource } {
    const { topology, problems } = validateTopology(this.#nodeTable, json);
    if (topology === undefined) throw invalid('PipelineValidationError', problems);
    const before = this.#topologies.get(topology.name);
    if (before === undefined && this.#topologies.size >= this.#max) {
      throw new ControlError(409, 'ResourceLimitReached', `there are ${this.#max} topologies, which is the limit`);
    }
    if (before) this.#checkUsers(before, topology);
    const systemData = systemDataNow(before, this.#clock);
    const stored: StoredTopology = { name: topology.name, systemData, topology };
    this.#topologies.put(stored);
    return { created: before === undefined, resource: readBack(stored) };
  }

  /** @throws ControlError 404. */
  get(name: string): TopologyResource {
    const stored = this.#topologies.get(name);
    if (stored === undefined) throw notFound('pipeline topology', name);
    return readBack(stored);
  }

  /** What its nodes watch for in the scene; nothing if there is no such topology. */
  senses(name: string): ReadonlySet<Sense> {
    const { sources = [], processors = [] } = this.#topologies.get(name)?.topology.properties ?? {};
    const nodes: readonly { '@type': string }[] = [...sources, ...processors];
    return new Set(nodes.flatMap((node) => this.#nodeTable.get(node['@type'])?.senses ?? []));
  }

  /** By name. */
  list(): TopologyResource[] {
    return this.#topologies.list().map(readBack);
  }

  /** As they are stored, with secrets: for another engine that is to have the same. */
  stored(): readonly StoredTopology[] {
    return this.#topologies.list();
  }

  /** False if there is none. @throws ControlError 409 `PipelineTopologyInUse`. */
  delete(name: string): boolean {
    const users = this.#users(name);
    if (users.length > 0) throw inUse(users);
    return this.#topologies.delete(name);
  }

  #users(name: string): StoredPipeline[] {
    return this.#pipelines.list().filter((pipeline) => pipeline.topologyName === name);
  }

  #checkUsers(before: StoredTopology, topology: Topology): void {
    const users = this.#users(topology.name);
    if (users.length === 0 || essence(before.topology) === essence(topology)) return;
    const running = users.filter(({ name }) => this.#isRunning(name));
    if (running.length > 0) throw inUse(running, 'While they run, only descriptions can be changed.');
    const broken = users.filter((pipeline) => resolvePipeline(this.#nodeTable, topology, pipeline).problems.length > 0);
    if (broken.length > 0) throw inUse(broken, 'Their parameters do not fit the new topology.');
  }
}

const inUse = (users: readonly StoredPipeline[], why = ''): ControlError => {
  const names = users.slice(0, 10).map(({ name }) => `'${name}'`);
  if (users.length > 10) names.push(`and ${users.length - 10} more`);
  const message = `The operation cannot be completed because the topology is in use by live pipelines ${names.join(', ')}.`;
  return new ControlError(409, 'PipelineTopologyInUse', why === '' ? message : `${message} ${why}`);
};

/** What must not change while pipelines run: everything but descriptions. */
const essence = ({ properties: { parameters, sources, processors, sinks } }: Topology): string =>
  JSON.stringify([parameters?.map(({ description: _, ...rest }) => rest), sources, processors, sinks]);

const readBack = ({ systemData, topology }: StoredTopology): TopologyResource => ({
  systemData,
  ...topology,
  properties: {
    ...topology.properties,
    parameters: (topology.properties.parameters ?? []).map(({ default: fallback, ...rest }) =>
      fallback === undefined || rest.type === 'secretString' ? rest : { ...rest, default: fallback },
    ),
  },
});
