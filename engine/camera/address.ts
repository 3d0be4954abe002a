import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type CameraUrl, readCameraUrl } from '../../bridge/rtsp/camera-url.js';
import type { IngestSpec } from '../../bridge/types.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { messageOf, SluiceError } from '../core/errors.js';

/** A camera as a topology names it. */
export interface CameraSource {
  name: string;
  endpoint: ResolvedEndpoint;
  transport: 'tcp' | 'http';
}

/** How to connect to a camera. `spec` contains secrets: it goes to the bridge and nowhere else. */
export interface CameraAddress {
  /** Equal for two sources that can share one connection. */
  key: string;
  /**
   * For logs and events, AVA's `target`: the URL without credentials, and without the query, which may contain some.
   */
  label: string;
  spec: Omit<IngestSpec, 'video' | 'timeoutMs' | 'owner'>;
  /** The camera's name for the bridge. Tells nothing of the address, and is another in each process. */
  owner: string;
}

const ownerSalt = randomBytes(16);

/** @throws SluiceError `EndpointUrlInvalid` */
export function cameraAddress(source: CameraSource): CameraAddress {
  const { endpoint, transport } = source;
  let url: CameraUrl;
  try {
    url = readCameraUrl(endpoint.url);
  } catch (problem) {
    throw invalid(source, messageOf(problem));
  }
  const named =
    endpoint.credentials?.type === 'usernamePassword'
      ? { username: endpoint.credentials.username, password: endpoint.credentials.password }
      : undefined;
  // Credentials in the URL are used, since people paste them there, but they are removed from it here.
  const credentials = url.credentials ?? named;
  const spec: CameraAddress['spec'] = {
    url: url.uri,
    transport,
    ...(credentials ? { credentials } : {}),
    ...(url.secure
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
  const owner = createHmac('sha256', ownerSalt).update(key).digest('hex').slice(0, 16);
  return { key, label: url.label, spec, owner };
}

function invalid(source: CameraSource, what: string): SluiceError {
  return new SluiceError('EndpointUrlInvalid', `the URL of source '${source.name}' ${what}`, {
    kind: 'invalid',
    where: { node: source.name },
    hint: 'Write it as rtsp://host[:port]/path.',
  });
}
