import { describe, expect, it } from 'vitest';
import { RtpReceiver, type RtpReceiverSettings } from '../../../../bridge/rtp/receiver.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, packet, randomBytes, type Sent } from './collect.js';

const FRAME = 40_000;
const TICKS = 3600;

/** A camera with a picture of one packet every 40 ms, unless a packet says otherwise. */
const track = (settings: Partial<RtpReceiverSettings> = {}) => {
  const receiver = new RtpReceiver({ clockRate: 90_000, payloadTypes: [96], ...settings });
  const take = (sent: Sent & { at?: number }) => {
    const sequence = sent.sequence ?? 0;
    const received = receiver.receive(
      packet({ timestamp: sequence * TICKS, ...sent }),
      sent.at ?? 1_000_000 + sequence * FRAME,
    );
    if (received === undefined) return undefined;
    const { pts, lost, fresh, sequence: number } = received;
    return { pts, lost, fresh, number };
  };
  return { receiver, take };
};

describe('RtpReceiver', () => {
  it('counts time from the first packet', () => {
    const { receiver, take } = track();
    expect(take({ sequence: 500 })).toEqual({ pts: 0, lost: 0, fresh: true, number: 0 });
    expect(take({ sequence: 501 })).toEqual({ pts: 40_000, lost: 0, fresh: false, number: 1 });
    expect(receiver.stats).toMatchObject({ packets: 2, lost: 0, lostSpans: 0, restarts: 0 });
  });

  it('goes on where number and timestamp wrap', () => {
    const { take } = track();
    const near = 2 ** 32 - TICKS;
    expect(take({ sequence: 65_535, timestamp: near, at: 0 })).toMatchObject({ pts: 0 });
    expect(take({ sequence: 65_536, timestamp: near + TICKS, at: 1 })).toMatchObject({ pts: 40_000, lost: 0 });
    expect(take({ sequence: 65_537, timestamp: near + 2 * TICKS, at: 2 })).toMatchObject({ pts: 80_000, lost: 0 });
    expect(take({ sequence: 65_538, timestamp: near + TICKS, at: 3 })).toMatchObject({ pts: 40_000, lost: 0 });
  });

  it('is exact after weeks, with a clock that divides nothing', () => {
    const receiver = new RtpReceiver({ clockRate: 44_100, payloadTypes: [96] });
    // 2^31 ticks are the longest step that can be told from one back.
    const step = 2 ** 30;
    let last = 0;
    for (let n = 0; n <= 100; n++) last = receiver.receive(packet({ sequence: n, timestamp: n * step }), n)!.pts;
    expect(last).toBe(Number((BigInt(step) * 100n * 1_000_000n + 22_050n) / 44_100n));
    expect(receiver.receive(packet({ sequence: 101, timestamp: 100 * step + 441 }), 101)!.pts).toBe(last + 10_000);
  });

  it('says how much is missing, and leaves it out of its own numbers', () => {
    const { receiver, take } = track();
    take({ sequence: 0 });
    expect(take({ sequence: 4 })).toMatchObject({ lost: 3, number: 4, pts: 160_000 });
    expect(take({ sequence: 3004 })).toMatchObject({ lost: 2999, number: 1004, fresh: false });
    expect(take({ sequence: 3005 })).toMatchObject({ lost: 0, number: 1005 });
    expect(receiver.stats).toMatchObject({ packets: 4, lost: 3002, lostSpans: 2, restarts: 0 });
  });

  it('drops what comes late or twice', () => {
    const { receiver, take } = track();
    take({ sequence: 2000 });
    expect([take({ sequence: 2000 }), take({ sequence: 1999 }), take({ sequence: 1000 })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(take({ sequence: 2001 })).toMatchObject({ lost: 0, number: 1 });
    expect(receiver.stats).toMatchObject({ packets: 2, late: 3 });
  });

  it.each([
    ['back', 999],
    ['ahead', 5001],
  ])('goes on when the numbers jump %s and the time does not', (_, sequence) => {
    const { receiver, take } = track();
    take({ sequence: 2000, timestamp: 0, at: 0 });
    expect(take({ sequence, timestamp: TICKS, at: FRAME })).toEqual({ pts: 40_000, lost: 1, fresh: false, number: 2 });
    expect(take({ sequence: sequence + 1, timestamp: 2 * TICKS, at: 2 * FRAME })).toMatchObject({ lost: 0, number: 3 });
    expect(receiver.stats).toMatchObject({ lost: 1, lostSpans: 1, restarts: 1, late: 0 });
  });

  it('starts anew when numbers and time jump together', () => {
    const { receiver, take } = track();
    take({ sequence: 2000, timestamp: 0, at: 0 });
    const jumped = 11 * 90_000;
    expect(take({ sequence: 9, timestamp: jumped, at: FRAME })).toEqual({
      pts: 40_000,
      lost: 0,
      fresh: true,
      number: 2,
    });
    expect(take({ sequence: 10, timestamp: jumped + TICKS, at: 2 * FRAME })).toMatchObject({ pts: 80_000 });
    expect(receiver.stats).toMatchObject({ lost: 0, restarts: 1 });
  });

  it('follows a new source at once, and goes on with time', () => {
    const { receiver, take } = track();
    take({ sequence: 1, ssrc: 1 });
    expect(take({ sequence: 40_000, ssrc: 2, timestamp: 777, at: 1_080_000 })).toEqual({
      pts: 40_000,
      lost: 0,
      fresh: true,
      number: 2,
    });
    expect(take({ sequence: 40_001, ssrc: 2, timestamp: 777 + TICKS, at: 1_120_000 })).toMatchObject({
      pts: 80_000,
      fresh: false,
      number: 3,
    });
    expect(receiver.stats).toMatchObject({ restarts: 1, strays: 0, lost: 0 });
  });

  it('measures a new source against the beginning of the picture before', () => {
    const { take } = track();
    take({ sequence: 0, timestamp: 0, at: 0 });
    take({ sequence: 1, timestamp: 0, at: 15_000 });
    expect(take({ sequence: 9, ssrc: 2, timestamp: 5, at: 40_000 })).toMatchObject({ pts: 40_000 });
  });

  it('keeps a new source behind the pictures that B-frames put ahead', () => {
    const { take } = track();
    take({ sequence: 0, timestamp: 0, at: 0 });
    take({ sequence: 1, timestamp: 3 * TICKS, at: 40_000 });
    take({ sequence: 2, timestamp: TICKS, at: 80_000 });
    expect(take({ sequence: 9, ssrc: 2, timestamp: 5, at: 120_000 })?.pts).toBe(120_011);
  });

  it('drops packets of a source that was left', () => {
    const { receiver, take } = track();
    take({ sequence: 100, ssrc: 1, at: 0 });
    take({ sequence: 1, ssrc: 2, at: 10_000 });
    expect(take({ sequence: 101, ssrc: 1, at: 1_009_999 })).toBeUndefined();
    expect(take({ sequence: 2, ssrc: 2, at: 1_009_999 })).toMatchObject({ lost: 0, fresh: false });
    expect(take({ sequence: 102, ssrc: 1, at: 1_010_000 })).toMatchObject({ fresh: true });
    expect(receiver.stats).toMatchObject({ packets: 4, strays: 1, restarts: 2 });
  });

  it('bears a camera with a new source for each keyframe', () => {
    const { receiver } = track();
    const random = randomOf(5);
    let [worst, before] = [0, -1];
    for (let n = 0; n < 25 * 60; n++) {
      const gop = Math.floor(n / 12);
      const jitter = integer(random, 0, 5000);
      const sent = {
        sequence: gop * 777 + (n % 12),
        ssrc: 1000 + gop,
        timestamp: gop * 123_456_789 + (n % 12) * TICKS,
      };
      const received = receiver.receive(packet(sent), n * FRAME + jitter)!;
      expect(received.fresh).toBe(n % 12 === 0);
      expect(received.pts).toBeGreaterThan(before);
      before = received.pts;
      worst = Math.max(worst, Math.abs(received.pts - n * FRAME));
    }
    expect(receiver.stats).toMatchObject({ packets: 1500, lost: 0, strays: 0, restarts: 124 });
    // The network's jitter at each change of source adds up like steps in any direction.
    expect(worst).toBeLessThan(60_000);
  });

  it('drops other payload types, and loses nothing where they stood', () => {
    const { receiver, take } = track();
    take({ sequence: 0 });
    expect(take({ sequence: 1, payloadType: 13 })).toBeUndefined();
    expect(take({ sequence: 2 })).toMatchObject({ lost: 0, number: 1 });
    expect(take({ sequence: 900, payloadType: 13 })).toBeUndefined();
    expect(take({ sequence: 3 })).toMatchObject({ lost: 0, number: 2 });
    expect(receiver.stats).toMatchObject({ packets: 3, strays: 2 });
  });

  it('drops packets without payload likewise', () => {
    const { receiver, take } = track();
    take({ sequence: 0 });
    expect(take({ sequence: 1, payload: [] })).toBeUndefined();
    expect(take({ sequence: 2 })).toMatchObject({ lost: 0, number: 1 });
    expect(receiver.stats).toMatchObject({ packets: 2, strays: 1 });
  });

  it('takes a payload type that the SDP does not have when only that comes', () => {
    const { receiver, take } = track();
    for (let sequence = 0; sequence < 20; sequence++) expect(take({ sequence, payloadType: 35 })).toBeUndefined();
    expect(take({ sequence: 20, payloadType: 35 })).toMatchObject({ fresh: true });
    expect(receiver.stats).toMatchObject({ packets: 1, strays: 20 });
  });

  it('counts as lost what cannot be used', () => {
    const { receiver, take } = track({ usable: (payload) => payload.length > 1 });
    take({ sequence: 0 });
    expect(take({ sequence: 1, payload: [0x7c] })).toBeUndefined();
    expect(take({ sequence: 2 })).toMatchObject({ lost: 1, number: 2 });
    expect(receiver.stats).toMatchObject({ malformed: 1, lost: 1 });
  });

  it('finds the pts of a sender report, before and after the latest packet and across a wrap', () => {
    const { receiver, take } = track();
    expect(receiver.ptsAt(7, 0)).toBeUndefined();
    take({ sequence: 0, timestamp: 2 ** 32 - 90_000, at: 0 });
    take({ sequence: 1, timestamp: 45_000, at: 1_500_000 });
    expect(receiver.ptsAt(7, 2 ** 32 - 45_000)).toBe(500_000);
    expect(receiver.ptsAt(7, 135_000)).toBe(2_500_000);
    expect(receiver.ptsAt(8, 135_000)).toBeUndefined();
  });

  it('knows what a receiver report says', () => {
    const { receiver, take } = track();
    expect(receiver.reception()).toBeUndefined();
    for (const sequence of [65_534, 65_535, 65_537]) take({ sequence, timestamp: sequence * TICKS });
    expect(receiver.reception()).toEqual({
      ssrc: 7,
      fractionLost: 64,
      cumulativeLost: 1,
      highestSequence: 65_537,
      jitter: 0,
    });
  });

  it('bears anything', () => {
    const random = randomOf(77);
    const { receiver } = track();
    let [packets, wrong] = [0, 0];
    for (let run = 0; run < 100_000; run++) {
      const sent = { sequence: run, timestamp: run * 40, payload: randomBytes(random, integer(random, 0, 30)) };
      const bytes = random() < 0.3 ? randomBytes(random, integer(random, 0, 60)) : packet(sent);
      if (random() < 0.3) bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255);
      const received = receiver.receive(bytes, run * 1000);
      if (received === undefined) continue;
      packets++;
      if (!Number.isSafeInteger(received.pts) || received.lost < 0 || received.lost >= 3000) wrong++;
    }
    expect(wrong).toBe(0);
    const { late, strays, malformed } = receiver.stats;
    expect(packets + late + strays + malformed).toBe(100_000);
    expect(receiver.stats.packets).toBe(packets);
  });
});
