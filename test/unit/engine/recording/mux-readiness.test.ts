import { describe, expect, it } from 'vitest';
import type { SessionListener } from '../../../../engine/camera/session-listener.js';
import type { SoundFormat } from '../../../../engine/camera/sound.js';
import { MuxReadiness } from '../../../../engine/recording/mux-readiness.js';
import { FakeBridge, H264_CAPS } from '../../../kit/fake-bridge.js';
import { unitAt } from '../../../kit/units.js';

/** A session whose epochs have these media types. */
const sessionOf = (...mediaTypes: string[]) => {
  const listeners = new Set<SessionListener>();
  let sound: SoundFormat | undefined;
  const session = {
    get sound() {
      return sound;
    },
    attach: (listener: SessionListener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    capsOf: (epoch: number) => ({ ...H264_CAPS, mediaType: mediaTypes[epoch] ?? 'none' }),
  };
  const unit = (epoch: number) => {
    const each = { ...unitAt(0, { epoch }), index: 0, picture: 0 };
    for (const listener of listeners) listener.onUnit?.(each);
  };
  const hear = (epoch: number) => {
    const mediaType = 'audio/x-alaw';
    sound = { caps: { track: 'audio', text: mediaType, mediaType }, epoch };
  };
  return { session, unit, listeners, hear };
};

describe('readiness for clips', () => {
  it('begins when the format is known, follows it, and ends with the sink', () => {
    const bridge = new FakeBridge();
    const { session, unit, listeners } = sessionOf('video/x-h264', 'video/x-h265');
    const readiness = new MuxReadiness(session, bridge, '/media', { withSound: true });
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

  it('includes sound where that is wanted, from when there is some', () => {
    for (const [withSound, expected] of [
      [true, 'video/x-h264+audio/x-alaw'],
      [false, 'video/x-h264'],
    ] as const) {
      const bridge = new FakeBridge();
      const { session, unit, hear } = sessionOf('video/x-h264');
      const readiness = new MuxReadiness(session, bridge, '/media', { withSound });
      readiness.start();
      unit(0);
      expect(bridge.ready).toEqual(['video/x-h264']);
      hear(1);
      unit(0);
      expect(bridge.ready).toEqual([expected]);
      readiness.stop();
    }
  });
});
