export { ControlPlane } from './control-plane.js';
export { failureResult } from './errors.js';
export { methodsOpenApi } from './openapi.js';
export { DEFAULT_PAGE, listed, pageOf } from './paging.js';
export type { PipelineUses } from './pipeline-uses.js';
export type { PipelineResource } from './resources.js';
