import { describe, expect, it } from 'vitest';
import { SoundEncoder } from '../../../../engine/camera/sound-encoder.js';
import { seconds } from '../../../../engine/core/time.js';
import { AAC, FakeBridge, latest } from '../../../kit/fake-bridge.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const ALAW = {
  track: 'audio',
  text: 'audio/x-alaw, rate=(int)8000, channels=(int)1',
  mediaType: 'audio/x-alaw',
} as const;
const STEREO = { ...ALAW, text: 'audio/x-alaw, rate=(int)8000, channels=(int)2' } as const;
const FRAME = 20_000;
const LOST = { kind: 'hostLost', message: 'exited with SIGSEGV' } as const;

class Rig {
  readonly bridge = new FakeBridge();
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly heard: number[] = [];
  present = 0;
  readonly encoder = new SoundEncoder(
    { bridge: this.bridge, clock: this.clock, owner: 'camera', span: () => seconds(3) },
    {
      onCaps: ({ mediaType }) => this.told.push(mediaType),
      onPresent: (pts) => {
        this.present = pts;
      },
      onUnit: ({ pts }) => this.heard.push(pts!),
      onLost: (count, micros, why) => this.told.push(`lost: ${count} ${micros} ${why}`),
      onGivenUp: (message) => this.told.push(`given up: ${message}`),
    },
  );

  constructor({ wanted = true } = {}) {
    if (wanted) this.encoder.want();
  }

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
    // Files need to know before there is any.
    expect([rig.told, rig.bridge.encodes]).toEqual([['audio/mpeg'], []]);
    rig.feed(0, 1);
    expect(rig.heard).toEqual([]);
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
    rig.encoder.caps({ ...ALAW, text: 'audio/x-mulaw, channels=(int)1', mediaType: 'audio/x-mulaw' } as never);
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
    // The bridge would refuse another one now.
    rig.feed(1.5, 2);
    expect(rig.bridge.encodes).toHaveLength(1);
    rig.clock.advance(500);
    rig.feed(2, 3);
    expect(rig.bridge.encodes).toHaveLength(2);
    expect(rig.told.at(-1)).toBe('lost: 50 1000000 exited with SIGSEGV');
    rig.encode.end(LOST);
    expect(rig.told.at(-1)).toMatch(/^given up: .*audio\/x-alaw.*SIGSEGV/);
    rig.feed(3, 4);
    expect(rig.bridge.encodes).toHaveLength(2);
    // Also for another connection, unless the camera sends something else.
    rig.encoder.connectionEnded();
    expect(rig.encoder.caps(ALAW)).toBe(false);
    expect(rig.encoder.caps(AAC)).toBe(true);
  });

  it('is not encoded while nobody wants it; then what is past comes first, as far back as it may be wanted', () => {
    const rig = new Rig({ wanted: false });
    rig.encoder.caps(ALAW);
    rig.feed(0, 10);
    expect([rig.bridge.encodes, rig.present]).toEqual([[], seconds(9.98)]);
    const release = rig.encoder.want();
    const again = rig.encoder.want();
    rig.feed(10, 11);
    rig.encode.give();
    // Two seconds more than the ring is asked for.
    expect([rig.heard[0], rig.heard.length]).toEqual([seconds(4.98), 301]);
    release();
    release();
    expect(rig.encode.over).toBe(false);
    again();
    expect(rig.encode.over).toBe(true);
    rig.feed(11, 12);
    expect([rig.bridge.encodes.length, rig.heard.length]).toEqual([1, 301]);
    rig.encoder.want();
    rig.encode.give();
    expect([rig.bridge.encodes.length, rig.heard.length]).toEqual([2, 351]);
  });

  it('has nothing twice where one encoder goes on behind another', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    rig.encode.give();
    rig.encoder.want()();
    rig.encoder.caps(ALAW);
    rig.feed(0.9, 2);
    rig.encode.give();
    expect(rig.heard).toEqual([...new Set(rig.heard)]);
    expect(rig.heard).toHaveLength(100);
  });

  it('is told anew where an encoder gives something else than it should', () => {
    const rig = new Rig();
    rig.encoder.caps(ALAW);
    rig.feed(0, 1);
    rig.encode.give();
    expect(rig.told).toEqual(['audio/mpeg']);
    rig.encoder.caps(STEREO);
    expect(rig.told).toEqual(['audio/mpeg', 'audio/mpeg']);
    rig.feed(1, 2);
    rig.encode.give();
    expect(rig.told).toHaveLength(3);
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
    rig.encode.backlogBytes = 33 * 1024 * 1024;
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
    expect(rig.heard).toEqual([]);
  });
});
