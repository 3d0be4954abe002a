import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutCredentials } from '../../../bridge/credentials.js';

describe('withoutCredentials', () => {
  it.each([
    ['rtsp://cam/1', 'rtsp://cam/1'],
    ['rtsp://user@cam/1', 'rtsp://cam/1'],
    ['rtsp://@cam/1', 'rtsp://cam/1'],
    ['rtsp://user:secret@cam:554/1?a=b', 'rtsp://cam:554/1?a=b'],
    ['rtsp://user:secret@[fe80::1]:554/1', 'rtsp://[fe80::1]:554/1'],
    ['mqtts://user:secret@broker:8883', 'mqtts://broker:8883'],
    ['git+ssh://user:secret@host/x', 'git+ssh://host/x'],
    ['src: cannot open RTSP://user:secret@cam/1.', 'src: cannot open RTSP://cam/1.'],
    ['rtsp://a:b@cam/1 and rtsp://c:d@cam/2', 'rtsp://cam/1 and rtsp://cam/2'],
    ['rtsp://a:b@cam/1,rtsp://c:d@cam/2', 'rtsp://cam/1,rtsp://cam/2'],
    ['["rtsp://cam/1","rtsp://c:d@cam/2"]', '["rtsp://cam/1","rtsp://cam/2"]'],
  ])('of %s leaves %s', (text, clean) => {
    expect(withoutCredentials(text)).toBe(clean);
  });

  it.each(['p@ss', 'p/ss', 'p?ss', 'p#ss', 'p:ss', 'p@s/s', '12/34', 'p"s\'s', 'p%40ss', 'p@@'])(
    'takes a password typed as %s for what it is',
    (password) => {
      const clean = withoutCredentials(`no answer from rtsp://admin:${password}@cam:8554/live, giving up`);
      expect(clean).toMatch(/ rtsp:\/\/.*cam:8554\/live, giving up$/);
      expect(clean).not.toContain(password);
    },
  );

  it.each([
    'rtsp://cam/live@hd',
    'rtsp://[fe80::1]:554/x',
    'rtsp://cam:554/x?mail=a@b.example',
    'connect ECONNREFUSED 10.0.0.7:322',
    'write to admin@example.com',
    'C://temp',
    '://',
    '',
  ])('leaves %s alone', (text) => {
    expect(withoutCredentials(text)).toBe(text);
  });

  it('has no password left that a parser of URLs finds', () => {
    const word = fc.stringMatching(/^[a-z0-9!$&'()*+,;=._~%:@-]{1,12}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('', ' ', '"'), (user, password, quote) => {
        const clean = withoutCredentials(`at ${quote}rtsp://${user}:${password}@cam.example:554/x${quote} now`);
        expect(clean).toBe(`at ${quote}rtsp://cam.example:554/x${quote} now`);
      }),
    );
  });

  it('takes time in proportion to the length', () => {
    const timed = (unit: string, count: number): number => {
      const text = unit.repeat(count);
      const began = process.cpuUsage().user;
      withoutCredentials(text);
      return process.cpuUsage().user - began;
    };
    // Quadratic time would be minutes for these.
    for (const unit of ['rtsp://', 'a:', '@', '://a:b/', 'rtsp://a:', 'rtsp://a:b@', ':/']) {
      expect(timed(unit, 300_000)).toBeLessThan(5_000_000);
    }
  });
});
