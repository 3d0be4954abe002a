import { describe, expect, it } from 'vitest';
import type { RtspFailure } from '../../../../../bridge/rtsp/types.js';
import type { SessionNotice } from '../../../../../engine/camera/session-listener.js';
import { seconds, toTicks90k, type UtcMicros } from '../../../../../engine/core/time.js';
import { failureEvent } from '../../../../../engine/nodes/camera-failure.js';
import { noticeEvent } from '../../../../../engine/nodes/rtsp-source/camera-events.js';

const NOW = (Date.UTC(2026, 0, 2) * 1000) as UtcMicros;
const TARGET = 'rtsp://camera/1';
const DIAGNOSTICS = 'Microsoft.VideoAnalyzer.Diagnostics.';
const timestamp = toTicks90k(NOW);

describe('a failed connection', () => {
  it.each<[RtspFailure['kind'], string, string, Record<string, unknown>]>([
    ['auth', '401', 'AuthenticationError', { errorCode: '401' }],
    ['auth', 'rtsp.401', 'AuthenticationError', { errorCode: 'rtsp.401' }],
    ['auth', '403', 'AuthorizationError', { errorCode: '403' }],
    ['auth', 'rtsp.403', 'AuthorizationError', { errorCode: 'rtsp.403' }],
    ['protocol', '404', 'ProtocolError', { code: '404' }],
    ['format', 'unsupportedVideoFormat', 'MediaFormatError', { code: 'unsupportedVideoFormat', timestamp }],
    ['network', 'ECONNREFUSED', 'NetworkError', { errorCode: 'ECONNREFUSED' }],
    ['network', 'stalled', 'NetworkError', { errorCode: 'stalled' }],
    ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'NetworkError', { errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  ])('of the kind %s with %s is an event %s', (kind, code, name, data) => {
    const failure = { kind, code, message: 'it went wrong' };
    expect(failureEvent(failure, TARGET, 1_234, NOW)).toEqual({
      eventType: DIAGNOSTICS + name,
      data: { target: TARGET, protocol: 'rtsp', message: 'it went wrong', retryInSeconds: 1.2, ...data },
    });
  });

  it('that the engine has ended itself is none', () => {
    expect(failureEvent({ kind: 'aborted', code: 'stopped', message: '' }, TARGET, 0, NOW)).toBeUndefined();
  });
});

describe('a notice of the session', () => {
  it.each<[SessionNotice, string, Record<string, unknown>]>([
    [
      { kind: 'discontinuity', reason: 'forwardJump', at: 5 as never },
      'Sluice.Diagnostics.TimestampDiscontinuity',
      { reason: 'forwardJump', at: 5 },
    ],
    [{ kind: 'wallClockStepped', byMs: -1_500 }, 'Sluice.Diagnostics.WallClockStepped', { byMs: -1_500 }],
    [
      { kind: 'ringTruncated', bytes: 10, keptMicros: 20 },
      'Sluice.Diagnostics.PreRollLimited',
      { bytes: 10, keptMicros: 20 },
    ],
    [
      { kind: 'loss', loss: { packets: 3, spans: 1, micros: 80_000, garbageBytes: 0, overflow: 4 } },
      `${DIAGNOSTICS}DataDropped`,
      {
        ...{ dataType: 'media', count: 3, cause: 'lostOnTheWay', milliseconds: 80, garbageBytes: 0, overflow: 4 },
        target: TARGET,
        message:
          '3 RTP packets of the camera are missing, at 1 place; ' +
          '4 frames of its sound or metadata came faster than they were taken, and were dropped',
      },
    ],
    [
      { kind: 'loss', loss: { packets: 0, spans: 0, micros: 0, garbageBytes: 0, overflow: 9 } },
      `${DIAGNOSTICS}DataDropped`,
      {
        ...{ dataType: 'media', count: 0, cause: 'overflow', milliseconds: 0, garbageBytes: 0, overflow: 9 },
        target: TARGET,
        message: '9 frames of its sound or metadata came faster than they were taken, and were dropped',
      },
    ],
    [
      {
        kind: 'decoding',
        change: {
          ...{ kind: 'reduced', priority: 'low', cause: 'mainThreadBusy', shared: true },
          ...{ asked: 'full', decodes: 'keyframes' },
        },
      },
      'Sluice.Diagnostics.DecodingReduced',
      {
        ...{ target: TARGET, priority: 'low', cause: 'mainThreadBusy', asked: 'full', decodes: 'keyframes' },
        message: expect.stringMatching(/^the engine's main thread cannot keep up .*priority low, asked for: full/),
      },
    ],
    [
      {
        kind: 'decoding',
        change: {
          ...{ kind: 'reduced', priority: 'high', cause: 'decoderBehind', shared: false },
          ...{ asked: 'full', decodes: 'keyframes' },
        },
      },
      'Sluice.Diagnostics.DecodingReduced',
      {
        ...{ target: TARGET, priority: 'high', cause: 'decoderBehind', asked: 'full', decodes: 'keyframes' },
        message: expect.stringMatching(/^one decoder or detector alone cannot keep up with this camera/),
      },
    ],
    [
      {
        kind: 'decoding',
        change: {
          ...{ kind: 'restored', priority: 'low', cause: 'detectorBusy', lasted: seconds(80.6) },
          ...{ asked: 'fps:5', decodes: 'fps:5' },
        },
      },
      'Sluice.Diagnostics.DecodingRestored',
      {
        ...{ target: TARGET, priority: 'low', cause: 'detectorBusy', asked: 'fps:5', decodes: 'fps:5', seconds: 81 },
        message: 'the camera is decoded as asked again (fps:5), after 81 s',
      },
    ],
    [
      { kind: 'noKeyframe', micros: seconds(10.4) },
      `${DIAGNOSTICS}MediaFormatError`,
      {
        timestamp,
        code: 'noKeyframe',
        target: TARGET,
        protocol: 'rtsp',
        message: 'the camera has sent no keyframe for 10 s; nothing can be judged or recorded without one',
      },
    ],
    [
      { kind: 'sound', fault: { code: 'soundRate', message: 'too fast' } },
      `${DIAGNOSTICS}MediaFormatError`,
      { timestamp, code: 'soundRate', target: TARGET, protocol: 'rtsp', message: 'too fast' },
    ],
    [
      { kind: 'soundMisplaced', count: 3 },
      `${DIAGNOSTICS}DataDropped`,
      {
        ...{ dataType: 'audio', count: 3, cause: 'misplaced', target: TARGET },
        message: "3 frames of the camera's sound have times at which there is other sound, or no picture",
      },
    ],
    [
      { kind: 'soundLost', count: 25, micros: 500_000, why: 'exited with SIGSEGV' },
      `${DIAGNOSTICS}DataDropped`,
      {
        ...{ dataType: 'audio', count: 25, cause: 'encoderLost', milliseconds: 500, target: TARGET },
        message: "25 frames of the camera's sound were lost with their encoder: exited with SIGSEGV",
      },
    ],
  ])('%j is an event', (notice, eventType, data) => {
    expect(noticeEvent(notice, TARGET, NOW)).toEqual({ eventType, data });
  });
});
