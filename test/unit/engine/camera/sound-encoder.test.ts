import { describe, expect, it } from 'vitest';
import { SoundEncoder } from '../../../../engine/camera/sound-encoder.js';
import { seconds } from '../../../../engine/core/time.js';
import { AAC, FakeBridge, latest } from '../../../kit/fake-bridge.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const ALAW = { track: 'audio', text: 'audio/x-alaw, rate=(int)8000', mediaType: 'audio/x-alaw' } as const;
const FRAME = 20_000;
const LOST = { kind: 'hostLost', message: 'exited with SIGSEGV' } as const;

class Rig {
  readonly bridge = new FakeBridge();
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly heard: number[] = [];
  readonly encoder = new SoundEncoder(
    { bridge: this.bridge, clock: this.clock, owner: 'camera' },
    {
      onCaps: ({ mediaType }) => this.told.push(mediaType),
      onUnit: ({ pts }) => this.heard.push(pts!),
      onMissing: (message) => this.told.push(`missing: ${message}`),
      onGivenUp: (message) => this.told.push(`given up: ${message}`),
    },
  );

  /** Frames of 20 ms, from one time up to another. */
  feed(from: number, to: number): void {
    for (let pts = seconds(from); pts < seconds(to); pts += FRAME) {
      const payload = Buffer.alloc(160);
      this.encoder.unit({ track: 'audio', pts, dts: null, duration: FRAME, key: true, discont: false, payload });
    }
  }

  get encode() {
    return latest(this.bridge.encodes);
  }
}

describe('the sound of a camera for files', () => {
  it('passes as it is if it is AAC', () => {
    const rig = new Rig();
    expect(rig.encoder.caps(AAC)).toBe(true);
    rig.feed(0, 0.1);
    expect([rig.told, rig.heard.length, rig.bridge.encodes]).toEqual([['audio/mpeg'], 5, []]);
  });

  it('is encoded by one encoder, whose format is told once', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    expect(rig.bridge.encodes).toEqual([]);
    rig.feed(0, 1);
    expect([rig.told, rig.heard]).toEqual([[], []]);
    rig.encode.give();
    rig.feed(1, 2);
    rig.encode.give();
    expect(rig.bridge.encodes.map(({ spec }) => spec)).toEqual([{ caps: ALAW, owner: 'camera' }]);
    expect([rig.told, rig.heard.length]).toEqual([['audio/mpeg'], 100]);
  });

  it('has another encoder behind a long gap, and where its format changes; nothing of the first is lost', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    rig.feed(1.9, 2);
    expect(rig.bridge.encodes).toHaveLength(1);
    rig.feed(3.1, 4);
    expect(rig.bridge.encodes.map(({ over }) => over)).toEqual([true, false]);
    rig.encoder.caps({ ...ALAW, text: 'audio/x-mulaw', mediaType: 'audio/x-mulaw' } as never);
    rig.feed(4, 5);
    expect(rig.bridge.encodes.map(({ over }) => over)).toEqual([true, true, false]);
    rig.encode.give();
    expect(rig.told).toEqual(['audio/mpeg']);
    expect(rig.heard).toHaveLength(50 + 5 + 45 + 50);
  });

  it('goes on with another encoder where one is lost, tells what is missing, and is given up at the second', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    rig.encode.give();
    rig.feed(1, 1.5);
    rig.encode.end({ ...LOST, retryInMs: 500 });
    expect(rig.told.at(-1)).toBe(
      "missing: 0.5 s of the camera's sound are missing: its encoder has failed: exited with SIGSEGV",
    );
    rig.feed(1.5, 2);
    expect(rig.bridge.encodes).toHaveLength(1);
    rig.clock.advance(500);
    rig.feed(2, 3);
    expect(rig.bridge.encodes).toHaveLength(2);
    rig.encode.end(LOST);
    expect(rig.told.at(-1)).toMatch(/^given up: .*audio\/x-alaw.*SIGSEGV/);
    rig.feed(3, 4);
    expect(rig.bridge.encodes).toHaveLength(2);
    // Also for another connection, unless the camera sends something else.
    rig.encoder.connectionEnded();
    expect(rig.encoder.caps(ALAW)).toBe(false);
    expect(rig.encoder.caps(AAC)).toBe(true);
  });

  it('is not given up for encoders that are lost far apart', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    for (let n = 0; n < 4; n++) {
      rig.feed(n, n + 1);
      rig.encode.end(LOST);
      rig.clock.advance(601_000);
    }
    expect(rig.told.filter((each) => each.startsWith('given up'))).toEqual([]);
    expect(rig.bridge.encodes).toHaveLength(4);
  });

  it('is taken from an encoder that does not take any more', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    rig.encode.backlogBytes = 5 * 1024 * 1024;
    rig.feed(1, 1.02);
    expect(rig.encode.over).toBe(true);
    rig.feed(1.02, 2);
    expect(rig.bridge.encodes).toHaveLength(2);
  });

  it('of a connection that has ended does not come any more', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    const { encode } = rig;
    rig.encoder.connectionEnded();
    expect(encode.over).toBe(true);
    encode.give();
    expect([rig.heard, rig.told]).toEqual([[], []]);
  });
});
