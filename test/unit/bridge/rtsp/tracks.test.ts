import { describe, expect, it } from 'vitest';
import { ProbeFailure } from '../../../../bridge/rtsp/failures.js';
import { parseSdp } from '../../../../bridge/rtsp/sdp.js';
import { chooseTracks, METADATA, type Wanted } from '../../../../bridge/rtsp/tracks.js';

const VIDEO = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'];
const WANTED: Wanted = {
  video: ({ encoding }) => ['H264', 'H265'].includes(encoding),
  audio: ({ encoding }) => encoding === 'PCMA',
  metadata: () => false,
};

const chosen = (lines: readonly string[], wanted = WANTED): string[] => {
  const { video, audio } = chooseTracks('rtsp://camera/x', parseSdp(lines.join('\n')), wanted);
  const tracks = audio ? [video, audio] : [video];
  return tracks.map(({ kind, format }) => `${kind} ${format.encoding} ${format.payloadType}`);
};

describe('the tracks of a camera', () => {
  it('are the first that can be taken, one of each kind, the video first', () => {
    const lines = [
      ...['m=application 0 RTP/AVP 107', 'a=rtpmap:107 vnd.onvif.metadata/90000', 'm=audio 0 RTP/AVP 8'],
      ...['m=video 0 RTP/AVP 26', 'm=video 0 RTP/AVP 98 99', 'a=rtpmap:99 H264/90000', 'a=rtpmap:98 H265/90000'],
      ...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'],
    ];
    expect(chosen(lines)).toEqual(['video H265 98', 'audio PCMA 8']);
    const less: Wanted = { video: ({ encoding }) => encoding === 'H264', audio: () => false, metadata: () => false };
    expect(chosen(lines, less)).toEqual(['video H264 99']);
  });

  it('do without audio that cannot be taken, and say what that is', () => {
    const lines = [...VIDEO, 'm=audio 0 RTP/AVP 0', 'm=audio 0 RTP/AVP 97'];
    expect(chosen(lines)).toEqual(['video H264 96']);
    expect(chooseTracks('x', parseSdp(lines.join('\n')), WANTED).unknownAudio).toEqual(['PCMU', 'unknown']);
  });

  it('have metadata where that is wanted, in the encoding that can be taken', () => {
    const lines = [
      ...VIDEO,
      ...['m=application 0 RTP/AVP 106', 'a=rtpmap:106 vnd.onvif.metadata.gzip/90000'],
      ...['m=application 0 RTP/AVP 107', 'a=rtpmap:107 vnd.onvif.metadata/90000', 'm=application 0 RTP/AVP 98'],
    ];
    const wanted: Wanted = { ...WANTED, metadata: ({ encoding }) => encoding === METADATA };
    const taken = chooseTracks('x', parseSdp(lines.join('\n')), wanted);
    expect(taken.metadata?.format.payloadType).toBe(107);
    expect(taken.offeredMetadata).toEqual(['VND.ONVIF.METADATA.GZIP', 'VND.ONVIF.METADATA']);
    const none = chooseTracks('x', parseSdp(lines.join('\n')), WANTED);
    expect([none.metadata, chooseTracks('x', parseSdp(VIDEO.join('\n')), wanted).offeredMetadata]).toEqual([
      undefined,
      [],
    ]);
  });

  it.each([
    ['leave out what the camera would play', [...VIDEO, 'm=audio 0 RTP/AVP 8', 'a=sendonly'], 1],
    [
      'have audio where the camera calls all of it its own',
      [...VIDEO, 'a=sendonly', 'm=audio 0 RTP/AVP 8', 'a=sendonly'],
      2,
    ],
    [
      'have audio that is heard, behind what the camera would play',
      [...VIDEO, 'm=audio 0 RTP/AVP 8', 'a=sendonly', 'm=audio 0 RTP/AVP 8'],
      2,
    ],
  ])('%s', (_, lines, count) => {
    expect(chosen(lines)).toHaveLength(count);
  });

  it.each([
    [
      'm=audio 0 RTP/AVP 8',
      /offers PCMA audio; only H.264, H.265 and MJPEG video can be taken, so set the camera to one of them/,
    ],
    ['', /offers no media; /],
    ['m=video 0 RTP/AVP 26\nm=x 0 y z', /offers JPEG video, unknown x; /],
  ])('are none without a video: %j', (sdp, message) => {
    const choose = (): unknown => chooseTracks('rtsp://camera/x', parseSdp(sdp), WANTED);
    expect(choose).toThrow(ProbeFailure);
    expect(choose).toThrow(message);
  });
});
