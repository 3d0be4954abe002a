import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HardwareSessions } from '../../../../bridge/decoders/sessions.js';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { MovingDecode } from '../../../../bridge/filters/moving-decode.js';
import { pictureLayout } from '../../../../bridge/filters/picture-layout.js';
import type { DecoderFallback, DecoderKind } from '../../../../bridge/hardware.js';
import type { DecodeHandlers, DecodeSpec, EndReason } from '../../../../bridge/types.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const FRAME = 40_000;

class FakeDecoder {
  readonly fed: number[] = [];
  stopped = false;
  constructor(
    readonly kind: DecoderKind,
    readonly handlers: DecodeHandlers,
  ) {}
  show(pts: number, index = 0): void {
    const layout = pictureLayout({ width: 2, height: 2 }, 'i420');
    this.handlers.onPicture({ ...layout, pts, caps: this.kind, data: Buffer.alloc(12) }, index);
  }
  end(reason: EndReason): void {
    this.handlers.onEnd(reason);
  }
}

/** A camera, and what its decoders do. */
const camera = (sessions: HardwareSessions, owner = 'camera') => {
  const decoders: FakeDecoder[] = [];
  const shown: string[] = [];
  const ends: EndReason[] = [];
  const spec: DecodeSpec = {
    owner,
    caps: parseCaps('video/x-h264'),
    maxFps: 0,
    pictures: [{ width: 2, format: 'i420' }],
  };
  const decode = new MovingDecode(
    (_spec, handlers, kind) => {
      const decoder = new FakeDecoder(kind ?? 'software', handlers);
      decoders.push(decoder);
      return {
        hasRoomFor: (bytes) => bytes <= decoders.length,
        keepsUp: true,
        feed: ({ pts }) => decoder.fed.push(pts ?? 0) > 0,
        stop: () => {
          if (!decoder.stopped) decoder.end({ kind: 'stopped' });
          decoder.stopped = true;
          return Promise.resolve();
        },
      };
    },
    spec,
    {
      onPicture: ({ pts, caps }, index) => shown.push(`${caps} ${pts}${index > 0 ? `/${index}` : ''}`),
      onEnd: (reason) => ends.push(reason),
    },
    { take: () => sessions.take(owner, 'vaapi') },
  );
  const feed = (pts: number, key = pts === 0) => decode.feed({ pts, key, payload: new Uint8Array(1) });
  return { decode, decoders, shown, ends, feed };
};

const rig = (most = 8) => {
  const told: DecoderFallback[] = [];
  const time = { now: 0 };
  const sessions = new HardwareSessions({ most, now: () => time.now, onFallback: (each) => told.push(each) });
  return { sessions, told, time };
};

describe('a decoder that may move to hardware', () => {
  it('begins with software, and leaves it once hardware gives a picture', async () => {
    const { sessions, told } = rig();
    const { decode, decoders, shown, ends, feed } = camera(sessions);
    feed(0);
    feed(FRAME);
    const [software, hardware] = decoders;
    expect(decoders.map(({ kind, fed }) => [kind, fed])).toEqual([
      ['software', [0, FRAME]],
      ['vaapi', [0, FRAME]],
    ]);
    software?.show(0);
    software?.show(FRAME);
    expect(software?.stopped).toBe(false);
    hardware?.show(0);
    expect(software?.stopped).toBe(true);
    hardware?.show(FRAME);
    hardware?.show(FRAME, 1);
    feed(2 * FRAME);
    hardware?.show(2 * FRAME);
    hardware?.show(2 * FRAME, 1);
    software?.show(2 * FRAME);
    expect(shown).toEqual(['software 0', `software ${FRAME}`, `vaapi ${2 * FRAME}`, `vaapi ${2 * FRAME}/1`]);
    expect(software?.fed).toEqual([0, FRAME]);
    // Time may run back when a camera sets its clock.
    hardware?.show(0);
    expect(shown.at(-1)).toBe('vaapi 0');
    expect(ends).toEqual([]);
    await decode.stop();
    expect(ends).toEqual([{ kind: 'stopped' }]);
    expect(told).toEqual([]);
  });

  it('gives the pictures of units that are fed again, just after a move as well', () => {
    const { decoders, shown, feed } = camera(rig().sessions);
    const before = 50 * FRAME;
    feed(before, true);
    decoders[0]?.show(before);
    decoders[1]?.show(before);
    expect(shown).toEqual([`software ${before}`]);
    feed(0, true);
    feed(FRAME);
    decoders[1]?.show(0);
    decoders[1]?.show(FRAME);
    expect(shown.slice(1)).toEqual(['vaapi 0', `vaapi ${FRAME}`]);
  });

  it('stays with software where hardware cannot be started, says so, and tries again later', () => {
    const { sessions, told, time } = rig();
    const { decoders, shown, feed } = camera(sessions);
    feed(0);
    decoders[1]?.end({ kind: 'error', failure: 'internal', code: 'pipeline.create', message: 'no memory' });
    feed(FRAME, true);
    decoders[0]?.show(0);
    expect(decoders).toHaveLength(2);
    expect(told).toMatchObject([
      { owner: 'camera', kind: 'vaapi', code: 'failed', cause: 'no memory', retryInMs: 30_000 },
    ]);
    time.now += 30_000;
    feed(2 * FRAME, false);
    expect(decoders).toHaveLength(2);
    feed(3 * FRAME, true);
    decoders[2]?.show(3 * FRAME);
    expect(decoders[2]?.kind).toBe('vaapi');
    expect(shown).toEqual(['software 0', `vaapi ${3 * FRAME}`]);
  });

  it('stays with software where hardware gives no picture', () => {
    const { sessions, told } = rig();
    const { decoders, feed } = camera(sessions);
    for (let n = 0; n < 19; n++) feed(n * FRAME);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    feed(19 * FRAME);
    vi.advanceTimersByTime(4999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toMatchObject([{ code: 'noPicture' }]);
    expect(decoders.map(({ stopped }) => stopped)).toEqual([false, true]);
  });

  it('goes back to software when hardware is lost, camera by camera', () => {
    const { sessions, told } = rig();
    const [one, other] = [camera(sessions, 'one'), camera(sessions, 'other')];
    for (const { feed, decoders } of [one, other]) {
      feed(0);
      decoders[1]?.show(0);
    }
    one.decoders[1]?.end({ kind: 'hostLost', message: 'the bridge host exited with SIGSEGV' });
    expect(told).toMatchObject([{ owner: 'one', code: 'lost', cause: 'the bridge host exited with SIGSEGV' }]);
    expect(one.decoders.map(({ kind }) => kind)).toEqual(['software', 'vaapi', 'software']);
    one.feed(FRAME, true);
    one.decoders[2]?.show(FRAME);
    expect(one.shown).toEqual(['vaapi 0', `software ${FRAME}`]);
    expect(one.ends).toEqual([]);
    expect(other.decoders).toHaveLength(2);
    other.feed(FRAME);
    other.decoders[1]?.show(FRAME);
    expect(other.shown).toEqual(['vaapi 0', `vaapi ${FRAME}`]);
  });

  it('waits for a place, and lets its own go when it stops', async () => {
    const { sessions, told } = rig(1);
    const [one, other] = [camera(sessions, 'one'), camera(sessions, 'other')];
    one.feed(0);
    one.decoders[1]?.show(0);
    other.feed(0);
    expect(other.decoders).toHaveLength(1);
    expect(told).toMatchObject([{ owner: 'other', code: 'noSession' }]);
    await one.decode.stop();
    other.feed(FRAME, true);
    expect(other.decoders).toHaveLength(2);
    await other.decode.stop();
    expect(other.decoders.every(({ stopped }) => stopped)).toBe(true);
    expect(other.ends).toEqual([{ kind: 'stopped' }]);
    expect(sessions.take('third', 'vaapi')).toBeDefined();
  });

  it('ends with its software decoder, and takes the trial along', () => {
    const { sessions } = rig(1);
    const { decoders, ends, feed } = camera(sessions);
    feed(0);
    decoders[0]?.end({ kind: 'hostLost', message: 'gone' });
    expect(ends).toEqual([{ kind: 'hostLost', message: 'gone' }]);
    expect(decoders[1]?.stopped).toBe(true);
    expect(sessions.take('third', 'vaapi')).toBeDefined();
  });
});
