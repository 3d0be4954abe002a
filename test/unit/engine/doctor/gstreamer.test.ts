import { describe, expect, it } from 'vitest';
import { requiredElements } from '../../../../bridge/index.js';
import { judgeElements } from '../../../../engine/doctor/gstreamer.js';

const needed = requiredElements().map(({ name }) => name);
const without = (...missing: string[]) => judgeElements(new Set(needed.filter((name) => !missing.includes(name))));

describe('what the doctor says of GStreamer elements', () => {
  it('is good when all are there', () => {
    expect(without()).toMatchObject({ verdict: 'good', detail: `all ${needed.length} there` });
  });

  it('names every element that the bridge uses, and no other', () => {
    const named = [...without(...needed).detail.matchAll(/(\S+) is missing/g)].map((match) => match[1]);
    expect(named).toEqual(needed);
  });

  it.each(needed)('names a package for %s', (name) => {
    expect(without(name).mend).toMatch(
      /^Run `sudo apt-get install -y (?:lib)?gstreamer1\.0-[a-z0-9-]+`, or `npx sluice setup`/,
    );
  });

  it('is bad when cameras, detection or clips do not work, and a warning when that is so with H.265 only', () => {
    expect(without('appsrc')).toMatchObject({ verdict: 'bad', detail: 'appsrc is missing (cameras)' });
    expect(without('aacparse', 'alawdec')).toMatchObject({
      verdict: 'warning',
      detail: 'alawdec is missing (recordings with sound); aacparse is missing (recordings with sound)',
    });
    expect(without('gdppay')).toMatchObject({
      verdict: 'bad',
      mend: expect.stringContaining('apt-get install -y gstreamer1.0-plugins-bad`'),
    });
    expect(without('x264enc')).toMatchObject({
      verdict: 'warning',
      detail: 'x264enc is missing (recordings with MJPEG)',
    });
    expect(without('rtph265depay', 'avdec_h265')).toMatchObject({
      verdict: 'warning',
      detail: 'rtph265depay is missing (cameras with H.265); avdec_h265 is missing (pictures with H.265)',
      mend: expect.stringContaining('apt-get install -y gstreamer1.0-plugins-good gstreamer1.0-libav`'),
    });
  });

  it('takes another decoder for the one that is missing', () => {
    const others = new Set([
      ...needed.filter((name) => !name.startsWith('avdec_')),
      'openh264dec',
      'libde265dec',
      'avenc_aac',
      'avdec_g726',
      'avdec_mp2float',
    ]);
    expect(judgeElements(others).verdict).toBe('good');
  });
});
