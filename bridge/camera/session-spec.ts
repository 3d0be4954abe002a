import { CAMERA_TIMEOUT_MS } from '../hosts/protocol.js';
import type { SessionSpec } from '../rtsp/session.js';
import type { IngestSpec } from '../types.js';

/** The session that an ingest wants. */
export const sessionSpec = (
  {
    url,
    transport,
    credentials,
    tls,
    audio = false,
    unwelcome = [],
    metadata = false,
    connectMs = CAMERA_TIMEOUT_MS,
    answerMs = CAMERA_TIMEOUT_MS,
  }: IngestSpec,
  how: Pick<SessionSpec, 'connect' | 'followRedirects'> & { signal: AbortSignal },
): SessionSpec & { audio: boolean; metadata: boolean } => ({
  audio,
  metadata,
  ...{ url, transport, connectMs, answerMs, unwelcome, ...how },
  ...(credentials ? { credentials } : {}),
  ...(tls ? { tls } : {}),
});
