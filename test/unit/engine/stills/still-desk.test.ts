import { describe, expect, it } from 'vitest';
import { StillError } from '../../../../bridge/still-error.js';
import type { UtcMicros } from '../../../../engine/core/time.js';
import { type Keyframe, StillDesk } from '../../../../engine/stills/still-desk.js';
import { FakeBridge, H264_CAPS } from '../../../kit/fake-bridge.js';

const keyframe = (id: string): Keyframe => ({
  ...{ id, utc: 1_000_000 as UtcMicros, caps: H264_CAPS, owner: 'c1' },
  units: () => [Uint8Array.of(1)],
});

describe('the desk where pictures are made', () => {
  it('makes a picture once for all who want it at a time, and keeps it', async () => {
    const bridge = new FakeBridge();
    const desk = new StillDesk(bridge);
    const [a, b] = await Promise.all([desk.picture(keyframe('k'), 320), desk.picture(keyframe('k'), 320)]);
    expect(a).toBe(b);
    expect(await desk.picture(keyframe('k'), 320)).toBe(a);
    expect(bridge.stills).toHaveLength(1);
    expect(a.time).toBe('1970-01-01T00:00:01.000Z');
    const other = await desk.picture(keyframe('k'), 160);
    expect(other.version).not.toBe(a.version);
    expect(bridge.stills.map(({ width, owner }) => [width, owner])).toEqual([
      [320, 'c1'],
      [160, 'c1'],
    ]);
  });

  it('never makes a picture wider than it is shown', async () => {
    const bridge = new FakeBridge();
    const desk = new StillDesk(bridge);
    await desk.picture(keyframe('k'), 4000);
    await desk.picture(keyframe('k'), undefined);
    const text = `${H264_CAPS.text}, pixel-aspect-ratio=(fraction)4/3`;
    await desk.picture({ ...keyframe('wide'), caps: { ...H264_CAPS, text } }, undefined);
    expect(bridge.stills.map(({ width }) => width)).toEqual([640, 853]);
  });

  it('says why there is no picture, and tries again when it is asked again', async () => {
    let asked = 0;
    const desk = new StillDesk({
      still: () => {
        asked++;
        return Promise.reject(new StillError('lost', 'its host was lost'));
      },
    });
    for (const times of [1, 2]) {
      await expect(desk.picture(keyframe('k'), 320)).rejects.toMatchObject({ code: 'NoPicture', kind: 'unavailable' });
      expect(asked).toBe(times);
    }
  });

  it('does not keep more than has room', async () => {
    let made = 0;
    const still = async () => ({ jpeg: Buffer.alloc(20 * 1024 * 1024, ++made), width: 2, height: 2 });
    const desk = new StillDesk({ still });
    await desk.picture(keyframe('a'), 320);
    await desk.picture(keyframe('b'), 320);
    await desk.picture(keyframe('b'), 320);
    expect(made).toBe(2);
    await desk.picture(keyframe('a'), 320);
    expect(made).toBe(3);
  });
});
