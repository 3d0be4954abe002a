import { createHash } from 'node:crypto';
import type { IngestSpec } from '../../bridge/types.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { SluiceError } from '../core/errors.js';

/** A camera as a topology names it. */
export interface CameraSource {
  name: string;
  endpoint: ResolvedEndpoint;
  transport: 'tcp' | 'http';
}

/** Where a camera is and how to get in. `spec` holds secrets: it goes to the bridge and nowhere else. */
export interface CameraAddress {
  /** Equal for two sources that can share one connection. */
  key: string;
  /** For logs and events, AVA's `target`: the URL without credentials and without the query, which may hold some. */
  label: string;
  spec: Omit<IngestSpec, 'video' | 'timeoutMs'>;
}

/** @throws SluiceError `EndpointUrlInvalid` */
export function cameraAddress(source: CameraSource): CameraAddress {
  const { endpoint, transport } = source;
  let url: URL;
  try {
    url = new URL(endpoint.url);
  } catch {
    throw invalid(source, 'is not a URL');
  }
  if (url.protocol !== 'rtsp:' && url.protocol !== 'rtsps:') {
    throw invalid(source, `has the scheme '${url.protocol.slice(0, -1)}'; only rtsp and rtsps are supported`);
  }
  if (!url.hostname) throw invalid(source, 'has no host');
  // Credentials in the URL are honoured, since people paste them there, but never travel in it any further.
  const fromUrl = url.username
    ? { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
    : undefined;
  url.username = '';
  url.password = '';
  const named =
    endpoint.credentials?.type === 'usernamePassword'
      ? { username: endpoint.credentials.username, password: endpoint.credentials.password }
      : undefined;
  const credentials = fromUrl ?? named;
  const secure = url.protocol === 'rtsps:';
  const spec: CameraAddress['spec'] = {
    url: url.href,
    transport,
    ...(credentials ? { credentials } : {}),
    ...(secure
      ? {
          tls: {
            ...(endpoint.trustedCertificates ? { trustedCertificates: endpoint.trustedCertificates } : {}),
            ignoreHostname: endpoint.ignoreHostname,
            ignoreSignature: endpoint.ignoreSignature,
          },
        }
      : {}),
  };
  const key = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 32);
  return { key, label: `${url.protocol}//${url.host}${url.pathname}`, spec };
}

function invalid(source: CameraSource, what: string): SluiceError {
  return new SluiceError('EndpointUrlInvalid', `the URL of source '${source.name}' ${what}`, {
    kind: 'invalid',
    where: { node: source.name },
    hint: 'Write it as rtsp://host[:port]/path.',
  });
}
