import type { Clock } from '../core/clock.js';
import { checkJsonLimits } from '../topology/json-limits.js';
import { type RemoteDeviceAdapter, RemoteDeviceAdapterDocument } from '../topology/schema/documents.js';
import type { SchemaNode } from '../topology/schema-node.js';
import { Walk } from '../topology/walk.js';
import { ControlError, invalid, notFound } from './errors.js';
import type { SystemData } from './resources.js';
import type { AdapterStore, StoredAdapter } from './stores.js';
import { systemDataNow } from './system-data.js';

interface AdapterResource {
  systemData: SystemData;
  name: string;
  /** Without the key. */
  properties: unknown;
}

const MAX_ADAPTERS = 1000;

/** Adapters for devices behind a firewall. They are stored for clients that set them, and have no effect. */
export class RemoteDeviceAdapterService {
  readonly #adapters: AdapterStore;
  readonly #clock: Clock;

  constructor(adapters: AdapterStore, clock: Clock) {
    this.#adapters = adapters;
    this.#clock = clock;
  }

  /** @throws ControlError 400 `ModuleValidationError` with every problem; 409 `ResourceLimitReached`. */
  set(json: unknown): { created: boolean; resource: AdapterResource } {
    const { name, properties } = parseAdapter(json);
    const before = this.#adapters.get(name);
    if (before === undefined && this.#adapters.size >= MAX_ADAPTERS) {
      throw new ControlError(409, 'ResourceLimitReached', `there are ${MAX_ADAPTERS} adapters, which is the limit`);
    }
    const systemData = systemDataNow(before, this.#clock);
    const stored: StoredAdapter = { name, systemData, properties };
    this.#adapters.put(stored);
    return { created: before === undefined, resource: readBack(stored) };
  }

  /** @throws ControlError 404. */
  get(name: string): AdapterResource {
    const stored = this.#adapters.get(name);
    if (stored === undefined) throw notFound('remote device adapter', name);
    return readBack(stored);
  }

  /** As they are stored, with keys: for another engine that is to have the same. */
  stored(): readonly StoredAdapter[] {
    return this.#adapters.list();
  }

  /** By name. */
  list(): AdapterResource[] {
    return this.#adapters.list().map(readBack);
  }

  /** False if there is none. */
  delete(name: string): boolean {
    return this.#adapters.delete(name);
  }
}

const parseAdapter = (json: unknown): RemoteDeviceAdapter => {
  const tooLarge = checkJsonLimits(json);
  if (tooLarge) throw invalid('ModuleValidationError', [tooLarge]);
  const walk = new Walk('ModuleValidationError');
  const adapter = walk.walk(RemoteDeviceAdapterDocument as SchemaNode, json, '') as RemoteDeviceAdapter;
  if (walk.problems.length > 0) throw invalid('ModuleValidationError', walk.problems);
  return adapter;
};

const readBack = ({ name, systemData, properties }: StoredAdapter): AdapterResource => {
  const { deviceId, credentials } = properties.iotHubDeviceConnection;
  const shown = credentials === undefined ? {} : { credentials: { '@type': credentials['@type'] } };
  return { systemData, name, properties: { ...properties, iotHubDeviceConnection: { deviceId, ...shown } } };
};
