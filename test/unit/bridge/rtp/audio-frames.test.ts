import { describe, expect, it } from 'vitest';
import { AudioFrames, samplesToMicros } from '../../../../bridge/rtp/audio-frames.js';

describe('AudioFrames', () => {
  it('says of the next frame that something was lost before it', () => {
    const found: unknown[] = [];
    const frames = new AudioFrames({ frame: (frame, ...rest) => found.push([frame[0], ...rest]) });
    frames.lose();
    frames.deliver(Uint8Array.of(1), 10, 5);
    frames.deliver(Uint8Array.of(2), 15, 5);
    expect(found).toEqual([
      [1, 10, 5, true],
      [2, 15, 5, false],
    ]);
  });

  it('rounds to whole microseconds', () => {
    expect([samplesToMicros(1024, 44_100), samplesToMicros(160, 8000)]).toEqual([23_220, 20_000]);
  });
});
