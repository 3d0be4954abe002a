import type { Logger } from '../core/log.js';
import type { EngineKeeper } from './engine-keeper.js';
import type { Definition, Definitions } from './messages.js';

type Asked = Pick<EngineKeeper, 'engine' | 'ask'>;

const KINDS = [
  ['topologies', 'pipelineTopologySet'],
  ['adapters', 'remoteDeviceAdapterSet'],
] as const satisfies readonly (readonly [keyof Definitions, string])[];

/**
 * Gives every engine the topologies and adapters of all, the newest of each name: an engine that is new has none, and a
 * change may have reached only some when the machine failed. True if something was changed.
 */
export const agree = async (engines: readonly Asked[], log: Pick<Logger, 'info' | 'error'>): Promise<boolean> => {
  const all = await Promise.all(engines.map((engine) => engine.ask('definitions')));
  let changed = false;
  for (const [kind, method] of KINDS) {
    const newest = newestOf(all.map((each) => each[kind]));
    for (const [index, engine] of engines.entries()) {
      const own = new Map(all[index]?.[kind].map((each) => [each.name, each]));
      for (const definition of newest.values()) {
        if (isSame(own.get(definition.name), definition)) continue;
        const { status, json } = await engine.ask('invoke', method, definition.document);
        const where = { engine: engine.engine, name: definition.name };
        if (status < 300) log.info(where, `${method}: the engine lacked it, or had an older one`);
        else log.error({ ...where, status, answer: json }, `${method}: the engine refuses what the others have`);
        changed ||= status < 300;
      }
    }
  }
  return changed;
};

const newestOf = (lists: ReadonlyArray<readonly Definition[]>): Map<string, Definition> => {
  const newest = new Map<string, Definition>();
  for (const definition of lists.flat()) {
    const known = newest.get(definition.name);
    if (!known || definition.modifiedAt > known.modifiedAt) newest.set(definition.name, definition);
  }
  return newest;
};

const isSame = (own: Definition | undefined, other: Definition): boolean =>
  own !== undefined && JSON.stringify(own.document) === JSON.stringify(other.document);
