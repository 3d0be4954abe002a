import { isDeepStrictEqual } from 'node:util';
import { SluiceError } from '../../core/errors.js';
import type { Engine } from '../../engine.js';
import { partsOf } from '../../parts-of.js';
import { validateTopology } from '../../topology/validate.js';
import { namedCameras, type RecordedCamera } from './camera-names.js';

/** By this description of a live pipeline a later run knows that it may replace it. */
const MADE_BY = 'Made by sluice record; the next run replaces it';

interface TopologyJson {
  readonly name: string;
  readonly properties: object;
}

export interface Recorded {
  urls: readonly string[];
  topology: TopologyJson;
  /** Values of further parameters, the same for each camera. */
  parameters?: Readonly<Record<string, string>>;
}

/**
 * Sets a live pipeline for each camera, in the place of those of earlier runs, whose recordings stay. Nothing is activated.
 * @throws SluiceError `CameraAddressInvalid`; `TopologyNameTaken`
 */
export const setCameras = (engine: Engine, { urls, topology, parameters = {} }: Recorded): RecordedCamera[] => {
  const isOurs = ({ properties }: Listed): boolean => properties.description === MADE_BY;
  const others = engine.pipelines.list().filter((each) => !isOurs(each));
  const cameras = namedCameras(urls, new Set(others.map(({ name }) => name)));
  refuseOtherTopology(engine, topology, others);
  for (const pipeline of engine.pipelines.list().filter(isOurs)) engine.pipelines.delete(pipeline.name);
  partsOf(engine).control.topologies.set(topology);
  for (const { name, url } of cameras) {
    const values = Object.entries({ rtspUrl: url, ...parameters }).map(([key, value]) => ({ name: key, value }));
    const properties = { topologyName: topology.name, description: MADE_BY, parameters: values };
    engine.pipelines.set({ name, properties });
  }
  return cameras;
};

type Listed = ReturnType<Engine['pipelines']['list']>[number];

/** Somebody may have copied the topology, changed it and kept its name: live pipelines that use it must stay as they are. */
const refuseOtherTopology = (engine: Engine, topology: TopologyJson, others: readonly Listed[]): void => {
  const users = others.filter(({ properties }) => properties.topologyName === topology.name);
  if (users.length === 0) return;
  const { properties } = engine.topologies.get(topology.name);
  if (isDeepStrictEqual(properties, validateTopology(partsOf(engine).nodeTable, topology).topology?.properties)) return;
  throw new SluiceError('TopologyNameTaken', `this data folder has another topology named '${topology.name}'`, {
    kind: 'conflict',
    where: { pipeline: users[0]!.name },
    hint: 'Its live pipelines would change. Give yours another name, or choose another folder with --data.',
  });
};
