import type { RemoteDeviceAdapter, Topology } from '../topology/schema/documents.js';

export interface SystemData {
  /** ISO-8601 UTC. */
  createdAt: string;
  lastModifiedAt: string;
}

export interface StoredTopology {
  name: string;
  systemData: SystemData;
  /** Canonical, defaults of secrets included. */
  topology: Topology;
}

interface StoredParameter {
  name: string;
  value?: string;
  /** Was a secret when it was set; stays one even if the topology later thinks otherwise. */
  secret: boolean;
}

export interface StoredPipeline {
  name: string;
  systemData: SystemData;
  topologyName: string;
  description?: string;
  parameters: StoredParameter[];
  /** Whether it is to run: what is resumed after a restart. */
  desiredActive: boolean;
}

export interface StoredAdapter {
  name: string;
  systemData: SystemData;
  /** Canonical, key included. */
  properties: RemoteDeviceAdapter['properties'];
}

/** Where resources live. Small, so that a store shared by several engines can take its place. */
export interface ResourceStore<T extends { name: string }> {
  get(name: string): T | undefined;
  /** By name, in order of code units. */
  list(): readonly T[];
  readonly size: number;
  /** Inserts or replaces; durable when it returns. @throws SluiceError `ResourceNotStored`; nothing has changed then. */
  put(resource: T): void;
  /** Replaces for everybody here, whatever the disk says. What cannot be stored is tried again until it is. */
  putAnyway(resource: T): void;
  /** Names of what `putAnyway` could not store yet. */
  readonly unstored: readonly string[];
  /** Why not. */
  readonly failure: string | undefined;
  /** Tries to store that once more, and never again. */
  close(): void;
  /** False if there was none. */
  delete(name: string): boolean;
}

export type TopologyStore = ResourceStore<StoredTopology>;
export type PipelineStore = ResourceStore<StoredPipeline>;
export type AdapterStore = ResourceStore<StoredAdapter>;
