import { describe, expect, it } from 'vitest';
import { parseSdp } from '../../../../bridge/rtsp/sdp.js';

const lines = (...text: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 10.0.0.9', 's=x', 't=0 0', ...text, ''].join('\r\n');

describe('session descriptions', () => {
  it('are read with their tracks, formats and controls', () => {
    const description = parseSdp(
      lines(
        'a=control:*',
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=fmtp:96 packetization-mode=1; profile-level-id=4D0028;sprop-parameter-sets=Z00AKA==,aO48gA==',
        'a=control:trackID=1',
        'm=audio 0 RTP/AVP 97 8',
        'a=rtpmap:97 mpeg4-generic/16000/2',
        'a=fmtp:97 streamtype=5;Mode=AAC-hbr;config=1408',
        'a=sendonly',
        'a=control:rtsp://10.0.0.9/audio',
      ),
    );
    expect(description).toEqual({
      control: '*',
      media: [
        {
          media: 'video',
          control: 'trackID=1',
          formats: [
            {
              payloadType: 96,
              encoding: 'H264',
              clockRate: 90000,
              fmtp: {
                'packetization-mode': '1',
                'profile-level-id': '4D0028',
                'sprop-parameter-sets': 'Z00AKA==,aO48gA==',
              },
            },
          ],
        },
        {
          media: 'audio',
          control: 'rtsp://10.0.0.9/audio',
          direction: 'sendonly',
          formats: [
            {
              payloadType: 97,
              encoding: 'MPEG4-GENERIC',
              clockRate: 16000,
              channels: 2,
              fmtp: { streamtype: '5', mode: 'AAC-hbr', config: '1408' },
            },
            { payloadType: 8, encoding: 'PCMA', clockRate: 8000, fmtp: {} },
          ],
        },
      ],
    });
  });

  it('may name payload types that need no rtpmap, or nothing that is known', () => {
    const { media } = parseSdp(
      lines('m=video 0 RTP/AVP 26', 'm=audio 0 RTP/AVP 8 10', 'm=audio 0 RTP/AVP 99', 'm=x 0 y z'),
    );
    expect(
      media.map(({ formats }) => formats.map(({ encoding, clockRate, channels }) => [encoding, clockRate, channels])),
    ).toEqual([
      [['JPEG', 90000, undefined]],
      [
        ['PCMA', 8000, undefined],
        ['L16', 44100, 2],
      ],
      [['', undefined, undefined]],
      [],
    ]);
  });

  it('are understood with what cameras get wrong: line ends, blanks, missing parts, a stray rtpmap in front', () => {
    const { media } = parseSdp(
      'v=0\na=rtpmap:96 H265/90000\nnonsense\nm=\nm=VIDEO 0 RTP/AVP 96 \na=rtpmap: 96  h264/90000 \na=fmtp:96\na=fmtp:96 \na=fmtp:96 flag;;=x;a=b=c',
    );
    expect(media).toEqual([
      {
        media: 'video',
        formats: [{ encoding: 'H264', payloadType: 96, clockRate: 90000, fmtp: { flag: '', '': 'x', a: 'b=c' } }],
      },
    ]);
  });

  it('are not led astray by names of object properties', () => {
    const { media } = parseSdp(
      lines('m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 __proto__=1;constructor=2'),
    );
    expect(Object.keys(media[0]!.formats[0]!.fmtp)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it('end at 64 media, and a media line at 32 formats', () => {
    const many = lines(...Array.from({ length: 200 }, () => `m=video 0 RTP/AVP ${'26 '.repeat(100)}`));
    expect(parseSdp(many).media).toHaveLength(64);
    expect(parseSdp(many).media[0]!.formats).toHaveLength(32);
  });
});
