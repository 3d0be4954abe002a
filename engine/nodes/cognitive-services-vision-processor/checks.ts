import { parseCustomConfiguration } from '../../spatial/custom-configuration.js';
import type { DocumentCheck } from '../../topology/node-definition.js';
import type { CognitiveServicesVisionDocument } from './schema.js';

/** A custom operation must be one that the engine knows, with zones or lines to watch. */
export const checkOperation = (
  { operation }: Partial<CognitiveServicesVisionDocument>,
  { fill, places, report }: DocumentCheck,
): void => {
  if (!operation || !('extensionConfiguration' in operation)) return;
  const text = operation.extensionConfiguration;
  const configuration = typeof text === 'string' ? fill(text) : undefined;
  if (configuration === undefined) return;
  const settings = parseCustomConfiguration(configuration);
  if (typeof settings === 'string') report(places.of(operation, 'extensionConfiguration'), settings);
};
