import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { resolveEndpoint } from '../../topology/schema/endpoints.js';
import type { RtspSourceDocument } from './schema.js';

export interface RtspSourceSettings {
  endpoint: ResolvedEndpoint;
  /** `tcp`: RTP interleaved in the RTSP connection. `http`: both in an HTTP tunnel. */
  transport: 'tcp' | 'http';
}

export const rtspSourceSettings = ({ endpoint, transport }: RtspSourceDocument): RtspSourceSettings => ({
  endpoint: resolveEndpoint(endpoint),
  transport: transport ?? 'tcp',
});
