import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { DEFAULT_PRIORITY, type Priority } from '../../core/priority.js';
import { resolveEndpoint } from '../../topology/schema/endpoints.js';
import type { RtspSourceDocument } from './schema.js';

export interface RtspSourceSettings {
  endpoint: ResolvedEndpoint;
  /** `tcp`: RTP interleaved in the RTSP connection. `http`: both in an HTTP tunnel. */
  transport: 'tcp' | 'http';
  /** While the machine is overloaded. */
  priority: Priority;
}

export const rtspSourceSettings = ({ endpoint, transport, priority }: RtspSourceDocument): RtspSourceSettings => ({
  endpoint: resolveEndpoint(endpoint),
  transport: transport ?? 'tcp',
  priority: priority ?? DEFAULT_PRIORITY,
});
