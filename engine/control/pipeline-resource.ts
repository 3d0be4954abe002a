import type { Topology } from '../topology/schema/documents.js';
import type { PipelineRequest } from './pipeline-request.js';
import type { PipelineResource, PipelineState, SystemData } from './resources.js';
import type { StoredPipeline } from './stores.js';

export type Names = ReadonlySet<string>;

/** The names of a topology's secret parameters. */
export const secretsOf = (topology: Topology | undefined): Names => {
  const declarations = topology?.properties.parameters ?? [];
  return new Set(declarations.filter(({ type }) => type === 'secretString').map(({ name }) => name));
};

/**
 * Fills in the present values of secrets that are set without a value, if they are still secrets of the same topology.
 */
export const keepSecrets = (request: PipelineRequest, topology: Topology, before: StoredPipeline | undefined): void => {
  if (before?.topologyName !== request.topologyName) return;
  const secrets = secretsOf(topology);
  for (const parameter of request.parameters) {
    if (parameter.value !== undefined || !secrets.has(parameter.name)) continue;
    const kept = before.parameters.find(({ name }) => name === parameter.name)?.value;
    if (kept !== undefined) parameter.value = kept;
  }
};

/** The stored form of a request, parameters sorted by name. */
export const toStored = (
  request: PipelineRequest,
  topology: Topology,
  before: StoredPipeline | undefined,
  systemData: SystemData,
): StoredPipeline => {
  const secrets = secretsOf(topology);
  return {
    name: request.name,
    systemData,
    topologyName: request.topologyName,
    ...(request.description === undefined ? {} : { description: request.description }),
    parameters: request.parameters
      .map((one) => ({ ...one, secret: secrets.has(one.name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    desiredActive: before?.desiredActive ?? false,
  };
};

/** The form that users see: without values that are secret now or were when they were set. */
export const readBack = (
  { name, systemData, topologyName, description, parameters }: StoredPipeline,
  topology: Topology | undefined,
  state: PipelineState,
): PipelineResource => {
  const secrets = secretsOf(topology);
  return {
    systemData,
    name,
    properties: {
      topologyName,
      ...(description === undefined ? {} : { description }),
      parameters: parameters.map(({ name: parameter, value, secret }) =>
        value === undefined || secret || secrets.has(parameter) ? { name: parameter } : { name: parameter, value },
      ),
      state,
    },
  };
};

/** What must not change while the pipeline runs: everything but the description. */
export const essence = ({ topologyName, parameters }: StoredPipeline): string =>
  JSON.stringify([topologyName, parameters.map(({ name, value }) => [name, value])]);
