import type { RemoteDeviceAdapter, Topology } from '../topology/schema/documents.js';
import type { SystemData } from './resources.js';

export interface StoredTopology {
  name: string;
  systemData: SystemData;
  /** Canonical, defaults of secrets included. */
  topology: Topology;
}

interface StoredParameter {
  name: string;
  value?: string;
  /** Whether it was a secret when it was set. It stays one even if the topology changes that. */
  secret: boolean;
}

export interface StoredPipeline {
  name: string;
  systemData: SystemData;
  topologyName: string;
  description?: string;
  parameters: StoredParameter[];
  /** Whether it is to be active, and so to be resumed after a restart. */
  desiredActive: boolean;
}

export interface StoredAdapter {
  name: string;
  systemData: SystemData;
  /** Canonical, key included. */
  properties: RemoteDeviceAdapter['properties'];
}

/** Stores the resources of one kind. */
export interface ResourceStore<T extends { name: string }> {
  get(name: string): T | undefined;
  /** Sorted by name, in the order of code units. */
  list(): readonly T[];
  readonly size: number;
  /** Inserts or replaces; durable when it returns. @throws SluiceError `ResourceNotStored`, and nothing has changed. */
  put(resource: T): void;
  /** Replaces in memory even if the disk cannot be written. Storing is retried until it succeeds. */
  putAnyway(resource: T): void;
  /** Names of resources that `putAnyway` could not store yet. */
  readonly unstored: readonly string[];
  /** Why they could not be stored; undefined if there are none. */
  readonly failure: string | undefined;
  /** Tries once more to store them, then stops retrying. */
  close(): void;
  /** False if there is none. */
  delete(name: string): boolean;
}

export type TopologyStore = ResourceStore<StoredTopology>;
export type PipelineStore = ResourceStore<StoredPipeline>;
export type AdapterStore = ResourceStore<StoredAdapter>;
