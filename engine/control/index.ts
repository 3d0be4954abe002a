export { ControlPlane } from './control-plane.js';
export { methodsOpenApi } from './openapi.js';
export type { PipelineResource } from './pipeline-resource.js';
export type { TopologyResource } from './topology-service.js';
