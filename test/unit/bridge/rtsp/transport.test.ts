import { describe, expect, it } from 'vitest';
import type { Response } from '../../../../bridge/rtsp/message.js';
import { readSession, readTransport, transportOffer } from '../../../../bridge/rtsp/transport.js';

const answer = (name: string, value: string | undefined): Response => ({
  ...{ kind: 'response', protocol: 'RTSP', status: 200, reason: '', body: '' },
  headers: new Map(value === undefined ? [] : [[name, [value]]]),
});

describe('the transport of a track', () => {
  it('is offered on two channels of its own', () => {
    expect([0, 2].map(transportOffer)).toEqual([
      'Transport: RTP/AVP/TCP;unicast;interleaved=0-1',
      'Transport: RTP/AVP/TCP;unicast;interleaved=4-5',
    ]);
  });

  it.each([
    ['RTP/AVP/TCP;unicast;interleaved=6-7', [6, 7]],
    ['RTP/AVP/TCP;interleaved=6', [6, 7]],
    ['rtp/avp/tcp; Interleaved = 8 - 9 ;mode=play', [8, 9]],
    ['RTP/AVP/TCP;unicast', [2, 3]],
    [undefined, [2, 3]],
    ['RTP/AVP/TCP;interleaved=255-256', [2, 3]],
    ['RTP/AVP/TCP;interleaved=4-4', [2, 3]],
    // Those of the track before.
    ['RTP/AVP/TCP;interleaved=0-1', [2, 3]],
    ['RTP/AVP;unicast;client_port=5000-5001', undefined],
    ['RTP/SAVP;multicast', undefined],
  ])('is read from %j', (text, channels) => {
    const read = readTransport(1, answer('transport', text), new Set([0, 1]));
    expect(read && [read.channel, read.rtcpChannel]).toEqual(channels);
  });
});

describe('the session', () => {
  it.each([
    ['12345678;timeout=30', { id: '12345678', timeoutMs: 30_000 }],
    ['12345678', { id: '12345678', timeoutMs: undefined }],
    [' a b ; Timeout = 10 ', { id: 'a b', timeoutMs: 10_000 }],
    ['x;timeout=0', { id: 'x', timeoutMs: undefined }],
    ['x;timeout=soon', { id: 'x', timeoutMs: undefined }],
    [';timeout=5', undefined],
    [undefined, undefined],
  ])('is read from %j', (text, session) => {
    expect(readSession(answer('session', text))).toEqual(session);
  });
});
