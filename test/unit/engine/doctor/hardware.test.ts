import { describe, expect, it } from 'vitest';
import type { HardwareFinding } from '../../../../bridge/index.js';
import { hardwareDecoders } from '../../../../engine/doctor/hardware.js';

const [works, broken] = [{ works: true } as const, { works: false, why: 'no element "vah264dec"' } as const];
const found = (codecs: HardwareFinding['codecs'], kind: HardwareFinding['kind'] = 'vaapi'): HardwareFinding => ({
  ...{ kind, nodes: ['/dev/dri/renderD128'], codecs },
});

describe('what the doctor says of hardware decoders', () => {
  it('is nothing to mend where there are none', () => {
    expect(hardwareDecoders([])).toMatchObject({ verdict: 'good', detail: expect.stringContaining('none') });
  });

  it('is why one is not used', () => {
    expect(hardwareDecoders([found({ h264: works, h265: broken })])).toMatchObject({
      verdict: 'good',
      detail: 'vaapi (/dev/dri/renderD128): H.264 decodes, H.265 is not used: no element "vah264dec"',
    });
  });

  it('is how to mend it where nothing works', () => {
    expect(hardwareDecoders([found({ h264: broken, h265: broken })])).toMatchObject({
      verdict: 'warning',
      mend: expect.stringContaining('render'),
    });
    const one = found({ h264: works, h265: works }, 'nvdec');
    expect(hardwareDecoders([one, found({ h264: broken, h265: broken })]).verdict).toBe('good');
  });
});
