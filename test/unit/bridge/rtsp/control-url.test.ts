import { describe, expect, it } from 'vitest';
import { readCameraUrl } from '../../../../bridge/rtsp/camera-url.js';
import { baseOf, controlUrl } from '../../../../bridge/rtsp/control-url.js';
import type { Response } from '../../../../bridge/rtsp/message.js';

const asked = readCameraUrl('rtsp://camera:8554/live?token=1');
const answer = (headers: Record<string, string>): Response => ({
  ...{ kind: 'response', protocol: 'RTSP', status: 200, reason: '', body: '' },
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
});

describe('the base of the tracks', () => {
  it.each<[string, Record<string, string>, string]>([
    ['Content-Base', { 'content-base': 'rtsp://10.0.0.9/x/', 'content-location': 'rtsp://y/' }, 'rtsp://10.0.0.9/x/'],
    ['Content-Location', { 'content-location': 'rtsp://10.0.0.9/x' }, 'rtsp://10.0.0.9/x'],
    ['what was asked for', {}, 'rtsp://camera:8554/live?token=1'],
    ['what was asked for, if the camera names none', { 'content-base': '/live/' }, 'rtsp://camera:8554/live?token=1'],
    ['a URL without credentials', { 'content-base': 'rtsp://u:p@10.0.0.9/x/' }, 'rtsp://10.0.0.9/x/'],
    [
      'what was asked for, if what the camera names is none',
      { 'content-base': 'rtsp://:99999/' },
      'rtsp://camera:8554/live?token=1',
    ],
  ])('is %s', (_, headers, base) => {
    expect(baseOf(asked, answer(headers))).toBe(base);
  });
});

describe('the name of a track', () => {
  it.each([
    ['rtsp://c/x', undefined, 'rtsp://c/x'],
    ['rtsp://c/x', '*', 'rtsp://c/x'],
    ['rtsp://c/x', 'track1', 'rtsp://c/x/track1'],
    ['rtsp://c/x/', 'track1', 'rtsp://c/x/track1'],
    ['rtsp://c/x/', '/track1', 'rtsp://c/x/track1'],
    ['rtsp://c/x?a=b', 'trackID=1', 'rtsp://c/x?a=b/trackID=1'],
    ['rtsp://c/x', 'rtsp://u:p@d/y', 'rtsp://d/y'],
    ['rtsp://c/x', 'RTSPS://d/y?z', 'rtsps://d/y?z'],
    ['rtsp://c/x', 'tr\r\nack', 'rtsp://c/x/track'],
  ])('%s with %j is %s', (base, control, url) => {
    expect(controlUrl(base, control)).toBe(url);
  });
});
