import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { resolveEndpoint } from '../../topology/schema/endpoints.js';
import type { OnvifEventSourceDocument } from './schema.js';

export interface OnvifEventSourceSettings {
  endpoint: ResolvedEndpoint;
  /** Topics of the events that count, with all topics below them. Empty: motion and digital inputs. */
  topics: string[];
  /** `pullPoint`: asked for over HTTP. `metadataTrack`: in a track of the RTSP stream. */
  delivery: 'pullPoint' | 'metadataTrack';
  /** Of the RTSP stream. */
  transport: 'tcp' | 'http';
}

export const onvifEventSourceSettings = ({
  endpoint,
  topics,
  delivery,
  transport,
}: OnvifEventSourceDocument): OnvifEventSourceSettings => ({
  endpoint: resolveEndpoint(endpoint),
  topics: topics ?? [],
  delivery: delivery ?? 'pullPoint',
  transport: transport ?? 'tcp',
});
