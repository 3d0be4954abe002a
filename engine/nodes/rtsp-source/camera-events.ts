import type { RtspFailure } from '../../../bridge/rtsp/types.js';
import type { IsolationChange } from '../../../bridge/types.js';
import type { SessionNotice } from '../../camera/session.js';
import { MICROS_PER_SECOND, toTicks90k, type UtcMicros } from '../../core/time.js';
import { AvaEvent, SluiceEvent } from '../../events/catalogue.js';

/** An event about a camera: its type, and its body. */
export interface CameraEvent {
  eventType: string;
  data: Record<string, unknown>;
}

/**
 * AVA's diagnostics event about a failed connection; undefined if the engine itself ended it.
 * @param target the camera's address without credentials.
 */
export const failureEvent = (
  failure: RtspFailure,
  target: string,
  retryInMs: number,
  now: UtcMicros,
): CameraEvent | undefined => {
  const { code, message } = failure;
  const common = { target, protocol: 'rtsp', message, retryInSeconds: Math.round(retryInMs / 100) / 10 };
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

/** The event about a notice of the camera's session. */
export const noticeEvent = (notice: SessionNotice, target: string, now: UtcMicros): CameraEvent => {
  if (notice.kind === 'noKeyframe') {
    const silent = Math.round(notice.micros / MICROS_PER_SECOND);
    const message = `the camera has sent no keyframe for ${silent} s; nothing can be judged or recorded without one`;
    return {
      eventType: AvaEvent.MediaFormatError,
      data: { timestamp: toTicks90k(now), code: notice.kind, target, protocol: 'rtsp', message },
    };
  }
  if (notice.kind === 'isolation') return isolationEvent(notice.change, target);
  const { kind, ...data } = notice;
  const eventType = {
    discontinuity: SluiceEvent.TimestampDiscontinuity,
    wallClockStepped: SluiceEvent.WallClockStepped,
    ringTruncated: SluiceEvent.PreRollLimited,
  }[kind];
  return { eventType, data };
};

/** What each role does with a camera's media. */
const tasks: Readonly<Record<IsolationChange['role'], string>> = {
  ingest: 'receives it',
  decode: 'decodes it',
  mux: 'writes its clips',
};

const isolationEvent = (change: IsolationChange, target: string): CameraEvent => {
  const { role, deaths } = change;
  if (change.kind === 'released') {
    const message = `the process that ${tasks[role]} has lived for long enough to be shared with other cameras again`;
    return { eventType: SluiceEvent.CameraReleased, data: { target, role, deaths, message } };
  }
  const { cause, retryInMs } = change;
  const message =
    `this camera was present at ${deaths} deaths of a process that ${tasks[role]}, and alone at the last: it ${cause}. ` +
    'It has a process of its own now, so that no other camera is disturbed. Its media may be damaged: restart the ' +
    'camera, update its firmware, or try another of its codecs or profiles';
  return {
    eventType: SluiceEvent.CameraIsolated,
    data: { target, role, deaths, cause, retryInSeconds: retryInMs / 1000, message },
  };
};
