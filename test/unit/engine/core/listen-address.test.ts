import { describe, expect, it } from 'vitest';
import {
  addressText,
  hostNameOf,
  isLocal,
  isLoopbackName,
  type ListenAddress,
  parseListenAddress,
} from '../../../../engine/core/listen-address.js';

describe('listen addresses', () => {
  it.each([
    ['127.0.0.1:8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080', true],
    ['[::1]:0', { kind: 'tcp', host: '::1', port: 0 }, '[::1]:0', true],
    [':8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080', true],
    ['8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080', true],
    ['localhost:1', { kind: 'tcp', host: 'localhost', port: 1 }, 'localhost:1', true],
    ['0.0.0.0:65535', { kind: 'tcp', host: '0.0.0.0', port: 65_535 }, '0.0.0.0:65535', false],
    ['[::]:80', { kind: 'tcp', host: '::', port: 80 }, '[::]:80', false],
    ['camera-box.lan:80', { kind: 'tcp', host: 'camera-box.lan', port: 80 }, 'camera-box.lan:80', false],
    ['unix:/run/sluice.sock', { kind: 'unix', path: '/run/sluice.sock' }, 'unix:/run/sluice.sock', true],
    [' 9 ', { kind: 'tcp', host: '127.0.0.1', port: 9 }, '127.0.0.1:9', true],
  ] as Array<[string, ListenAddress, string, boolean]>)('reads %j', (text, address, written, local) => {
    expect(parseListenAddress(text)).toEqual(address);
    expect(addressText(address)).toBe(written);
    expect(parseListenAddress(written)).toEqual(address);
    expect(isLocal(address)).toBe(local);
  });

  it.each([
    '',
    'localhost',
    '::1:80',
    '[::1]',
    '[nonsense]:1',
    '1.2.3.4:65536',
    'a:b',
    'a b:1',
    'a/b:1',
    'unix:',
    'http://a:1',
  ])('refuses %j', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });

  it('knows the names of this machine', () => {
    for (const name of ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '127.0.0.1', '127.8.9.1', '::1']) {
      expect(isLoopbackName(name), name).toBe(true);
    }
    for (const name of ['localhost.evil.example', '128.0.0.1', '127.evil.example', '0.0.0.0', '']) {
      expect(isLoopbackName(name), name).toBe(false);
    }
  });

  it('takes the name out of a Host header', () => {
    expect(['a.example', 'a.example:80', '[::1]:80', '[::1]'].map(hostNameOf)).toEqual([
      'a.example',
      'a.example',
      '::1',
      '::1',
    ]);
    expect(['', 'a b', 'a/b', 'user@a', 'a:b', '[::1'].map(hostNameOf)).toEqual(Array(6).fill(undefined));
  });
});
