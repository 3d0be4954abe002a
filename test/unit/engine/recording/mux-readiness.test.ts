import { describe, expect, it } from 'vitest';
import type { SessionListener } from '../../../../engine/camera/session.js';
import { MuxReadiness } from '../../../../engine/recording/mux-readiness.js';
import { FakeBridge, H264_CAPS } from '../../../kit/fake-bridge.js';
import { unitAt } from '../../../kit/units.js';

/** A session whose epochs have these media types. */
const sessionOf = (...mediaTypes: string[]) => {
  const listeners = new Set<SessionListener>();
  const session = {
    attach: (listener: SessionListener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    capsOf: (epoch: number) => ({ ...H264_CAPS, mediaType: mediaTypes[epoch] ?? 'none' }),
  };
  const unit = (epoch: number) => {
    const each = { ...unitAt(0, { epoch }), index: 0 };
    for (const listener of listeners) listener.onUnit?.(each);
  };
  return { session, unit, listeners };
};

describe('readiness for clips', () => {
  it('begins when the format is known, follows it, and ends with the sink', () => {
    const bridge = new FakeBridge();
    const { session, unit, listeners } = sessionOf('video/x-h264', 'video/x-h265');
    const readiness = new MuxReadiness(session, bridge, '/media');
    readiness.start();
    expect(bridge.ready).toEqual([]);
    for (let n = 0; n < 3; n++) unit(0);
    expect(bridge.ready).toEqual(['video/x-h264']);
    for (let n = 0; n < 3; n++) unit(1);
    expect(bridge.ready).toEqual(['video/x-h265']);
    readiness.stop();
    readiness.stop();
    expect(bridge.ready).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});
