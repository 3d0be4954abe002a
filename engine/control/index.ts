export {
  ControlPlane,
  type ControlPlaneOptions,
  type MethodHandler,
  type MethodPayload,
} from './control-plane.js';
export { ControlError, failureResult, type ODataError } from './errors.js';
export { methodsOpenApi } from './openapi.js';
export type { PipelineResource, PipelineState } from './pipeline-resource.js';
export { PipelineService } from './pipeline-service.js';
export { type TopologyResource, TopologyService } from './topology-service.js';
