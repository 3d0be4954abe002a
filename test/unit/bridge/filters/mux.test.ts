import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMux } from '../../../../bridge/filters/mux.js';
import type { RunHandlers } from '../../../../bridge/hosts/host-process.js';
import type { StartRun } from '../../../../bridge/hosts/start-run.js';
import type { Lane } from '../../../../bridge/lanes/lane.js';
import { H264_CAPS } from '../../../kit/fake-bridge.js';
import { tempDir } from '../../../kit/temp-dir.js';
import { annexB, h264Unit } from '../../../kit/units.js';
import { h264Sps } from '../codec/fixtures.js';

/** A mux whose lane is as full as the test says. */
const muxWith = (lane: { waitingBytes: number }) => {
  const settled: number[] = [];
  let owner: string | undefined;
  let handlers: RunHandlers | undefined;
  const start: StartRun = (_filter, runHandlers, _packets, of) => {
    handlers = runHandlers;
    owner = of;
    return {
      lane: Object.assign(lane, { write: () => true, writeAll: () => {} }) as unknown as Lane,
      stop: () => {},
      settle: (bytes) => settled.push(bytes),
      play: () => {},
      shape: () => {},
      enter: () => () => {},
      sound: undefined,
    };
  };
  const mux = startMux(
    start,
    { tracks: [H264_CAPS], path: join(tempDir(), 'clip.mp4'), owner: 'a camera' },
    { user: undefined, mjpeg: 'h264' },
  );
  let written = 0;
  const write = (count: number): number => {
    let bytes = 0;
    for (let n = 0; n < count; n++) {
      const unit = h264Unit(written++, { gop: 1000 });
      const slice = unit.payload.subarray(unit.payload.lastIndexOf(unit.key ? 0x65 : 0x41));
      // A length of four bytes takes the place of the start code, and the file has the sets elsewhere.
      bytes += 4 + slice.byteLength;
      mux.write({ ...unit, payload: unit.key ? annexB(h264Sps.main, [0x68, 0xce, 0x3c, 0x80], slice) : unit.payload });
    }
    return bytes;
  };
  return { settled, write, owner, end: () => handlers?.ended({ kind: 'stopped' }) };
};

describe('a clip', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says once what it had written when it had caught up', () => {
    const lane = { waitingBytes: 1000 };
    const { settled, write, owner } = muxWith(lane);
    expect(owner).toBe('a camera');
    const before = write(100);
    vi.advanceTimersByTime(3_500);
    expect(settled).toEqual([]);
    lane.waitingBytes = 0;
    const after = write(10);
    vi.advanceTimersByTime(5_000);
    expect(settled).toEqual([before + after]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has not caught up before its first unit, nor after its end', () => {
    const { settled, write, end } = muxWith({ waitingBytes: 0 });
    vi.advanceTimersByTime(3_000);
    write(1);
    end();
    vi.advanceTimersByTime(3_000);
    expect(settled).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
