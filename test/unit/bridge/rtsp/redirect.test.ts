import { describe, expect, it } from 'vitest';
import { readCameraUrl } from '../../../../bridge/rtsp/camera-url.js';
import { ProbeFailure } from '../../../../bridge/rtsp/failures.js';
import type { Response } from '../../../../bridge/rtsp/message.js';
import { followRedirect } from '../../../../bridge/rtsp/redirect.js';

const to = (location?: string): Response => ({
  kind: 'response',
  protocol: 'RTSP',
  status: 302,
  reason: 'Found',
  headers: new Map(location === undefined ? [] : [['location', [location]]]),
  body: '',
});
const follow = (from: string, location?: string, followed = 0): string =>
  followRedirect(readCameraUrl(from), to(location), followed).uri;

const refusal = (from: string, location?: string, followed = 0): string => {
  try {
    follow(from, location, followed);
  } catch (problem) {
    if (!(problem instanceof ProbeFailure)) throw problem;
    expect(problem.failure).toMatchObject({ kind: 'protocol', code: 'redirected' });
    return problem.message;
  }
  throw new Error('it was followed');
};

describe('a redirect', () => {
  it.each([
    ['rtsp://cam/a', 'rtsp://cam:8554/b?c=d', 'rtsp://cam:8554/b?c=d'],
    ['rtsp://cam/a', 'RTSP://CAM./b', 'rtsp://CAM./b'],
    ['rtsp://cam/a', 'rtsps://cam/b', 'rtsps://cam/b'],
    ['rtsps://cam/a', 'rtsps://cam:322/b', 'rtsps://cam:322/b'],
    ['rtsp://[fe80::1]/a', 'rtsp://[FE80:0::1]/b', 'rtsp://[FE80:0::1]/b'],
    ['rtsp://cam:8554/a', '/b', 'rtsp://cam:8554/b'],
  ])('of %s to %s is followed: the same host, no less secure', (from, location, uri) => {
    expect(follow(from, location)).toBe(uri);
  });

  it('cannot choose the credentials', () => {
    const { credentials, uri } = followRedirect(readCameraUrl('rtsp://cam/a'), to('rtsp://me:word@cam/b'), 0);
    expect([credentials, uri]).toEqual([undefined, 'rtsp://cam/b']);
  });

  it.each([
    ['rtsp://cam/a', 'rtsp://other/b', /redirects to rtsp:\/\/other:554, which is another host; .*rtspUrl/],
    ['rtsp://cam/a', 'rtsp://cam@other/b', /rtsp:\/\/other:554, which is another host/],
    ['rtsp://cam/a', 'rtsp://cam.example/b', /another host/],
    ['rtsp://10.0.0.1/a', 'rtsp://10.0.0.10/b', /another host/],
    ['rtsp://[fe80::1]/a', 'rtsp://[fe80::2]:1/b', /rtsp:\/\/\[fe80::2\]:1, which is another host/],
    ['rtsp://cam/a', '//other/b', /no rtsp:\/\/ or rtsps:\/\/ address/],
    ['rtsps://cam/a', 'rtsp://cam/b', /redirects to rtsp:\/\/cam:554, which is without TLS/],
    ['rtsp://cam/a', 'http://cam/b', /redirects to no rtsp:\/\/ or rtsps:\/\/ address/],
    ['rtsp://cam/a', undefined, /redirects to no rtsp:\/\/ or rtsps:\/\/ address/],
  ])('of %s to %s is refused', (from, location, message) => {
    expect(refusal(from, location)).toMatch(message);
  });

  it('is followed three times at most', () => {
    expect(follow('rtsp://cam/a', 'rtsp://cam/b', 2)).toBe('rtsp://cam/b');
    expect(refusal('rtsp://cam/a', 'rtsp://cam/b', 3)).toMatch(/after 3 other redirects/);
  });

  it('is told of without user, password, path and query, on one line', () => {
    const message = refusal('rtsp://cam/a', 'rtsp://me:word@other/secret?token=1');
    expect(message).not.toMatch(/me:|word|secret|token/);
    expect(refusal('rtsp://cam/a', `rtsp://${'o'.repeat(500)}/`).length).toBeLessThan(250);
  });
});
