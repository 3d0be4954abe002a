import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { resolveEndpoint } from '../../topology/schema/endpoints.js';
import type { OnvifEventSourceDocument } from './schema.js';

export interface OnvifEventSourceSettings {
  endpoint: ResolvedEndpoint;
  /** Topics of the events that count, with all topics below them. Empty: motion and digital inputs. */
  topics: string[];
}

export const onvifEventSourceSettings = ({ endpoint, topics }: OnvifEventSourceDocument): OnvifEventSourceSettings => ({
  endpoint: resolveEndpoint(endpoint),
  topics: topics ?? [],
});
