import { describe, expect, it } from 'vitest';
import { parseCameraUrl, readCameraUrl } from '../../../../bridge/rtsp/camera-url.js';

const CUT = 'has a /, ? or # in its user name or password, where they are written %2F, %3F and %23';

describe('readCameraUrl', () => {
  it('keeps credentials out of everything and the query out of messages', () => {
    expect(readCameraUrl('rtsp://user:secret@cam.example:8554/live?password=hidden#x')).toEqual({
      host: 'cam.example',
      port: 8554,
      secure: false,
      uri: 'rtsp://cam.example:8554/live?password=hidden',
      path: '/live?password=hidden',
      label: 'rtsp://cam.example:8554/live',
      credentials: { username: 'user', password: 'secret' },
    });
  });

  it('knows default ports, IPv6 and empty paths', () => {
    expect(readCameraUrl('rtsps://[fe80::1]')).toMatchObject({ host: 'fe80::1', port: 322, secure: true, path: '/' });
    expect(readCameraUrl('RTSP://CAM')).toMatchObject({ secure: false, port: 554 });
    expect(readCameraUrl('rtsp://cam:/x')).toMatchObject({ port: 554, uri: 'rtsp://cam/x' });
    expect(readCameraUrl('rtsp://cam?channel=1')).toMatchObject({ path: '/?channel=1', label: 'rtsp://cam' });
  });

  it.each([
    ['me:p%40ss', { username: 'me', password: 'p@ss' }],
    ['me:p@ss', { username: 'me', password: 'p@ss' }],
    ['me:a:b', { username: 'me', password: 'a:b' }],
    ['me', { username: 'me', password: '' }],
    ['me:100%', { username: 'me', password: '100%' }],
    ['me:a b', { username: 'me', password: 'a b' }],
    ['me:a%20b%2Fc%23', { username: 'me', password: 'a b/c#' }],
    ['me:%zz%4', { username: 'me', password: '%zz%4' }],
    ['me:%E9%40', { username: 'me', password: '%E9@' }],
    ['m%C3%A9:%C3%A9', { username: 'mé', password: 'é' }],
    ['', undefined],
    [':secret', undefined],
  ])('takes the credentials out of %s@', (userInfo, credentials) => {
    const url = readCameraUrl(`rtsp://${userInfo}@cam/x`);
    expect(url.credentials).toEqual(credentials);
    expect(url).toMatchObject({ host: 'cam', uri: 'rtsp://cam/x', label: 'rtsp://cam/x' });
  });

  it('keeps path and query letter by letter', () => {
    for (const path of ['/a/../b//c/./', '/x?y=%41&z=%2f', "/Streaming/Channels/101?a='b'{c}", '/user=a&password=@1']) {
      expect(readCameraUrl(`rtsp://cam${path}`)).toMatchObject({ path, uri: `rtsp://cam${path}` });
    }
  });

  it('leaves no line break and no blank in a request line', () => {
    const { uri } = readCameraUrl('rtsp://cam/a b\r\nEvil: 1 ! filesink location=x');
    expect(uri).not.toMatch(/[\r\n]/);
    expect(uri).toBe('rtsp://cam/a%20b%0D%0AEvil:%201%20!%20filesink%20location=x');
    expect(readCameraUrl('\n rtsp://cam/é\ud800 ').uri).toBe('rtsp://cam/%C3%A9%EF%BF%BD');
  });

  it.each([
    ['http://cam/', "has the scheme 'http'; only rtsp and rtsps are supported"],
    ['rtsp:///x', 'has no host'],
    ['rtsp://', 'has no host'],
    ['rtsp://:554/', 'has no host'],
    ['cam', 'is not a URL'],
    ['', 'is not a URL'],
    ['user:secret@cam', 'is not a URL'],
    ['rtsp://cam:99999/', 'has no port from 1 to 65535'],
    ['rtsp://cam:0/', 'has no port from 1 to 65535'],
    ['rtsp://admin:se/cret@cam/', CUT],
    ['rtsp://admin:se#cret@cam/', CUT],
    ['rtsp://admin:s?e#cret@cam:554/x', CUT],
    ['rtsp://admin:12#34@cam/', CUT],
    ['rtsp://admin:se@cr#et@cam/', CUT],
    ['rtsp://a b/', 'is not a URL'],
    ['rtsp://[cam]/', 'has no IPv6 address in its brackets'],
  ])('refuses %j', (url, message) => {
    expect(() => readCameraUrl(url)).toThrow(new TypeError(message));
  });
});

describe('parseCameraUrl', () => {
  it.each([
    ['rtsp://cam/stream', { secure: false, host: 'cam', port: 554, path: '/stream' }],
    ['rtsps://cam', { secure: true, host: 'cam', port: 322, path: '/' }],
    ['RTSP://10.0.0.7:8554/a?b=c&d=%20', { secure: false, host: '10.0.0.7', port: 8554, path: '/a?b=c&d=%20' }],
    ['rtsp://[fe80::1]:554/x', { secure: false, host: 'fe80::1', port: 554, path: '/x' }],
    [
      'rtsp://cam/cam/realmonitor?channel=1&subtype=0',
      { secure: false, host: 'cam', port: 554, path: '/cam/realmonitor?channel=1&subtype=0' },
    ],
  ])('reads %s', (url, expected) => {
    const { uri, label, ...rest } = parseCameraUrl(url)!;
    expect(rest).toEqual(expected);
    expect(uri).toBe(`${url.replace('RTSP', 'rtsp')}${url === 'rtsps://cam' ? '/' : ''}`);
    expect(label).toBe(url.replace('RTSP', 'rtsp').replace(/\?.*/, ''));
  });

  it.each([
    'http://cam/',
    'rtsp://user:secret@cam/',
    'rtsp://',
    'rtsp://cam:0/',
    'rtsp://cam:70000/',
    'rtsp://cam/ ! filesink location=/tmp/x',
    'rtsp://cam ! fakesink',
    'rtsp://cam/a\nb',
    'rtsp://[fe80::1',
    '',
  ])('refuses %j', (url) => {
    expect(parseCameraUrl(url)).toBeUndefined();
  });

  it('takes what readCameraUrl has made ready', () => {
    const { uri } = readCameraUrl('rtsps://me:secret@[::1]/a b?é');
    expect(parseCameraUrl(uri)).toMatchObject({ uri, host: '::1', port: 322 });
  });
});
