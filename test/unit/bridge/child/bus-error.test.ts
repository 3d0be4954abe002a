import { describe, expect, it } from 'vitest';
import { errorReason } from '../../../../bridge/child/bus-error.js';

const busError = (message: string, more: { element?: string; detail?: string; details?: string } = {}) =>
  errorReason({
    type: 'error',
    message,
    _src_element_name: more.element ?? 'src',
    debug: `../gstrtspsrc.c(8094): gst_rtspsrc_retrieve_sdp (): /GstPipeline:pipeline0/GstRTSPSrc:src:\n${more.detail ?? ''}`,
    ...(more.details === undefined ? {} : { details: more.details }),
  });

describe('an error of a media pipeline', () => {
  it.each<[string, Parameters<typeof busError>, string, string]>([
    [
      'refused on port 322',
      ['Could not open resource for reading and writing.', { detail: 'Could not connect to 10.0.0.7:322' }],
      'network',
      'resource.open',
    ],
    [
      'refused on port 401',
      ['Could not open resource for reading and writing.', { detail: 'Could not connect to 10.0.0.7:401' }],
      'network',
      'resource.open',
    ],
    [
      'unauthorized',
      ['Unauthorized', { details: 'details, rtsp-status-code=(uint)401, rtsp-status-reason=(string)Unauthorized;' }],
      'auth',
      'rtsp.401',
    ],
    ['forbidden', ['Forbidden', { details: 'details, rtsp-status-code=(uint)403;' }], 'auth', 'rtsp.403'],
    ['no such path', ['Not found', { details: 'details, rtsp-status-code=(uint)404;' }], 'protocol', 'rtsp.404'],
    [
      'no formats in common',
      ['Internal data stream error.', { detail: 'streaming stopped, reason not-negotiated (-4)' }],
      'format',
      'stream.failed',
    ],
    [
      'broken stream',
      ['Internal data stream error.', { detail: 'streaming stopped, reason error (-5)' }],
      'network',
      'stream.failed',
    ],
    [
      'a path that looks like a codec',
      ['Could not read from resource.', { detail: 'rtsp://cam/codec/403' }],
      'network',
      'resource.read',
    ],
    ['nothing to decode', ['Could not decode stream.', { element: 'h264parse0' }], 'format', 'stream.decode'],
    ['no codec', ["There is no codec present that can handle the stream's type."], 'format', 'stream.failed'],
    ['a text nobody knows', ['Something odd'], 'network', 'stream.failed'],
  ])('%s: has a kind and a code', (_, [text, more], failure, code) => {
    expect(busError(text, more)).toMatchObject({ kind: 'error', failure, code });
  });

  it('is one line that names the element and leaves source files out', () => {
    const { message } = busError('Not found', { detail: 'no stream at rtsp://user:secret@cam/x' });
    expect(message).toBe('src: Not found (no stream at rtsp://cam/x)');
  });
});
