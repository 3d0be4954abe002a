import { describe, expect, it } from 'vitest';
import { namedCameras } from '../../../../../engine/cli/record/camera-names.js';

const names = (urls: string[], taken: string[] = []) => namedCameras(urls, new Set(taken)).map(({ name }) => name);

describe('the names of cameras', () => {
  it('are those of their hosts', () => {
    expect(names(['rtsp://u:p@192.168.1.20:8554/a', 'rtsps://door.lan/b', 'rtsp://[fe80::1]/c'])).toEqual([
      '192-168-1-20',
      'door-lan',
      'fe80-1',
    ]);
  });

  it('have the path as well where one host has several, but never what is behind it: some cameras want a password there', () => {
    const urls = ['rtsp://nvr/ch1/main?user=u&password=secret', 'rtsp://nvr/ch2/main?password=secret', 'rtsp://door/1'];
    expect(names(urls)).toEqual(['nvr-ch1-main', 'nvr-ch2-main', 'door']);
    expect(JSON.stringify(namedCameras(urls, new Set()).map(({ label }) => label))).not.toContain('secret');
  });

  it('have a number where that is not enough, or another live pipeline has the name', () => {
    expect(names(['rtsp://nvr/s?channel=1', 'rtsp://nvr/s?channel=2', 'rtsp://door/1'], ['door'])).toEqual([
      'nvr-s',
      'nvr-s-2',
      'door-2',
    ]);
  });

  it('are valid names of live pipelines, however long', () => {
    const long = `rtsp://a-very-long-name-of-a-camera.in-the-yard.example/x`;
    for (const name of names([long, `${long}y`, `${long}z`]))
      expect(name).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])$/);
    expect(new Set(names([long, `${long}y`, `${long}z`])).size).toBe(3);
  });

  it.each([
    [['http://camera/1'], /address of the camera has the scheme 'http'/],
    [['rtsp://a/1', '192.168.1.20'], /address of camera 2 of 2 is not a URL/],
    [['rtsp://u:a/b@c/1'], /password/],
    [['rtsp://u:secret@a/1', 'rtsp://a/1'], /rtsp:\/\/a\/1 is given twice/],
  ])('%j is refused, without credentials', (urls, message) => {
    expect(() => names(urls)).toThrow(message);
    expect(() => names(urls)).not.toThrow(/secret/);
  });
});
