export interface SystemData {
  /** ISO-8601 UTC. */
  createdAt: string;
  lastModifiedAt: string;
}

export type PipelineState = 'inactive' | 'activating' | 'active' | 'deactivating';

/** A live pipeline as it is returned: without the values of secrets. */
export interface PipelineResource {
  systemData: SystemData;
  name: string;
  properties: {
    topologyName: string;
    description?: string;
    parameters: Array<{ name: string; value?: string }>;
    state: PipelineState;
  };
}
