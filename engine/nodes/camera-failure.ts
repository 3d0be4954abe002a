import type { RtspFailure } from '../../bridge/rtsp/types.js';
import { toTicks90k, type UtcMicros } from '../core/time.js';
import { AvaEvent } from '../events/catalogue.js';
import type { EventBody } from '../events/types.js';

/**
 * AVA's diagnostics event about a failed connection; undefined if the engine itself ended it.
 * @param target the camera's address without credentials.
 */
export const failureEvent = (
  failure: RtspFailure,
  target: string,
  retryInMs: number,
  now: UtcMicros,
): EventBody | undefined => {
  const { code, message } = failure;
  const common = { target, protocol: 'rtsp' as const, message, retryInSeconds: Math.round(retryInMs / 100) / 10 };
  switch (failure.kind) {
    case 'auth':
      return {
        eventType: code === '403' || code === 'rtsp.403' ? AvaEvent.AuthorizationError : AvaEvent.AuthenticationError,
        data: { errorCode: code, ...common },
      };
    case 'protocol':
      return { eventType: AvaEvent.ProtocolError, data: { code, ...common } };
    case 'format':
      return { eventType: AvaEvent.MediaFormatError, data: { timestamp: toTicks90k(now), code, ...common } };
    case 'network':
    case 'tls':
      return { eventType: AvaEvent.NetworkError, data: { errorCode: code, ...common } };
    case 'aborted':
      return undefined;
  }
};
