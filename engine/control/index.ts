export { ControlPlane } from './control-plane.js';
export { failureResult } from './errors.js';
export { methodsOpenApi } from './openapi.js';
export type { PipelineResource } from './resources.js';
