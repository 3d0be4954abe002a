import { checkJsonLimits } from '../topology/json-limits.js';
import { LivePipelineDocument, type LivePipelineRequest } from '../topology/schema/documents.js';
import type { SchemaNode } from '../topology/schema-node.js';
import { Walk } from '../topology/walk.js';
import { invalid } from './errors.js';

/** A live pipeline as the user sets it. */
export interface PipelineRequest {
  name: string;
  topologyName: string;
  description?: string;
  /** In the order of the document, which the pointers of problems refer to. */
  parameters: Array<{ name: string; value?: string }>;
}

/** @throws ControlError 400 `PipelineValidationError` with every problem. */
export const parseLivePipeline = (json: unknown): PipelineRequest => {
  const tooLarge = checkJsonLimits(json);
  if (tooLarge) throw invalid('PipelineValidationError', [tooLarge]);
  const walk = new Walk('PipelineValidationError');
  const document = walk.walk(LivePipelineDocument as SchemaNode, json, '') as LivePipelineRequest;
  if (walk.problems.length > 0) throw invalid('PipelineValidationError', walk.problems);
  const { topologyName, description, parameters = [] } = document.properties;
  return {
    name: document.name,
    topologyName,
    ...(description === undefined ? {} : { description }),
    parameters,
  };
};
