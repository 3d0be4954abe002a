import type { DecoderFallback, IsolationChange, MediaLoss } from '../../../bridge/types.js';
import type { DecodingChange, OverloadCause } from '../../camera/overload/types.js';
import type { SessionNotice } from '../../camera/session-listener.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, toTicks90k, type UtcMicros } from '../../core/time.js';
import { AvaEvent, SluiceEvent } from '../../events/catalogue.js';
import type { EventBody } from '../../events/types.js';

/** The event about a notice of the camera's session. */
export const noticeEvent = (notice: SessionNotice, target: string, now: UtcMicros): EventBody => {
  if (notice.kind === 'noKeyframe') {
    const silent = Math.round(notice.micros / MICROS_PER_SECOND);
    const message = `the camera has sent no keyframe for ${silent} s; nothing can be judged or recorded without one`;
    return {
      eventType: AvaEvent.MediaFormatError,
      data: { timestamp: toTicks90k(now), code: notice.kind, target, protocol: 'rtsp', message },
    };
  }
  if (notice.kind === 'decoderFellBack') return fallbackEvent(notice.fallback, target);
  if (notice.kind === 'decoding') return decodingEvent(notice.change, target);
  if (notice.kind === 'isolation') return isolationEvent(notice.change, target);
  if (notice.kind === 'loss') return lossEvent(notice.loss, target);
  if (notice.kind === 'sound') {
    const { code, message } = notice.fault;
    return {
      eventType: AvaEvent.MediaFormatError,
      data: { timestamp: toTicks90k(now), code, target, protocol: 'rtsp', message },
    };
  }
  if (notice.kind === 'soundMisplaced') {
    const { count } = notice;
    const message = `${count} frames of the camera's sound have times at which there is other sound, or no picture`;
    return { eventType: AvaEvent.DataDropped, data: { dataType: 'audio', count, cause: 'misplaced', target, message } };
  }
  if (notice.kind === 'soundLost') {
    const { count, micros, why } = notice;
    const milliseconds = Math.round(micros / MICROS_PER_MS);
    const message = `${count} frames of the camera's sound were lost with their encoder: ${why}`;
    return {
      eventType: AvaEvent.DataDropped,
      data: { dataType: 'audio', count, cause: 'encoderLost', milliseconds, target, message },
    };
  }
  switch (notice.kind) {
    case 'discontinuity':
      return { eventType: SluiceEvent.TimestampDiscontinuity, data: { reason: notice.reason, at: notice.at } };
    case 'wallClockStepped':
      return { eventType: SluiceEvent.WallClockStepped, data: { byMs: notice.byMs } };
    case 'ringTruncated':
      return { eventType: SluiceEvent.PreRollLimited, data: { bytes: notice.bytes, keptMicros: notice.keptMicros } };
  }
};

const fallbackEvent = ({ kind, code, cause, retryInMs }: DecoderFallback, target: string): EventBody => {
  const retryInSeconds = Math.ceil(retryInMs / 1000);
  const message =
    code === 'noSession'
      ? `${cause}, and may be no more. The processor decodes this camera, until one of them ends`
      : `${kind} does not decode this camera: ${cause}. The processor decodes it now; ${kind} is tried again in ${retryInSeconds} s`;
  return {
    eventType: SluiceEvent.DecoderFellBack,
    data: { target, decoder: kind, code, cause, ...(code === 'noSession' ? {} : { retryInSeconds }), message },
  };
};

const OVERLOADS: Readonly<Record<OverloadCause, string>> = {
  decoderBehind: 'the decoders cannot keep up with the cameras',
  detectorBusy: 'the detectors cannot keep up with the pictures',
  mainThreadBusy: "the engine's main thread cannot keep up with the media",
};

const decodingEvent = (change: DecodingChange, target: string): EventBody => {
  const { priority, cause, asked, decodes } = change;
  const told = { target, priority, cause, asked, decodes };
  if (change.kind === 'restored') {
    const seconds = Math.round(change.lasted / MICROS_PER_SECOND);
    const message = `the camera is decoded as asked again (${asked}), after ${seconds} s`;
    return { eventType: SluiceEvent.DecodingRestored, data: { ...told, seconds, message } };
  }
  const why = change.shared
    ? OVERLOADS[cause]
    : 'one decoder or detector alone cannot keep up with this camera, although the machine has something to spare';
  const message =
    `${why}. Keyframes alone are decoded of this camera (priority ${priority}, asked for: ${asked}), until there is room. ` +
    'Let it send smaller or fewer pictures, choose a cheaper decodePolicy, or give the engine more processors';
  return { eventType: SluiceEvent.DecodingReduced, data: { ...told, message } };
};

const lossEvent = (loss: MediaLoss, target: string): EventBody => {
  const { packets, spans, micros, garbageBytes, overflow } = loss;
  const found = [
    packets > 0 && `${packets} RTP packets of the camera are missing, at ${spans} place${spans === 1 ? '' : 's'}`,
    garbageBytes > 0 && `${garbageBytes} bytes that the camera has sent belong to nothing`,
    overflow > 0 && `${overflow} frames of its sound or metadata came faster than they were taken, and were dropped`,
  ];
  const cause = packets > 0 || garbageBytes > 0 ? 'lostOnTheWay' : 'overflow';
  const milliseconds = Math.round(micros / MICROS_PER_MS);
  const message = found.filter(Boolean).join('; ');
  return {
    eventType: AvaEvent.DataDropped,
    data: { dataType: 'media', count: packets, cause, milliseconds, garbageBytes, overflow, target, message },
  };
};

/** What each role does with a camera's media. */
const tasks: Readonly<Record<IsolationChange['role'], string>> = {
  ingest: 'receives it',
  decode: 'decodes or encodes it',
};

const isolationEvent = (change: IsolationChange, target: string): EventBody => {
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
