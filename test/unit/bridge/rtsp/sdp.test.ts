import { describe, expect, it } from 'vitest';
import { chooseVideo, parseSdp } from '../../../../bridge/rtsp/sdp.js';

const lines = (...text: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 10.0.0.9', 's=x', 't=0 0', ...text, ''].join('\r\n');

describe('session descriptions', () => {
  it('reads video and audio with their parameters', () => {
    const media = parseSdp(
      lines(
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=fmtp:96 packetization-mode=1; profile-level-id=4D0028;sprop-parameter-sets=Z00AKA==,aO48gA==',
        'm=audio 0 RTP/AVP 97',
        'a=rtpmap:97 mpeg4-generic/16000/1',
        'a=fmtp:97 streamtype=5;Mode=AAC-hbr;config=1408',
      ),
    );
    expect(media).toEqual([
      {
        media: 'video',
        encoding: 'H264',
        payloadType: 96,
        clockRate: 90000,
        fmtp: {
          'packetization-mode': '1',
          'profile-level-id': '4D0028',
          'sprop-parameter-sets': 'Z00AKA==,aO48gA==',
        },
      },
      {
        media: 'audio',
        encoding: 'MPEG4-GENERIC',
        payloadType: 97,
        clockRate: 16000,
        fmtp: { streamtype: '5', mode: 'AAC-hbr', config: '1408' },
      },
    ]);
    expect(chooseVideo(media)).toEqual({ codec: 'h264', media: media[0] });
  });

  it('knows the payload types that need no rtpmap', () => {
    const media = parseSdp(lines('m=video 0 RTP/AVP 26', 'm=audio 0 RTP/AVP 8 0', 'm=audio 0 RTP/AVP 99'));
    expect(media.map(({ encoding, clockRate }) => [encoding, clockRate])).toEqual([
      ['JPEG', 90000],
      ['PCMA', 8000],
      ['', undefined],
    ]);
    expect(chooseVideo(media)).toBeUndefined();
  });

  it('takes the first video that can be taken, whatever stands before it', () => {
    const media = parseSdp(
      lines(
        'm=application 0 RTP/AVP 107',
        'a=rtpmap:107 vnd.onvif.metadata/90000',
        'm=video 0 RTP/AVP 26',
        'm=video 0 RTP/AVP 98 99',
        'a=rtpmap:99 H264/90000',
        'a=rtpmap:98 H265/90000',
        'a=fmtp:98 sprop-vps=AAAA',
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
      ),
    );
    expect(chooseVideo(media)).toMatchObject({
      codec: 'h265',
      media: { payloadType: 98, fmtp: { 'sprop-vps': 'AAAA' } },
    });
  });

  it('passes over what cameras get wrong: line ends, blanks, missing parts, a stray rtpmap in front', () => {
    const media = parseSdp(
      'v=0\na=rtpmap:96 H265/90000\nnonsense\nm=\nm=VIDEO 0 RTP/AVP 96 \na=rtpmap: 96  h264/90000 \na=fmtp:96\na=fmtp:96 \na=fmtp:96 flag;;=x;a=b=c',
    );
    expect(media).toEqual([
      { media: 'video', encoding: 'H264', payloadType: 96, clockRate: 90000, fmtp: { flag: '', '': 'x', a: 'b=c' } },
    ]);
  });

  it('is not led astray by names of object properties', () => {
    const media = parseSdp(
      lines('m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 __proto__=1;constructor=2'),
    );
    expect(Object.keys(media[0]!.fmtp)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it('stops at 64 media', () => {
    expect(parseSdp(lines(...Array.from({ length: 200 }, () => 'm=video 0 RTP/AVP 26')))).toHaveLength(64);
  });
});
