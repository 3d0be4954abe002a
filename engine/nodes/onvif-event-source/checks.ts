import { shown } from '../../core/shown.js';
import type { DocumentCheck } from '../../topology/node-definition.js';
import type { OnvifEventSourceDocument } from './schema.js';

/** Events come over HTTP or in an RTSP stream; the URL must be of that kind. */
export const checkUrl = (
  { endpoint, delivery = 'pullPoint' }: Partial<OnvifEventSourceDocument>,
  { fill, places, report }: DocumentCheck,
): void => {
  const how = fill(delivery);
  const url = endpoint?.url === undefined ? undefined : fill(endpoint.url);
  if (endpoint === undefined || url === undefined || how === undefined) return;
  const schemes = how === 'metadataTrack' ? ['rtsp', 'rtsps'] : ['http', 'https'];
  if (schemes.includes(/^[^:]*/.exec(url.trim())![0].toLowerCase())) return;
  report(
    places.of(endpoint, 'url'),
    `${shown(url)} must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')} when delivery is ${shown(how)}`,
  );
};
